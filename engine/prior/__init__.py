"""Closed forms: interpolation, smoothing and scene regression, in numpy only."""
