"""Radar at any day: despeckled in space, smoothed over time."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import FloatArray, day_numbers
from kairos.engine.prior.box import box_sum
from kairos.engine.stack import Tile

_BANDWIDTH = 8.0
"""Days of the Gaussian kernel: two or three passes of both orbits."""

_FAR = 1e-6
"""Weight of passes beyond the kernel, so that any pass answers where none is near."""

_RANGE = (-35.0, 10.0)
"""dB; anything beyond is no ground."""


def has_radar(tile: Tile) -> bool:
    """Whether a tile has enough passes to follow the ground over time."""
    return len(tile.radar_dates) >= 4


def radar_at(tile: Tile, days: FloatArray) -> FloatArray:
    """Radar of a tile on any days.

    Args:
        tile: the pixels, radar (R, 2, h, w) in dB.
        days: (D,) days since 1970.

    Returns:
        (D, 2, h, w) in dB, means over 3x3 pixels; 0 where no pass saw the pixel.
    """
    good = np.isfinite(tile.radar)
    near = box_sum(good.astype(np.float32), 1)
    mean = box_sum(np.where(good, np.clip(tile.radar, *_RANGE), 0).astype(np.float32), 1)
    mean /= np.maximum(near, 1)
    seen = (near > 0).astype(np.float32)
    apart = np.abs(days[:, None] - day_numbers(tile.radar_dates)[None, :])
    weights = np.exp(-0.5 * (apart / _BANDWIDTH) ** 2) + _FAR * np.exp(-apart / 90)
    weights = weights.astype(np.float32)
    shape = (len(days), *tile.radar.shape[1:])
    total = weights @ seen.reshape(len(seen), -1)
    value = weights @ (mean * seen).reshape(len(seen), -1)
    return np.where(total > 0, value / np.maximum(total, 1e-30), 0).reshape(shape)
