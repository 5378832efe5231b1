"""Observations that count by how far they are off the others of their pixel.

Haze, thin cloud and shadows that the mask missed pull a line through the looks. For a day that
nobody saw every observation is at hand to tell them apart. Not so for a frame that teaches itself:
its own pixels would have a say in how far the others are trusted, those under its clouds would not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.parallel import each
from kairos.engine.prior.local_linear import LocalLinear, trust_of
from kairos.engine.prior.looks import Looks

_OFF = 3.0
"""An observation that is so many times as far off as half of the others counts for half."""
_AT_ONCE, _DAYS = 1_000_000, 16
"""Values, and days of them, that are done at once."""


@dataclass(frozen=True)
class Trusted:
    """A series and how far each observation of it is trusted."""

    series: FloatArray
    """(T, C, ...) times its weight."""
    weight: FloatArray | BoolArray
    """(T, ...) 0 where not clear."""

    @classmethod
    def of(
        cls,
        smoother: LocalLinear,
        series: FloatArray,
        clear: BoolArray,
        looks: Looks,
        usual: float,
        count: int,
    ) -> Trusted:
        """Weigh each observation against what the others of its pixel say.

        Args:
            smoother: of the stack.
            series: (T, C, ...), 0 where not clear.
            clear: (T, ...).
            looks: of the series.
            usual: how far observations are off, reflectance: half of them less.
            count: of the first bands, which decide.
        """
        weight = clear * weights(smoother, series, clear, looks, usual, count)
        return cls(series * weight[:, None], weight)


def weights(
    smoother: LocalLinear,
    series: FloatArray,
    shown: BoolArray,
    looks: Looks,
    usual: float,
    count: int,
) -> FloatArray:
    """How far to trust each observation (T, ...), by what those that are shown say of its day.

    Args:
        smoother: of the stack.
        series: (T, C, ...).
        shown: (T, ...) the observations that have a say.
        looks: of those.
        usual: how far observations are off, reflectance: half of them less.
        count: of the first bands, which decide.
    """
    days, frames = looks.days, range(0, len(looks.days), _DAYS)
    values, seen = series.reshape(*series.shape[:2], -1), shown.reshape(len(shown), -1)
    found = np.empty(seen.shape, np.float32)

    def fill(start: int) -> None:
        some = slice(start, start + step)
        own, weight = values[:, :count, some], seen[:, some]
        told, line = own * weight[:, None], looks.of_pixels(some).lines(days)[:, :count]
        for t in frames:
            few = slice(t, t + _DAYS)
            expected = smoother(told, weight, days, days[few], line[few])
            found[few, some] = trust_of(np.abs(own[few] - expected).mean(axis=1), _OFF * usual)

    step = max(1, _AT_ONCE // (len(days) * values.shape[1]))
    each(fill, range(0, seen.shape[1], step))
    return found.reshape(shown.shape)
