"""How far a stack lets a learned model move its start: decided on the stack's own clear ground.

Some clear ground of a sample is hidden, by clouds and by whole frames; a model answers for it,
and the blend of start and answer that comes nearest to what was hidden is the one that is used.
The errors of the two are largely independent, so that a blend is often better than either; and a
stack on which the model does no good stays with the closed forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Callable

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, IntArray
from kairos.engine.clear import without_missed_cloud
from kairos.engine.clouds import disc, moved
from kairos.engine.models.anchor import Anchor
from kairos.engine.parallel import each
from kairos.engine.stack import Tile

_STEPS, _MOST_STEPS = 4, 3
"""A model moves the start by quarters, at most three of them."""
_CAUTIOUS = 0.5
"""At most so far, unless the guess goes further: how far a few days say that a model may go is
often further than is good for the others."""
Blend = tuple[float, ...]
"""Shares of the model's answers; what they lack to 1 is the share of the start."""

_MOST_CLOUDED, _MOST_MISSING = 8, 10
"""Frames that get a cloud, and frames that are hidden whole."""
_EVERY = 3
_MOST_TILES = 8
_GOOD = 0.5
_DONORS = (0.1, 0.85)
_FEWEST = 200
"""Hidden pixels without which nothing is known of a stack."""
_WORTHWHILE = 0.002
"""Share of the error that a blend must take away at least."""
_DEAR = 0.005
"""The same for the first answer, beyond what the others take away: it takes most of the time."""
_DAYS_CLOUDED, _DAYS_MISSING = 2, 6
"""Days without which nothing is known: whole days differ by their own sky."""
_SEED = 5


@dataclass(frozen=True)
class Gate:
    """Shares of the model's answers, where the start is scene regression and where it is time."""

    scene: Blend = (1.0,)
    time: Blend = (1.0,)

    def of(self, anchor: Anchor) -> Blend:
        """The shares for a start."""
        return self.scene if anchor.from_scene else self.time


OPEN = Gate()
"""The model's first answer as it is."""

SHUT = Gate((0.0,), (0.0,))
"""The start as it is."""

Answer = Callable[[Tile, DateArray], Iterator[tuple[Anchor, Sequence[FloatArray]]]]
"""For each asked day of a tile its start and what the model makes of it, each (C, h, w); the answer
that takes most of the time first."""


def gate_of(
    sample: Sequence[Tile],
    answering: Callable[[Sequence[Tile]], Answer],
    *,
    scene: bool = True,
    guess: float = 0.0,
) -> Gate:
    """Hide clear ground of a sample and compare.

    Args:
        sample: of the stack, all tiles with the same dates.
        answering: fits a model to the shown tiles; what it returns is asked for the hidden days.
        scene: whether the model is asked for frames that teach themselves, too.
        guess: share of the first answer on days that start from time, where too few of them can
            be judged; less of it where those speak against it.
    """
    rng = np.random.default_rng(_SEED)
    truths = [without_missed_cloud(tile.reflectance[:, 0], tile.clear) for tile in sample]
    hidden, asked = _hidden(truths, rng, scene=scene)
    shown = [_without(tile, cover) for tile, cover in zip(sample, hidden)]
    tally = {True: _Tally(), False: _Tally()}
    if len(asked) and any(tile.clear.any() for tile in shown):
        answer = answering(shown)

        def compare(i: int) -> list[_Compared]:
            scored, truth = hidden[i] & truths[i], sample[i].reflectance
            days = [t for t in asked if scored[t].any()]
            found = zip(days, answer(shown[i], sample[i].dates[days]))
            return [_Compared.of(int(t), *one, truth[t], scored[t]) for t, one in found]

        for compared in each(compare, spaced(len(sample), _MOST_TILES)):
            for one in compared:
                tally[one.from_scene].add(one)
    return Gate(scene=tally[True].best(_DAYS_CLOUDED), time=tally[False].best(_DAYS_MISSING, guess))


def kept_back(sample: Sequence[Tile]) -> IntArray:
    """The frames on which the gate asks for what a cloud hides: whoever fits a model to the stack
    leaves them out, so that the gate sees how it does on frames that it has not practised on."""
    truths = [without_missed_cloud(tile.reflectance[:, 0], tile.clear) for tile in sample]
    return _clouded(np.flatnonzero(_shares(truths) > _GOOD))


def _clouded(good: IntArray) -> IntArray:
    return good[_EVERY // 2 :: _EVERY][:_MOST_CLOUDED]


def spaced(count: int, most: int) -> list[int]:
    """At most so many of some things, spread evenly."""
    return [int(i) for i in np.unique(np.linspace(0, count - 1, most).round())]


@dataclass(frozen=True)
class _Compared:
    """Absolute errors of every blend on the scored pixels of one frame on one tile."""

    frame: int
    from_scene: bool
    blends: list[Blend]
    errors: FloatArray
    count: int

    @classmethod
    def of(
        cls,
        frame: int,
        anchor: Anchor,
        found: Sequence[FloatArray],
        truth: FloatArray,
        scored: BoolArray,
    ) -> _Compared:
        """Of the start of a frame and what a model makes of it."""
        off = (anchor.start - truth)[:, scored]
        steps = [(answer - anchor.start)[:, scored] for answer in found]
        tried = blends(len(found))
        errors = np.array([np.abs(off + mix(steps, blend)).sum() for blend in tried])
        return cls(frame, anchor.from_scene, tried, errors, int(scored.sum()))


class _Tally:
    """The errors of every blend on each frame, all tiles together: a day has one sky."""

    def __init__(self) -> None:
        self._blends: list[Blend] = [(0.0,)]
        self._errors: dict[int, FloatArray] = {}
        self._count = 0

    def add(self, compared: _Compared) -> None:
        """One more frame of one more tile."""
        self._blends, frame = compared.blends, compared.frame
        self._errors[frame] = self._errors.get(frame, 0) + compared.errors
        self._count += compared.count

    def best(self, days: int, guess: float = 0.0) -> Blend:
        """The blend that is surest to help, or the start where that is none.

        It has the least relative error, a standard error over the days added: the smaller step
        is the surer one.

        Args:
            days: without which nothing is known.
            guess: share of the first answer then, or the largest below it by which the days that
                there are get no worse.
        """
        nothing = tuple(0.0 for _ in self._blends[0])
        if self._count < _FEWEST or not self._errors:
            return nothing
        errors = np.array(list(self._errors.values()))
        relative = errors / np.maximum(errors[:, :1], 1e-9)
        if len(errors) < days:
            means = zip(self._blends, relative.mean(axis=0))
            fair = [b for b, mean in means if b[0] <= guess and not any(b[1:]) and mean < 1]
            return max(fair, default=nothing)
        worst = relative.mean(axis=0) + relative.std(axis=0, ddof=1) / len(errors) ** 0.5
        worst += [_DEAR * bool(blend[0]) for blend in self._blends]
        worst[[sum(blend) > max(_CAUTIOUS, guess) for blend in self._blends]] = np.inf
        best = int(worst.argmin())
        return self._blends[best] if worst[best] < 1 - _WORTHWHILE else nothing


def blends(answers: int) -> list[Blend]:
    """All shares of so many answers that are tried, the start alone first."""
    steps = product(range(_MOST_STEPS + 1), repeat=answers)
    return [tuple(s / _STEPS for s in some) for some in steps if sum(some) <= _MOST_STEPS]


def mix(steps: Sequence[FloatArray], blend: Blend) -> FloatArray:
    """The sum of some images, each times its share."""
    total = np.zeros_like(steps[0])
    for step, share in zip(steps, blend):
        total += np.float32(share) * step
    return total


def _shares(clear: Sequence[BoolArray]) -> FloatArray:
    """Clear share of each frame over all tiles, (T,)."""
    ever = max(sum(int(c.any(axis=0).sum()) for c in clear), 1)
    return np.asarray(sum(c.sum(axis=(1, 2)) for c in clear) / ever, np.float32)


def _hidden(
    truths: Sequence[BoolArray], rng: np.random.Generator, *, scene: bool
) -> tuple[list[BoolArray], IntArray]:
    """What is hidden of each tile, (T, h, w), and the frames of which something is."""
    shares = _shares(truths)
    good = np.flatnonzero(shares > _GOOD)
    clouded = _clouded(good) if scene else good[:0]
    rest = rng.permutation(np.setdiff1d(good, clouded))
    missing = rest[: min(_MOST_MISSING, len(good) // 4)]
    donors = np.flatnonzero((shares > _DONORS[0]) & (shares < _DONORS[1]))
    hidden = []
    for truth in truths:
        cover = np.zeros_like(truth)
        cover[missing] = True
        for t in clouded:
            one = disc(truth[0].shape, rng)
            cover[t] = moved(~truth[rng.choice(donors)], rng) if len(donors) else one
        hidden.append(cover)
    return hidden, np.sort(np.concatenate([clouded, missing]))


def _without(tile: Tile, cover: BoolArray) -> Tile:
    clear = tile.clear & ~cover
    values = np.where(clear[:, None], tile.reflectance, np.float32(0))
    return replace(tile, reflectance=values, clear=clear)
