"""Clouds by Sentinel Hub's s2cloudless, where it is installed and the bands allow.

It wants top-of-atmosphere reflectance in ten bands, B10 among them, so Level-1C with all bands. It
knows no shadows; those stay with the built-in detector. Source:
github.com/sentinel-hub/sentinel2-cloud-detector.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray

BANDS = ("B01", "B02", "B04", "B05", "B08", "B8A", "B09", "B10", "B11", "B12")
MARGIN = 8
"""Pixels around a pixel that its verdict looks at."""

_THRESHOLD, _AVERAGE, _DILATE = 0.4, 4, 2


def can_run(bands: Sequence[str]) -> bool:
    """Whether the library is there, and the bands are."""
    if not set(BANDS) <= set(bands) or find_spec("s2cloudless") is None:
        return False
    try:
        import s2cloudless  # noqa: F401  # what it needs itself may be missing
    except ImportError:
        return False
    return True


def clouds(reflectance: FloatArray) -> BoolArray:
    """Where a series is cloudy, (T, h, w).

    Args:
        reflectance: (T, 10, h, w) of the top of the atmosphere, in the order of `BANDS`.
    """
    from s2cloudless import S2PixelCloudDetector

    detector = S2PixelCloudDetector(
        threshold=_THRESHOLD, average_over=_AVERAGE, dilation_size=_DILATE, all_bands=False
    )
    found = detector.get_cloud_masks(np.moveaxis(reflectance, 1, -1).astype(np.float64))
    return np.asarray(found, bool)
