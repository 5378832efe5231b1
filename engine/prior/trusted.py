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
        count: int,
    ) -> Trusted:
        """Weigh each observation against what the others of its pixel say.

        Args:
            smoother: of the stack.
            series: (T, C, ...), 0 where not clear.
            clear: (T, ...).
            looks: of the series.
            count: of the first bands, which decide.
        """
        days = looks.days

        def of_frame(t: int) -> FloatArray:
            day = days[t : t + 1]
            expected = smoother(series, clear, days, day, looks.lines(day))[0, :count]
            off = np.abs(series[t, :count] - expected).mean(axis=0)
            return np.asarray(clear[t] * trust_of(off, _OFF * smoother.usual))

        weight = np.stack(each(of_frame, range(len(days))))
        return cls(series * weight[:, None], weight)
