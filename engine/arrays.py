"""Names for the arrays that travel through the house."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
"""Reflectance in [0, 1], radar in dB, or a weight; float32."""

WideArray = NDArray[np.float64]
"""Coordinates, which need more digits than reflectance."""

BoolArray = NDArray[np.bool_]
"""Masks; True = usable."""

ByteArray = NDArray[np.uint8]
"""Source codes and class maps."""

IntArray = NDArray[np.intp]
"""Indices."""

DateArray = NDArray[np.datetime64]
"""Days, as datetime64[D]."""

RawArray = NDArray[Any]
"""Pixels in the data type of their file."""


def day_numbers(dates: DateArray) -> FloatArray:
    """Days since 1970 as float32 (exact for any date of the satellite age)."""
    return dates.astype("datetime64[D]").astype(np.int64).astype(np.float32)
