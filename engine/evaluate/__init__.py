"""Measuring Kairos on images whose answer is known."""
