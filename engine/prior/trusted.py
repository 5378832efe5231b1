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
_LITTLE = 1_000_000
"""Values up to which all days are done at once."""


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
        days = looks.days

        def off(frames: slice) -> FloatArray:
            at = days[frames]
            expected = smoother(series, clear, days, at, looks.lines(at))[:, :count]
            return np.asarray(np.abs(series[frames, :count] - expected).mean(axis=1))

        step = len(days) if series.size <= _LITTLE else 1
        parts = [slice(t, t + step) for t in range(0, len(days), step)]
        weight = clear * trust_of(np.concatenate(each(off, parts)), _OFF * usual)
        return cls(series * weight[:, None], weight)
