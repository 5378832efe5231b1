"""Which days are bad witnesses: haze, thin cloud and low sun are off as a whole.

Frames are weighed by how far they are from what the other days say. What a frame is off depends on
the days around it, so that errors without a frame flatter such weights: whether they help is asked
of frames that had no say in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray
from kairos.engine.prior.local_linear import BANDWIDTHS, STIFFNESS, LocalLinear, trust_of
from kairos.engine.prior.looks import Looks

_OFF = 1.5
"""A frame that is so many times as far off as half of the others counts for half."""
_FEWEST = 10
"""Pixels without which nothing is known of a frame."""
_FOLDS = 4
_WORTHWHILE, _SURE = 0.015, 2.0
"""Share of the error that must go, and times its standard error over the frames: the stacks of few
frames that would pass with less are as often wrong as right."""


def with_trust(
    smoother: Optional[LocalLinear],
    estimate: FloatArray,
    values: FloatArray,
    clear: BoolArray,
    days: FloatArray,
) -> Optional[LocalLinear]:
    """The best smoother whose frames are weighed, where it is better than the given one.

    Args:
        smoother: the best one without weights; None for the line between looks.
        estimate: (T, C, N) what it says of each date without that date.
        values: (T, C, N) pixel series, 0 where not clear.
        clear: (T, N).
        days: (T,) days since 1970.
    """
    told = np.flatnonzero(clear.sum(axis=1) >= _FEWEST)
    if len(told) < 2 * _FOLDS:
        return smoother
    tried = [LocalLinear(*some) for some in product(BANDWIDTHS, STIFFNESS)]
    plain, weighed = _held_out(smoother, tried, told, values, clear, days)
    best = int(weighed.sum(axis=1).argmin())
    if not _surely_better(plain, weighed[best]):
        return smoother
    known = clear & _between(Looks.of(days, values, clear))
    return replace(tried[best], trust=_trust(estimate - values, known))


def _held_out(
    smoother: Optional[LocalLinear],
    tried: Sequence[LocalLinear],
    told: IntArray,
    values: FloatArray,
    clear: BoolArray,
    days: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """The errors of frames that had no say: of the smoother without weights (N,), of each that is
    tried with weights (S, N).

    Args:
        smoother: the best one without weights; None for the line between looks.
        tried: S smoothers.
        told: (N,) the frames to be asked for.
        values: (T, C, P) pixel series, 0 where not clear.
        clear: (T, P).
        days: (T,).
    """
    plain = np.zeros(len(told), np.float32)
    weighed = np.zeros((len(tried), len(told)), np.float32)
    for fold in range(_FOLDS):
        hidden = told[fold::_FOLDS]
        shown = clear.copy()
        shown[hidden] = False
        seen, looks = values * shown[:, None], Looks.of(days, values, shown)
        lines, between = looks.lines(days), _between(looks)
        own = lines if smoother is None else smoother(seen, shown, days, days, lines)
        trust = _trust(own - values, shown & between)
        known = clear[hidden] & between[hidden]
        plain[fold::_FOLDS] = _errors(own[hidden] - values[hidden], known)
        for i, other in enumerate(tried):
            found = replace(other, trust=trust)(seen, shown, days, days[hidden], lines[hidden])
            weighed[i, fold::_FOLDS] = _errors(found - values[hidden], known)
    return plain, weighed


def _surely_better(plain: FloatArray, weighed: FloatArray) -> bool:
    """Whether errors (N,) of frames fall by more than may be chance."""
    gain = plain - weighed
    doubt = gain.std() * len(gain) ** 0.5
    return bool(gain.sum() > max(_WORTHWHILE * plain.sum(), _SURE * doubt))


def _between(looks: Looks) -> BoolArray:
    """(T, N) where there is a look on another day."""
    return np.isfinite(np.stack([looks.distance(float(day)) for day in looks.days]))


def _trust(errors: FloatArray, known: BoolArray) -> FloatArray:
    """(T,) how far to trust each frame, from errors (T, C, N) where they are known (T, N)."""
    told = known.sum(axis=1) >= _FEWEST
    off = np.zeros(len(errors), np.float32)
    for t in np.flatnonzero(told):
        off[t] = np.abs(np.median(errors[t][:, known[t]], axis=1)).mean()
    usual = float(np.median(off[told])) if told.any() else 1.0
    return np.where(told, trust_of(off, _OFF * usual), np.float32(1))


def _errors(errors: FloatArray, known: BoolArray) -> FloatArray:
    """(T,) summed absolute error of each frame."""
    return np.asarray((np.abs(errors).mean(axis=1) * known).sum(axis=1))
