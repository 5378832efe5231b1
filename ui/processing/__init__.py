"""Kairos in the Processing toolbox."""
