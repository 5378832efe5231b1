"""The Whittaker smoother: close to the clear looks, and smooth between them.

Eilers 2003, "A perfect smoother", with divided second differences for uneven days. The system
of each pixel has five diagonals; all pixels are solved at once, day after day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, day_numbers
from kairos.engine.method import Estimate, Source, clear_pixels, with_observations
from kairos.engine.prior.doubt import Doubt
from kairos.engine.prior.looks import Looks
from kairos.engine.stack import Tile

_STRENGTHS = (1e1, 1e2, 1e3, 1e4, 1e5)
"""Days to the fourth power, roughly: 1e3 smooths over a couple of weeks."""

_SAMPLE = 2048
_FOLDS = 5
_FEWEST = 3
_SPREAD = 5.0
"""Days that unit spacing stands for."""


@dataclass(frozen=True)
class WhittakerState:
    """A tile, smooth on its acquired days."""

    tile: Tile
    looks: Looks
    smooth: FloatArray
    """(T, C, h, w)"""


@dataclass(frozen=True)
class Whittaker:
    """The smoother with the strength that fits a stack."""

    strength: float
    doubt: Doubt
    margin: ClassVar[int] = 0

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> Whittaker:
        """Choose the strength by hiding every fifth look in turn."""
        values, clear = clear_pixels(sample, _SAMPLE)
        days = day_numbers(sample[0].dates)
        rank = np.cumsum(clear, axis=0) % _FOLDS
        best: tuple[float, float, FloatArray, FloatArray] | None = None
        for strength in _STRENGTHS:
            errors, distances = [], []
            for fold in range(_FOLDS):
                hidden = clear & (rank == fold)
                kept = clear & ~hidden
                looks = Looks.of(days, np.where(kept[:, None], values, 0), kept)
                smooth = _solve(days, np.where(kept[:, None], values, 0), kept, strength)
                for t in np.flatnonzero(hidden.any(axis=1)):
                    distance = looks.distance(float(days[t]))
                    known = hidden[t] & np.isfinite(distance)
                    errors.append((smooth[t] - values[t])[:, known].T)
                    distances.append(distance[known])
            error = np.concatenate(errors) if errors else np.zeros((0, values.shape[1]), np.float32)
            mean = float(np.abs(error).mean()) if len(error) else 0.0
            if best is None or mean < best[0]:
                far = np.concatenate(distances) if distances else np.zeros(0, np.float32)
                best = (mean, strength, error, far)
        if best is None:
            raise ValueError("there are no strengths to choose from")
        return cls(best[1], Doubt.learn(best[2], best[3]))

    def prepare(self, tile: Tile) -> WhittakerState:
        """Smooth the series; pixels with too few looks get the line between them."""
        days = day_numbers(tile.dates)
        looks = Looks.of(days, tile.reflectance, tile.clear)
        smooth = _solve(days, tile.reflectance, tile.clear, self.strength)
        few = tile.clear.sum(axis=0) < _FEWEST
        for t, day in enumerate(days):
            np.copyto(smooth[t], looks.linear(float(day)), where=few)
        return WhittakerState(tile, looks, smooth)

    def estimate(self, state: WhittakerState, dates: DateArray) -> Estimate:
        """The frames of these days; straight from one acquired day to the next."""
        days, nodes = day_numbers(dates), day_numbers(state.tile.dates)
        at = np.interp(days, nodes, np.arange(len(nodes)))
        low = np.floor(at).astype(np.intp)
        high = np.ceil(at).astype(np.intp)
        share = (at - low).astype(np.float32)[:, None, None, None]
        step = state.smooth[high] - state.smooth[low]
        mean = np.asarray(state.smooth[low] + share * step, np.float32)
        sigma = np.stack([self.doubt(state.looks.distance(float(day))) for day in days])
        return with_observations(state.tile, dates, mean, sigma, Source.TIME)


def _solve(days: FloatArray, values: FloatArray, clear: BoolArray, strength: float) -> FloatArray:
    """Smooth series (T, C, ...) with weight 1 where clear (T, ...), else 0."""
    count = len(days)
    if count < _FEWEST:
        return values.copy()
    penalty = _penalty(days, strength)
    weight = clear.astype(np.float64)
    shape = weight.shape[1:]
    diagonal = np.empty((count, *shape))
    above1, above2 = np.zeros((count, *shape)), np.zeros((count, *shape))
    right = (values * weight[:, None]).astype(np.float64)
    # L D L^T of a matrix with two diagonals beside the main one.
    for t in range(count):
        diagonal[t] = weight[t] + penalty[t, t] + 1e-9
        if t >= 1:
            diagonal[t] -= above1[t - 1] ** 2 * diagonal[t - 1]
        if t >= 2:
            diagonal[t] -= above2[t - 2] ** 2 * diagonal[t - 2]
        if t + 1 < count:
            off = penalty[t, t + 1]
            if t >= 1:
                off = off - above1[t - 1] * above2[t - 1] * diagonal[t - 1]
            above1[t] = off / diagonal[t]
        if t + 2 < count:
            above2[t] = penalty[t, t + 2] / diagonal[t]
        if t >= 1:
            right[t] -= above1[t - 1] * right[t - 1]
        if t >= 2:
            right[t] -= above2[t - 2] * right[t - 2]
    right /= diagonal[:, None]
    for t in range(count - 2, -1, -1):
        right[t] -= above1[t] * right[t + 1]
        if t + 2 < count:
            right[t] -= above2[t] * right[t + 2]
    return right.astype(np.float32)


def _penalty(days: FloatArray, strength: float) -> NDArray[np.float64]:
    """strength x D^T D with divided second differences, (T, T)."""
    at = days.astype(np.float64) / _SPREAD
    step = np.diff(at)
    rows = np.zeros((len(at) - 2, len(at)))
    for i in range(len(at) - 2):
        a, b = step[i], step[i + 1]
        rows[i, i : i + 3] = 2 / (a * (a + b)), -2 / (a * b), 2 / (b * (a + b))
    # A wide gap bends once, whatever its width: weigh each bend by the days it spans.
    spans = (step[:-1] + step[1:]) / 2
    return np.asarray(strength / _SPREAD**4 * (rows.T * spans) @ rows)
