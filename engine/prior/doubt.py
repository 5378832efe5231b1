"""Doubt: how far off an estimate is, learned by asking for days whose answer is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kairos.engine.arrays import FloatArray

NINE_IN_TEN = 1.645
"""A normal error stays within this many sigma nine times in ten."""

_GAPS = np.array([4, 8, 16, 32, 64], np.float32)
"""Days to the nearest clear look at which the bins of doubt end."""

_ENOUGH = 50
_FLOOR = np.float32(1e-3)


@dataclass(frozen=True)
class Doubt:
    """Sigma per band as a function of the days to the nearest clear look."""

    table: FloatArray
    """(bins, C) reflectance."""

    @classmethod
    def learn(cls, errors: FloatArray, distance: FloatArray) -> Doubt:
        """From leave-one-out errors.

        Args:
            errors: (N, C) estimate minus observation.
            distance: (N,) days to the nearest other clear look.
        """
        bins = np.digitize(distance, _GAPS, right=True)
        count = len(_GAPS) + 1
        known = [b for b in range(count) if np.count_nonzero(bins == b) >= _ENOUGH]
        if not known:
            return cls(np.tile(sigma_of(errors), (count, 1)))
        # Doubt never shrinks while the gap grows; a bin without errors takes the next one's.
        rows = np.maximum.accumulate([sigma_of(errors[bins == b]) for b in known], axis=0)
        nearest = np.minimum(np.searchsorted(known, np.arange(count)), len(known) - 1)
        return cls(rows[nearest].astype(np.float32))

    def __call__(self, distance: FloatArray) -> FloatArray:
        """Sigma (C, ...) at pixels that many days (...) from a clear look."""
        return np.take(self.table.T, np.digitize(distance, _GAPS, right=True), axis=1)


def sigma_of(errors: FloatArray) -> FloatArray:
    """The sigma (C,) whose 90 % interval holds nine in ten of the errors (N, C)."""
    if len(errors) == 0:
        return np.full(errors.shape[1], 0.05, np.float32)
    spread = np.quantile(np.abs(errors), 0.9, axis=0) / NINE_IN_TEN
    return np.asarray(np.maximum(spread, _FLOOR), np.float32)
