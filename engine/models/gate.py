"""How far a stack lets a learned model move its start: decided on the stack's own clear ground.

Some clear ground of a sample is hidden, by clouds and by whole frames; a model answers for it,
and the blend of start and answer that comes nearest to what was hidden is the one that is used.
The errors of the two are largely independent, so that a blend is often better than either; and a
stack on which the model does no good stays with the closed forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Callable, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, IntArray
from kairos.engine.clear import without_missed_cloud
from kairos.engine.clouds import disc, moved
from kairos.engine.models.anchor import Anchor
from kairos.engine.stack import Tile

BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the model's answer that are tried."""
_MOST_CLOUDED, _MOST_MISSING = 6, 10
"""Frames that get a cloud, and frames that are hidden whole."""
_MOST_TILES = 8
_GOOD = 0.5
_DONORS = (0.1, 0.85)
_FEWEST = 200
"""Hidden pixels without which nothing is known of a stack."""
_WORTHWHILE = 0.005
"""Share of the error that a larger blend must take away."""
_SEED = 5


@dataclass(frozen=True)
class Gate:
    """Shares of the model's answer, where the start is scene regression and where it is time."""

    scene: float = 1.0
    time: float = 1.0

    def of(self, anchor: Anchor) -> float:
        """The share for a start."""
        return self.scene if anchor.from_scene else self.time


OPEN = Gate()
"""The model's answer as it is."""

Answer = Callable[[Tile, DateArray], Iterator[tuple[Anchor, Optional[FloatArray]]]]
"""For each asked day of a tile its start and what the model makes of it, (C, h, w)."""


def gate_of(sample: Sequence[Tile], answering: Callable[[Sequence[Tile]], Answer]) -> Gate:
    """Hide clear ground of a sample and compare.

    Args:
        sample: of the stack, all tiles with the same dates.
        answering: fits a model to the shown tiles; what it returns is asked for the hidden days.
    """
    rng = np.random.default_rng(_SEED)
    truths = [without_missed_cloud(tile.reflectance[:, 0], tile.clear) for tile in sample]
    hidden, asked = _hidden(truths, rng)
    shown = [_without(tile, cover) for tile, cover in zip(sample, hidden)]
    tally = {True: _Tally(), False: _Tally()}
    if len(asked) and any(tile.clear.any() for tile in shown):
        answer = answering(shown)
        for i in np.unique(np.linspace(0, len(sample) - 1, _MOST_TILES).round().astype(int)):
            scored, truth = hidden[i] & truths[i], sample[i].reflectance
            days = [t for t in asked if scored[t].any()]
            for t, (anchor, found) in zip(days, answer(shown[i], sample[i].dates[days])):
                if found is not None:
                    tally[anchor.from_scene].add(anchor.start, found, truth[t], scored[t])
    return Gate(scene=tally[True].best(), time=tally[False].best())


class _Tally:
    """Absolute errors of every blend on one day after the other."""

    def __init__(self) -> None:
        self._errors: list[list[float]] = []
        self._count = 0

    def add(
        self, start: FloatArray, found: FloatArray, truth: FloatArray, scored: BoolArray
    ) -> None:
        """Compare on the scored pixels of one day."""
        off, step = (start - truth)[:, scored], (found - start)[:, scored]
        self._errors.append([float(np.abs(off + np.float32(b) * step).sum()) for b in BLENDS])
        self._count += int(scored.sum())

    def best(self) -> float:
        """The blend of least error that is better on more than a lucky day; none of the answer
        where too little is known."""
        if self._count < _FEWEST or len(self._errors) < 2:
            return 0.0
        errors, best = np.array(self._errors), 0
        for i in range(1, len(BLENDS)):
            gain = errors[:, best] - errors[:, i]
            doubt = gain.std(ddof=1) * len(gain) ** 0.5
            if gain.sum() > max(doubt, _WORTHWHILE * errors[:, best].sum()):
                best = i
        return BLENDS[best]


def _hidden(
    truths: Sequence[BoolArray], rng: np.random.Generator
) -> tuple[list[BoolArray], IntArray]:
    """What is hidden of each tile, (T, h, w), and the frames of which something is."""
    ever = max(sum(int(truth.any(axis=0).sum()) for truth in truths), 1)
    shares = np.sum([truth.sum(axis=(1, 2)) for truth in truths], axis=0) / ever
    good = rng.permutation(np.flatnonzero(shares > _GOOD))
    clouds = min(_MOST_CLOUDED, len(good) // 4)
    frames = min(_MOST_MISSING, len(good) // 4)
    clouded, missing = good[:clouds], good[clouds : clouds + frames]
    donors = np.flatnonzero((shares > _DONORS[0]) & (shares < _DONORS[1]))
    hidden = []
    for truth in truths:
        cover = np.zeros_like(truth)
        cover[missing] = True
        for t in clouded:
            one = disc(truth[0].shape, rng)
            cover[t] = moved(~truth[rng.choice(donors)], rng) if len(donors) else one
        hidden.append(cover)
    return hidden, np.sort(good[: clouds + frames])


def _without(tile: Tile, cover: BoolArray) -> Tile:
    clear = tile.clear & ~cover
    values = np.where(clear[:, None], tile.reflectance, np.float32(0))
    return replace(tile, reflectance=values, clear=clear)
