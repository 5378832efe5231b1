"""What the rim of a gap knows: spread the error that is visible around it into the gap."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.prior.box import box_sums

RADII = (1, 3, 8, 24)
"""Pixels; the smallest window that sees clear ground outweighs the larger ones."""

_FADE = np.float32(1e-3)
"""Weight of knowing nothing: what little is seen from afar counts for less."""


def spread(error: FloatArray, clear: BoolArray) -> FloatArray:
    """The error (C, h, w) of clear pixels (h, w), carried to every pixel: (C, h, w)."""
    known, weight = clear.astype(np.float32), sight(clear)
    carried = np.empty(error.shape, np.float32)
    for band, out in zip(error, carried):
        np.divide(_near(band * known), weight, out=out)
    return carried


def sight(clear: BoolArray) -> FloatArray:
    """How much clear ground (h, w) lies around each pixel, the nearer the more; above 0."""
    return _near(clear.astype(np.float32)) + _FADE


def _near(plane: FloatArray) -> FloatArray:
    """Sums (h, w) over all windows, the smaller the heavier."""
    total = np.zeros_like(plane)
    for radius, sums in zip(RADII, box_sums(plane, RADII)):
        sums *= np.float32(radius**-3.0)
        total += sums
    return total
