"""Radar at any day: despeckled in space, smoothed over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

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


@dataclass(frozen=True)
class RadarSeries:
    """The radar of a tile, despeckled, ready for any day."""

    days: FloatArray
    """(R,) days since 1970."""
    mean: FloatArray
    """(R, 2, h, w) in dB, means over 3x3 pixels; 0 where nothing was seen."""
    seen: Optional[FloatArray]
    """(R, 2, h, w) 1 where something was seen, else 0; None if everywhere."""

    @classmethod
    def of(cls, tile: Tile) -> RadarSeries:
        """Despeckle the radar of a tile."""
        good = np.isfinite(tile.radar)
        near = box_sum(good.astype(np.float32), 1)
        mean = box_sum(np.where(good, np.clip(tile.radar, *_RANGE), 0).astype(np.float32), 1)
        mean /= np.maximum(near, 1)
        seen = None if near.all() else (near > 0).astype(np.float32)
        return cls(day_numbers(tile.radar_dates), mean, seen)

    def at(self, days: FloatArray) -> FloatArray:
        """Radar (D, 2, h, w) in dB of days (D,); 0 where no pass saw the pixel."""
        apart = np.abs(days[:, None] - self.days[None, :])
        weights = np.exp(-0.5 * (apart / _BANDWIDTH) ** 2) + _FAR * np.exp(-apart / 90)
        weights = weights.astype(np.float32)
        if self.seen is None:
            total = weights.sum(axis=1, keepdims=True)
        else:
            total = weights @ self.seen.reshape(len(self.seen), -1)
        value = weights @ self.mean.reshape(len(self.mean), -1)
        value /= np.maximum(total, np.float32(1e-30))
        return np.asarray(value.reshape(len(days), *self.mean.shape[1:]))
