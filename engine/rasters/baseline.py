"""The offset of Sentinel-2 products where their metadata is missing: by baseline, else by date."""

from __future__ import annotations

import re

import numpy as np

_BASELINE = re.compile(r"_N(\d{4})_")
_SHIFTED = 400
"""The first baseline with an offset."""

_SHIFTED_FROM = np.datetime64("2022-01-25")
_OFFSET = -0.1


def offset_of(product: str, day: np.datetime64) -> float:
    """Reflectance to be added to numbers times 1e-4.

    Args:
        product: a name or path that may tell the processing baseline, `..._N0400_...`.
        day: of the image.
    """
    told = _BASELINE.search(product)
    shifted = int(told.group(1)) >= _SHIFTED if told else day >= _SHIFTED_FROM
    return _OFFSET if shifted else 0.0
