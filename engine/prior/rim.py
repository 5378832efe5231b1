"""What the rim of a gap knows: spread the error that is visible around it into the gap."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray
from kairos.engine.prior.box import box_sum, box_sums_at

RADII = (1, 3, 8, 24)
"""Pixels; the smallest window that sees clear ground outweighs the larger ones."""

_STEP = 3
"""Away from the gap only every third row and column is looked at."""

_FADE = np.float32(1e-3)
"""Weight of knowing nothing: what little is seen from afar counts for less."""


def lookouts(clear: BoolArray, row: int, col: int) -> tuple[BoolArray, FloatArray]:
    """The clear pixels whose error is looked at, and how many pixels each stands for.

    Args:
        clear: (h, w) of the frame.
        row: position of the tile in the stack, so that tiles choose alike.
        col: the same.

    Returns:
        (h, w) bool and (h, w) float32.
    """
    near = box_sum((~clear).astype(np.float32), 1) > 0
    rows = (np.arange(clear.shape[0]) + row) % _STEP == 0
    cols = (np.arange(clear.shape[1]) + col) % _STEP == 0
    lattice = rows[:, None] & cols[None, :]
    chosen = clear & (near | lattice)
    stands_for = np.where(near, np.float32(1), np.float32(_STEP * _STEP))
    return chosen, np.where(chosen, stands_for, np.float32(0))


def spread(error: FloatArray, weight: FloatArray, rows: IntArray) -> FloatArray:
    """The error (C, h, w), known where weight (h, w) > 0, carried to pixels (N,): (C, N)."""
    known = np.concatenate([error * weight, weight[None]]).astype(np.float32, copy=False)
    total = np.zeros((len(known), len(rows)), np.float32)
    for radius, sums in zip(RADII, box_sums_at(known, RADII, rows)):
        sums *= np.float32(radius**-3.0)
        total += sums
    return np.asarray(total[:-1] / (total[-1] + _FADE))
