"""Where a flow starts: the closed forms of the house, and what the day shows of their error.

A learned model begins at scene regression where a frame can teach itself, at the temporal prior
elsewhere, and it is told how far to trust that start and what the nearest looks were. Numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, day_numbers
from kairos.engine.method import Source, positions
from kairos.engine.prior.radar import RadarSeries, has_radar
from kairos.engine.prior.scene_regression import SceneRegression, from_rim, telling
from kairos.engine.prior.temporal import TemporalState
from kairos.engine.stack import Tile, clear_counts

SIDE = 3
"""Frames on each side of a day whose looks a model sees."""

_SHOWS_ENOUGH = 0.2
FAR = np.float32(400)
"""Days: the age of a look that is not there."""


@dataclass(frozen=True)
class Anchor:
    """The start of one day on one tile, C bands, h x w pixels."""

    start: FloatArray
    """(C, h, w) x_0: as observed where clear, estimated elsewhere; reflectance."""
    sigma: FloatArray
    """(C, h, w) doubt of the estimate, also where clear; reflectance."""
    error: FloatArray
    """(C, h, w) observation minus estimate where clear, else 0. Far from gaps the estimate may do
    without what takes long to know."""
    base: FloatArray
    """(C, h, w) the temporal prior, which has not seen the day itself."""
    clear: BoolArray
    """(h, w) what the day shows."""
    latent: FloatArray
    """(C, h, w) what the factors of the pixels say; the base where the start comes from time."""
    looks: FloatArray
    """(2 SIDE, C, h, w) looks of the frames around, from the earliest on; the base where none."""
    ages: FloatArray
    """(2 SIDE, h, w) days from the day to the look, negative before; +-FAR where none."""
    radar: FloatArray
    """(2, h, w) dB: radar of the day less radar of the days of those frames; 0 without radar."""
    from_scene: bool
    """Whether the start is scene regression."""


@dataclass(frozen=True)
class AnchorState:
    """A tile, prepared."""

    prior: TemporalState
    radar: Optional[RadarSeries]

    @classmethod
    def of(cls, prior: TemporalState) -> AnchorState:
        """Of what the temporal prior prepared; the radar follows where that does without."""
        if prior.radar is not None or not has_radar(prior.tile):
            return cls(prior, prior.radar)
        return cls(prior, RadarSeries.of(prior.tile))

    @property
    def tile(self) -> Tile:
        """The tile itself."""
        return self.prior.tile


@dataclass(frozen=True)
class AnchorMethod:
    """The closed forms of a stack, as starts."""

    scene: SceneRegression
    shares: FloatArray
    """(T,) clear share of each date on the sample."""
    sample: tuple[AnchorState, ...] = field(default=(), repr=False)

    @classmethod
    def fit(cls, sample: Sequence[Tile], *, thorough: bool = True) -> AnchorMethod:
        """Fit the closed forms to a sample of the stack.

        Args:
            sample: of the stack.
            thorough: whether somebody asks for frames that teach themselves.
        """
        counts, ever = clear_counts(sample)
        scene = SceneRegression.fit(sample, thorough=thorough)
        states = tuple(AnchorState.of(state) for state in scene.sample)
        return cls(scene, counts / np.float32(max(ever, 1)), states)

    def lean(self) -> AnchorMethod:
        """The same without the sample, for the frames that scene regression has learned."""
        return AnchorMethod(self.scene.lean(), self.shares)

    def prepare(self, tile: Tile) -> AnchorState:
        """All that does not depend on the day."""
        return AnchorState.of(self.scene.prepare(tile))

    def from_scene(self, state: AnchorState, day: DateArray) -> bool:
        """Whether a day (1,) starts from scene regression, not from time."""
        (t,) = positions(state.tile.dates, day)
        return t >= 0 and self.scene.learn(t) is not None

    def start(self, state: AnchorState, day: DateArray) -> Anchor:
        """The start of a day (1,), acquired or not."""
        tile = state.tile
        (t,) = positions(tile.dates, day)
        shape, count = tile.clear.shape[1:], len(tile.bands)
        base = self.scene.prior.base(state.prior, day)[0][0, :count]
        clear = tile.clear[t] if t >= 0 else np.zeros(shape, bool)
        tells = telling(clear, tile.window)
        found = self.scene.expected(state.prior, day, tells | ~clear)
        if found is not None:
            estimate, regression = found
            sigma = np.broadcast_to(regression.sigma[:, None, None], estimate.shape)
        else:
            # What it shows keeps its say in how far the others are trusted.
            hidden = replace(state.prior, tile=_without(tile, t))
            by_time = self.scene.prior.estimate(hidden, day)
            estimate, sigma = by_time.mean[0], by_time.sigma[0]
            if (by_time.source == Source.UNSEEN).any():
                np.nan_to_num(estimate, copy=False)
                np.nan_to_num(sigma, copy=False, nan=0.05)
        error, start = np.broadcast_to(np.float32(0), estimate.shape), estimate
        shows = clear.any()
        if shows:
            error = np.where(clear, tile.reflectance[t] - estimate, np.float32(0))
        if found is not None:
            start = estimate + from_rim(error, tells, found[1])
        if shows:
            start = np.where(clear, tile.reflectance[t], start)
        latent = base if found is None else _latent(state, t, base)
        around = self.around(state, base, day)
        from_scene = found is not None
        return Anchor(start, sigma, error, base, clear, latent, *around, from_scene=from_scene)

    def shown(self, state: AnchorState, position: int, base: FloatArray) -> Anchor:
        """An acquired frame as it can be learned from where it is clear: nothing is estimated.

        Args:
            state: a tile, prepared.
            position: of the frame among the dates.
            base: (C, h, w) the temporal prior of the frame.
        """
        tile, regression = state.tile, self.scene.learn(position)
        sigma = np.full(len(base), 0.05, np.float32) if regression is None else regression.sigma
        return Anchor(
            tile.reflectance[position],
            np.broadcast_to(sigma[:, None, None], base.shape),
            np.broadcast_to(np.float32(0), base.shape),
            base,
            tile.clear[position],
            _latent(state, position, base),
            *self.around(state, base, tile.dates[position : position + 1]),
            from_scene=regression is not None,
        )

    def around(
        self, state: AnchorState, base: FloatArray, day: DateArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Looks, their ages and the radar of a day (1,) with this base, as an `Anchor` has them."""
        looks, ages = self._looks(state.prior, base, float(day_numbers(day)[0]))
        return looks, ages, self._radar(state, day)

    def _around(self, days: FloatArray, day: float) -> tuple[list[int], list[int]]:
        """The frames before and after a day that show enough, SIDE each at most, rising."""
        shows = self.shares >= _SHOWS_ENOUGH
        before = np.flatnonzero((days < day) & shows)[-SIDE:]
        after = np.flatnonzero((days > day) & shows)[:SIDE]
        return [int(s) for s in before], [int(s) for s in after]

    def _looks(
        self, state: TemporalState, base: FloatArray, day: float
    ) -> tuple[FloatArray, FloatArray]:
        count, shape = len(base), base.shape[1:]
        looks = np.empty((2 * SIDE, *base.shape), np.float32)
        ages = np.empty((2 * SIDE, *shape), np.float32)
        ages[:SIDE], ages[SIDE:] = -FAR, FAR
        before, after = self._around(state.looks.days, day)
        looks[: SIDE - len(before)] = looks[SIDE + len(after) :] = base
        sides = (
            (SIDE - len(before), before, state.looks.last, state.looks.last_day),
            (SIDE, after, state.looks.next, state.looks.next_day),
        )
        for first, frames, values, days in sides:
            for k, s in enumerate(frames, first):
                seen = np.isfinite(days[s])
                np.copyto(looks[k], values[s, :count])
                np.copyto(looks[k], base, where=~seen)
                np.copyto(ages[k], days[s] - np.float32(day), where=seen)
        return looks, ages

    def _radar(self, state: AnchorState, day: DateArray) -> FloatArray:
        shape = state.tile.clear.shape[1:]
        if state.radar is None:
            return np.zeros((2, *shape), np.float32)
        days = state.prior.looks.days
        before, after = self._around(days, float(day_numbers(day)[0]))
        others = days[[*before[-2:], *after[:2]]]
        if len(others) == 0:
            return np.zeros((2, *shape), np.float32)
        own, *known = state.radar.at(np.concatenate([day_numbers(day), others]))
        return np.asarray(own - np.mean(known, axis=0), np.float32)


def _latent(state: AnchorState, position: int, base: FloatArray) -> FloatArray:
    latent = state.prior.latent
    if position < 0 or latent is None:
        return base
    return latent.frame(position).reshape(base.shape)


def _without(tile: Tile, t: int) -> Tile:
    """The tile without what one frame shows, for an estimate that does not copy it."""
    if t < 0:
        return tile
    clear = tile.clear.copy()
    clear[t] = False
    return replace(tile, clear=clear)
