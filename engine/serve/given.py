"""What requests give: days and rectangles, checked."""

from __future__ import annotations

from datetime import date
from typing import Optional

import numpy as np

from kairos.engine import protocol
from kairos.engine.errors import RequestError
from kairos.engine.rasters.grid import Grid, Window


def day_of(text: str) -> np.datetime64:
    """The day of a date as YYYY-MM-DD. Raises RequestError."""
    try:
        if len(text) != len("YYYY-MM-DD"):
            raise ValueError
        return np.datetime64(date.fromisoformat(text), "D")
    except ValueError as error:
        raise RequestError(f"{text} is no date such as 2019-02-08.") from error


def window_on(given: Optional[protocol.Rectangle], grid: Grid) -> Optional[Window]:
    """The window of a rectangle, if any. Raises RequestError where it is not on the images."""
    if given is None:
        return None
    row, col, height, width = given
    if (
        min(row, col) < 0
        or min(height, width) < 1
        or row + height > grid.height
        or col + width > grid.width
    ):
        raise RequestError(
            f"The window of {height} x {width} pixels at row {row}, column {col} is not on the "
            f"images, which have {grid.height} x {grid.width}."
        )
    return Window(*given)
