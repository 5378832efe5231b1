"""When a season begins, peaks and ends.

A season is a rise and a fall of a curve. Its start is the day on which the rise has gained half of
its amplitude, counted from the low before the peak; its end the day on which the fall has lost
half of its own, counted from the low after it: the relative threshold of TIMESAT (Jönsson and
Eklundh 2004, doi:10.1016/j.cageo.2004.05.006) at one half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from kairos.engine.arrays import FloatArray, IntArray

_SMOOTH = 10.0
"""Days of the Gaussian that a curve is smoothed with first: one cloudy week is no season."""

_LEAST = 0.1
_SHARE = 0.3
"""A season rises and falls by more than `_LEAST`, and by this share of all that the curve does."""

_LEVEL = 0.5
"""Share of the amplitude at which a season starts and ends."""


@dataclass(frozen=True)
class Season:
    """Days are ordinals, as `date.toordinal` counts them."""

    start: Optional[int]
    """None where the curve begins too late to tell."""
    peak: int
    end: Optional[int]
    """None where the curve ends too early to tell."""
    height: float
    """Of the smoothed curve at the peak."""


def seasons(days: Sequence[int], values: Sequence[float]) -> tuple[Season, ...]:
    """The seasons of a curve, in order; none where it hardly moves.

    Args:
        days: rising ordinals.
        values: of these days.
    """
    if len(days) < 3 or days[-1] - days[0] < 3 * _SMOOTH:
        return ()
    daily = np.arange(days[0], days[-1] + 1)
    line = _smoothed(np.interp(daily, days, values).astype(np.float32))
    peaks = _peaks(line, max(_LEAST, _SHARE * float(np.ptp(line))))
    edges = [0, *peaks, len(line) - 1]
    lows = [a + int(np.argmin(line[a : b + 1])) for a, b in zip(edges, edges[1:])]
    return tuple(_season(daily, line, *turn) for turn in zip(lows, peaks, lows[1:]))


def _season(daily: IntArray, line: FloatArray, low: int, peak: int, next_low: int) -> Season:
    """A flank of which less than half seems to have been seen tells no day."""
    rise, fall = line[peak] - line[low], line[peak] - line[next_low]
    start = end = None
    if rise >= 0.5 * fall:
        reached = line[low : peak + 1] >= line[low] + _LEVEL * rise
        start = int(daily[low + np.flatnonzero(reached)[0]])
    if fall >= 0.5 * rise:
        kept = line[peak : next_low + 1] >= line[next_low] + _LEVEL * fall
        end = int(daily[peak + np.flatnonzero(kept)[-1]])
    return Season(start, int(daily[peak]), end, float(line[peak]))


def _peaks(line: FloatArray, least: float) -> list[int]:
    """The maxima that stand out from the lows on both sides by `least` before it rises higher."""
    found = []
    for i in np.flatnonzero((line[1:-1] > line[:-2]) & (line[1:-1] >= line[2:])) + 1:
        higher = np.flatnonzero(line > line[i])
        left = higher[higher < i].max(initial=-1)
        right = higher[higher > i].min(initial=len(line))
        floor = max(line[left + 1 : i + 1].min(), line[i:right].min())
        if line[i] - floor >= least:
            found.append(int(i))
    return found


def _smoothed(daily: FloatArray) -> FloatArray:
    reach = int(3 * _SMOOTH)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _SMOOTH) ** 2)
    weight = np.convolve(np.ones_like(daily), kernel)
    return np.asarray((np.convolve(daily, kernel) / weight)[reach:-reach])
