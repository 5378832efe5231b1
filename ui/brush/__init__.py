"""Painting clouds that a mask missed."""
