"""The method `scene-regression`: each frame by its own regression, the rest from time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import ClassVar, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.method import Estimate, Source, positions
from kairos.engine.prior.rim import RADII, lookouts, spread
from kairos.engine.prior.scene import FrameRegression, fit_frame
from kairos.engine.prior.temporal import TemporalPrior, TemporalState
from kairos.engine.stack import Tile

_RIM_LIMIT = 4.0
"""Errors at the rim beyond this many median ones are cut: they are missed cloud."""

_AT_ONCE = 16
"""Frames whose prior is computed together."""


@dataclass(frozen=True)
class SceneRegression:
    """Scene regression on the temporal prior of a stack."""

    prior: TemporalPrior
    sample: tuple[TemporalState, ...]
    margin: ClassVar[int] = max(RADII) + 2
    _frames: dict[int, Optional[FrameRegression]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> SceneRegression:
        """Fit the prior; the regression of a frame is fitted when the frame is first asked for."""
        prior = TemporalPrior.fit(sample)
        return cls(prior, tuple(prior.prepare(tile) for tile in sample))

    def prepare(self, tile: Tile) -> TemporalState:
        """What the prior prepares is all that is needed."""
        return self.prior.prepare(tile)

    def estimate(self, state: TemporalState, dates: DateArray) -> Estimate:
        """The frames of these days; days without clear ground of their own come from time."""
        at = positions(state.tile.dates, dates)
        regressions = [self._regression(t) if t >= 0 else None for t in at]
        result = _empty(state.tile, len(dates))
        by_time = [d for d, regression in enumerate(regressions) if regression is None]
        for some in _groups(by_time):
            part = self.prior.estimate(state, dates[some])
            result.mean[some], result.sigma[some] = part.mean, part.sigma
            result.source[some] = part.source
        by_scene = [d for d, regression in enumerate(regressions) if regression is not None]
        unseen = ~state.tile.clear.any(axis=0)
        for some in _groups(by_scene):
            for d, base in zip(some, self.prior.base(state, dates[some])):
                regression = regressions[d]
                if regression is not None:
                    _fill(state, regression, base, result, d, unseen)
        return result

    def _regression(self, t: int) -> Optional[FrameRegression]:
        with self._lock:
            if t not in self._frames:
                date = self.sample[0].tile.dates[t : t + 1]
                bases = [self.prior.base(state, date)[0] for state in self.sample]
                self._frames[t] = fit_frame(self.sample, bases, t)
            return self._frames[t]


def _fill(
    state: TemporalState,
    regression: FrameRegression,
    base: FloatArray,
    result: Estimate,
    d: int,
    unseen: BoolArray,
) -> None:
    """Put one frame into the result: as seen where clear, by its regression elsewhere."""
    tile, t = state.tile, regression.position
    clear = tile.clear[t]
    mean, sigma, source = result.mean[d], result.sigma[d], result.source[d]
    np.copyto(mean, tile.reflectance[t])
    sigma[:], source[:] = 0, Source.OBSERVED
    gap = ~clear & ~unseen
    if gap.any():
        rows = np.flatnonzero(gap)
        filled = base.reshape(len(base), -1)[:, rows] + regression(state, base, rows)
        filled += _from_rim(state, regression, base).reshape(len(base), -1)[:, rows]
        mean.reshape(len(mean), -1)[:, rows] = filled
        np.copyto(sigma, regression.sigma[:, None, None], where=gap)
        source[gap] = Source.SCENE
    hole = unseen & ~clear
    mean[:, hole], sigma[:, hole], source[hole] = np.nan, np.nan, Source.UNSEEN


def _from_rim(state: TemporalState, regression: FrameRegression, base: FloatArray) -> FloatArray:
    """The error of the regression on the clear ground around, carried into the gap (C, h, w)."""
    window, clear = state.tile.window, state.tile.clear[regression.position]
    chosen, weight = lookouts(clear, window.row, window.col)
    rows = np.flatnonzero(chosen)
    error = np.zeros_like(base)
    if len(rows):
        seen = state.tile.reflectance[regression.position].reshape(len(base), -1)[:, rows]
        off = seen - base.reshape(len(base), -1)[:, rows] - regression(state, base, rows)
        limit = _RIM_LIMIT * regression.sigma[:, None]
        error.reshape(len(base), -1)[:, rows] = np.clip(off, -limit, limit)
    return spread(error, weight)


def _empty(tile: Tile, days: int) -> Estimate:
    shape = (days, *tile.reflectance.shape[1:])
    return Estimate(
        np.empty(shape, np.float32),
        np.empty(shape, np.float32),
        np.empty((days, *shape[2:]), np.uint8),
    )


def _groups(items: Sequence[int]) -> list[list[int]]:
    return [list(items[i : i + _AT_ONCE]) for i in range(0, len(items), _AT_ONCE)]
