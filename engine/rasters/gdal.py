"""GDAL: how much memory it may take, and what rasterio raises when it or PROJ fails."""

from __future__ import annotations

import os

from rasterio._err import CPLE_BaseError  # some failures reach us unwrapped
from rasterio.errors import RasterioError

GDAL_ERRORS: tuple[type[Exception], ...] = (RasterioError, CPLE_BaseError, OSError, ValueError)
"""All of it: files that the system refuses, and values that a driver does not take."""

# GDAL's own default is a twentieth of the machine, on top of what the engine counts.
os.environ.setdefault("GDAL_CACHEMAX", "128")
