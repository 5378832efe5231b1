"""Raster files: what they are, how they are read onto a grid, how they are written whole."""
