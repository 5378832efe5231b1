"""The noise floor: how much two looks differ when the ground has had no time to change."""

from __future__ import annotations

from typing import Optional

import numpy as np

from kairos.engine.arrays import FloatArray
from kairos.engine.clear import without_missed_cloud
from kairos.engine.stack import Tile

_APART = 5
"""Days between two looks at most."""
_ENOUGH = 100
"""Pixels that both show."""


def noise_floor(tile: Tile) -> Optional[tuple[float, int]]:
    """MAE between clear dates at most 5 days apart after a gain for each date and band.

    Returns:
        Reflectance and the number of pairs, or None where no two dates are so near.
    """
    truth = without_missed_cloud(tile.reflectance[:, 0], tile.clear)
    total, count, pairs = 0.0, 0, 0
    for t in range(len(tile.dates) - 1):
        both = truth[t] & truth[t + 1]
        near = (tile.dates[t + 1] - tile.dates[t]).astype(int) <= _APART
        if not near or both.sum() < _ENOUGH:
            continue
        error = _after_gain(tile.reflectance[t][:, both], tile.reflectance[t + 1][:, both])
        total, count, pairs = total + float(error.sum()), count + error.size, pairs + 1
    return (total / count, pairs) if pairs else None


def _after_gain(one: FloatArray, other: FloatArray) -> FloatArray:
    """Absolute difference (C, N) after the gain of each band that fits best."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    gain = (a * b).sum(axis=1) / np.maximum((a * a).sum(axis=1), 1e-12)
    return np.asarray(np.abs(gain[:, None] * a - b), np.float32)
