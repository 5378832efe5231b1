"""The method `scene-regression`: each frame by its own regression, the rest from time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.method import Estimate, Source, positions
from kairos.engine.prior.box import box_sum
from kairos.engine.prior.factors import Factors, Latent, fit_factors
from kairos.engine.prior.frame_doubt import frame_doubt
from kairos.engine.prior.frame_regression import FrameRegression, fit_frame
from kairos.engine.prior.rim import RADII, spread
from kairos.engine.prior.temporal import TemporalPrior, TemporalState
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Tile

_RIM_LIMIT = 4.0
"""Errors at the rim beyond this many median ones are cut: they are missed cloud."""
_BESIDE, _EVERY = 3, 3
"""Pixels from a gap, and of the others every so many in both directions, that tell of its error."""


@dataclass(frozen=True)
class SceneRegression:
    """Scene regression on the temporal prior of a stack."""

    prior: TemporalPrior
    sample: tuple[TemporalState, ...]
    bases: tuple[tuple[FloatArray, FloatArray], ...]
    """Of each tile of the sample: the prior of its days and the line between looks."""
    thorough: bool = False
    """Whether frames learn also from the factors of the stack, and what a line leaves over: less
    error for more time."""
    factors: Optional[Factors] = None
    """Of the stack, where frames learn thoroughly."""
    margin: ClassVar[int] = max(RADII) + 2
    _frames: dict[int, Optional[FrameRegression]] = field(default_factory=dict, repr=False)

    @classmethod
    def fit(cls, sample: Sequence[Tile], *, thorough: bool = False) -> SceneRegression:
        """Fit the prior; the regression of a frame is fitted when the frame is first asked for."""
        prior = TemporalPrior.fit(sample)
        factors = fit_factors(sample) if thorough else None
        method = cls(prior, (), (), thorough, factors)
        states = tuple(method.prepare(tile) for tile in sample)
        bases = tuple(prior.base(s, s.tile.dates) for s in states)
        return replace(method, sample=states, bases=bases)

    def prepare(self, tile: Tile) -> TemporalState:
        """What the prior prepares, with the factors of the pixels."""
        state = self.prior.prepare(tile)
        if self.factors is None:
            return state
        return replace(state, latent=Latent.of(self.factors, tile))

    def estimate(self, state: TemporalState, dates: DateArray) -> Estimate:
        """The frames of these days; days without clear ground of their own come from time."""
        result = _empty(state.tile, len(dates))
        for d, t in enumerate(positions(state.tile.dates, dates)):
            day = dates[d : d + 1]
            regression = self._regression(t)
            if regression is not None:
                _fill(state, regression, self._base(state, day), result, d)
                continue
            part = self.prior.estimate(state, day)
            result.mean[d], result.sigma[d] = part.mean[0], part.sigma[0]
            result.source[d] = part.source[0]
        return result

    def expected(
        self, state: TemporalState, day: DateArray, wanted: Optional[BoolArray] = None
    ) -> Optional[tuple[FloatArray, FrameRegression]]:
        """What the frame of a day (1,) should look like, seen pixels included: (C, h, w).

        None where the day shows too little clear ground to learn from.

        Args:
            state: a prepared tile.
            day: (1,).
            wanted: (h, w) where it must be as good as it can be; everywhere if None.
        """
        (t,) = positions(state.tile.dates, day)
        regression = self._regression(t)
        if regression is None:
            return None
        base, line = self._base(state, day)
        everywhere = slice(0, base.shape[1])
        return base + regression(state, base, line, everywhere, wanted), regression

    def learn(self, position: int) -> Optional[FrameRegression]:
        """Fit the regression of the frame at a place among the dates."""
        return self._regression(position)

    def lean(self) -> SceneRegression:
        """The same without the sample, for the frames that it has learned."""
        return replace(self, sample=(), bases=())

    def _regression(self, t: int) -> Optional[FrameRegression]:
        """The regression of the frame at a place among the dates; None for no frame (-1)."""
        if t < 0:
            return None
        if t not in self._frames:
            count = len(self.sample[0].tile.bands)
            bases = [(base[t, :count], line[t, :count]) for base, line in self.bases]
            self._frames[t] = fit_frame(
                self.sample, bases, t, thorough=self.thorough, trust=self.prior.trust
            )
        return self._frames[t]

    def _base(self, state: TemporalState, day: DateArray) -> tuple[FloatArray, FloatArray]:
        """The prior of a day and the line between the looks around it, (C, h, w)."""
        base, line = self.prior.base(state, day)
        count = len(state.tile.bands)
        return base[0, :count], line[0, :count]


def _fill(
    state: TemporalState,
    regression: FrameRegression,
    bases: tuple[FloatArray, FloatArray],
    result: Estimate,
    d: int,
) -> None:
    """Put the core of one frame into the result: as seen where clear, else by regression."""
    (base, line), tile, t = bases, state.tile, regression.position
    clear, unseen = tile.clear[t], state.unseen
    mean, sigma, source = result.mean[d], result.sigma[d], result.source[d]
    np.copyto(mean, tile.reflectance[t])
    sigma[:], source[:] = 0, Source.OBSERVED
    gap = np.zeros_like(clear)
    core = tile.core.within(tile.window)
    gap[core] = ~clear[core] & ~unseen[core]
    if gap.any():
        rows = _around(gap)
        tells = telling(clear, tile.window) if regression.left is not None else clear
        added = regression(state, base, line, rows, (gap | tells)[rows])
        error = tile.reflectance[t, :, rows] - base[:, rows] - added
        added += from_rim(error, tells[rows], regression)
        doubt = _doubt(state, regression, base[:, rows], added, rows)
        added += base[:, rows]
        np.copyto(mean[:, rows], added, where=gap[rows])
        np.copyto(sigma[:, rows], doubt, where=gap[rows])
        source[gap] = Source.SCENE
    hole = unseen & ~clear
    mean[:, hole], sigma[:, hole], source[hole] = np.nan, np.nan, Source.UNSEEN


def _doubt(
    state: TemporalState,
    regression: FrameRegression,
    base: FloatArray,
    added: FloatArray,
    rows: slice,
) -> FloatArray:
    """The doubt (C, r, w) of what is added to the base on some rows of a frame."""
    clear, latent = state.tile.clear[regression.position, rows], state.latent
    if latent is None:
        return frame_doubt(regression.sigma, clear, added, from_factors=False)
    told = latent.frame(regression.position).reshape(state.tile.reflectance.shape[1:])
    differs = added + base - told[:, rows]
    return frame_doubt(regression.sigma, clear, differs, from_factors=True)


def telling(clear: BoolArray, window: Window) -> BoolArray:
    """The clear pixels (h, w) of a frame that are asked how far off its estimate is.

    Those beside gaps say the most of them; a few of the others are enough where each costs much.

    Args:
        clear: (h, w) what the frame shows of a window.
        window: where that lies on the stack, so that all tiles ask the same pixels.
    """
    asked = box_sum((~clear).astype(np.float32), _BESIDE) > 0
    asked[-window.row % _EVERY :: _EVERY, -window.col % _EVERY :: _EVERY] = True
    return np.asarray(asked & clear)


def from_rim(error: FloatArray, tells: BoolArray, regression: FrameRegression) -> FloatArray:
    """What the error (C, h, w) of the pixels that tell of it says of others; extremes are cut."""
    limit = _RIM_LIMIT * regression.sigma[:, None, None]
    return spread(np.clip(error, -limit, limit), tells)


def _around(gap: BoolArray) -> slice:
    """The rows of a tile that hold gaps, and those whose error is seen from there."""
    with_gap = np.flatnonzero(gap.any(axis=1))
    reach = max(RADII)
    return slice(max(0, int(with_gap[0]) - reach), min(len(gap), int(with_gap[-1]) + reach + 1))


def _empty(tile: Tile, days: int) -> Estimate:
    shape = (days, *tile.reflectance.shape[1:])
    return Estimate(
        np.empty(shape, np.float32),
        np.empty(shape, np.float32),
        np.empty((days, *shape[2:]), np.uint8),
    )
