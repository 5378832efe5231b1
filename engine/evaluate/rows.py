"""The hidden looks of some draws as rows, with all that a score wants to know of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, IntArray
from kairos.engine.evaluate.bootstrap import SIDE
from kairos.engine.evaluate.draws import Draw

_SEQUENCE = 3
"""Dates of a sequence in SeqDMs."""


@dataclass(frozen=True)
class Rows:
    """N hidden looks, draw after draw and day after day."""

    truth: FloatArray
    """(N, C) reflectance."""
    trusted: BoolArray
    """(N,) no left-over bright cloud."""
    date: DateArray
    """(N,) the day asked for."""
    block: IntArray
    """(N,) block of 32 x 32 pixels and one date that the look lies in."""
    gap: FloatArray
    """(N,) days from the last visible look to the next; inf where one side has none."""
    near: BoolArray
    """(N,) visible in at least one of the three nearest dates of the input."""

    @classmethod
    def of(cls, draws: Sequence[Draw]) -> Rows:
        """The rows of draws, in their order."""
        parts = [_one_day(draw, d) for draw in draws for d in range(len(draw.dates))]
        blocks, start = [], 0
        for part in parts:
            blocks.append(part.block + start)
            start += int(part.block.max()) + 1
        return cls(
            truth=np.concatenate([p.truth for p in parts]),
            trusted=np.concatenate([p.trusted for p in parts]),
            date=np.concatenate([p.date for p in parts]),
            block=np.concatenate(blocks),
            gap=np.concatenate([p.gap for p in parts]),
            near=np.concatenate([p.near for p in parts]),
        )

    def where(self, chosen: BoolArray) -> Rows:
        """The rows that are chosen (N,)."""
        return Rows(
            self.truth[chosen],
            self.trusted[chosen],
            self.date[chosen],
            self.block[chosen],
            self.gap[chosen],
            self.near[chosen],
        )


def _one_day(draw: Draw, d: int) -> Rows:
    hidden = draw.hidden[d]
    rows, cols = np.nonzero(hidden)
    across = -(-hidden.shape[1] // SIDE)
    before, after = _distances(draw, d)
    distance = np.abs((draw.tile.dates - draw.dates[d]).astype(np.int64))
    nearest = np.argsort(distance, kind="stable")[:_SEQUENCE]
    return Rows(
        truth=np.ascontiguousarray(draw.truth[d][:, hidden].T),
        trusted=draw.trusted[d][hidden],
        date=np.full(len(rows), draw.dates[d]),
        block=(rows // SIDE) * across + cols // SIDE,
        gap=(before + after)[hidden].astype(np.float32),
        near=draw.tile.clear[nearest].any(axis=0)[hidden],
    )


def _distances(draw: Draw, d: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Days (h, w) back to the last visible look, and on to the next; inf where there is none."""
    days = (draw.tile.dates - draw.dates[d]).astype(np.int64)
    before = np.full(draw.hidden.shape[1:], np.inf)
    after = np.full(draw.hidden.shape[1:], np.inf)
    for t in np.flatnonzero(days < 0):
        before[draw.tile.clear[t]] = -days[t]
    for t in np.flatnonzero(days > 0)[::-1]:
        after[draw.tile.clear[t]] = days[t]
    return before, after
