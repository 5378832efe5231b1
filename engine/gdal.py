"""What rasterio raises when GDAL or PROJ fails."""

from __future__ import annotations

from rasterio._err import CPLE_BaseError  # some failures reach us unwrapped
from rasterio.errors import RasterioError

GDAL_ERRORS: tuple[type[Exception], ...] = (RasterioError, CPLE_BaseError, OSError, ValueError)
"""All of it: files that the system refuses, and values that a driver does not take."""
