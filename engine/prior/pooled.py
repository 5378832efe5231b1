"""What the season, the state of the ground and the radar say about a day that nobody saw.

One ridge regression for the whole stack: the error of the temporal prior on frames that are
known, from the prior itself, its difference to the line between looks, the season, greenness,
and the radar anomaly: how far the radar of the day is from what the same temporal prior makes
of the radar on the days of the clear looks. It is shrunk, and left out, by leaving out runs of
frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.prior.ridge import Validation, cross_validate

_PENALTIES = (0.01, 0.1, 1.0, 10.0)
_GAINS = (0.25, 0.5, 0.75, 1.0)
_FOLDS = 8
_ROWS = 300
"""Rows per frame."""
_WORTHWHILE = 0.985
_RADAR_WORTHWHILE = 0.99
_YEAR = 365.25


@dataclass(frozen=True)
class PooledRidge:
    """A correction of the temporal prior, the same for all pixels and days of a stack."""

    centre: FloatArray
    spread: FloatArray
    coefficients: FloatArray
    """(P, C)"""
    bands: tuple[str, ...]
    uses_radar: bool

    def __call__(
        self, base: FloatArray, line: FloatArray, anomaly: FloatArray, day: float
    ) -> FloatArray:
        """What to add to the prior of one day.

        Args:
            base: (C, ...) the prior.
            line: (C, ...) the line between the looks.
            anomaly: (2, ...) radar of the day less the prior's radar, dB; unused without radar.
            day: days since 1970.

        Returns:
            (C, ...) reflectance.
        """
        x = features(base, line, anomaly if self.uses_radar else anomaly[:0], day, self.bands)
        x = (x - self.centre) / self.spread
        return (x @ self.coefficients).T.reshape(base.shape)


def features(
    base: FloatArray, line: FloatArray, anomaly: FloatArray, day: float, bands: Sequence[str]
) -> FloatArray:
    """The columns (N, P) of a day for all its pixels; the last one is constant."""
    count = len(base)
    green = _greenness(base, bands).reshape(1, -1)
    base, line = base.reshape(count, -1), line.reshape(count, -1)
    anomaly = anomaly.reshape(len(anomaly), base.shape[1])
    phase = 2 * np.pi * day / _YEAR
    season = np.float32(np.sin(phase)), np.float32(np.cos(phase))
    one = np.ones_like(green)
    columns = [base, line - base, green]
    columns += [one * s for s in season] + [green * s for s in season]
    if len(anomaly):
        columns += [anomaly, anomaly * green] + [anomaly * s for s in season]
    return np.ascontiguousarray(np.concatenate([*columns, one]).T)


def fit_pooled(
    values: FloatArray,
    clear: BoolArray,
    base: FloatArray,
    line: FloatArray,
    anomaly: FloatArray,
    days: FloatArray,
    bands: Sequence[str],
) -> Optional[PooledRidge]:
    """Fit the correction on pixel series, or None where it does not help.

    Args:
        values: (T, C, N) reflectance.
        clear: (T, N), the rows to learn from.
        base: (T, C, N) the prior without the frame itself.
        line: (T, C, N) the line between looks without the frame itself.
        anomaly: (T, 2, N) radar anomaly in dB, or (T, 0, N).
        days: (T,).
        bands: names.
    """
    rng = np.random.default_rng(0)
    frames = [t for t in range(len(days)) if np.count_nonzero(clear[t]) >= 20]
    if len(frames) < 2 * _FOLDS:
        return None
    picked = [_some(np.flatnonzero(clear[t]), rng) for t in frames]
    y = np.concatenate([(values[t] - base[t])[:, i].T for t, i in zip(frames, picked)])
    sizes = [len(i) for i in picked]
    folds = np.repeat(np.arange(len(frames)) * _FOLDS // len(frames), sizes)
    weight = np.concatenate([_weights((values[t] - base[t])[:, i]) for t, i in zip(frames, picked)])
    fits: list[tuple[float, PooledRidge]] = []
    for radar in (False, True) if anomaly.shape[1] else (False,):
        used = anomaly if radar else anomaly[:, :0]
        x = np.concatenate(
            [
                features(base[t][:, i], line[t][:, i], used[t][:, i], float(days[t]), bands)
                for t, i in zip(frames, picked)
            ]
        )
        centre, spread = x.mean(axis=0), x.std(axis=0) + np.float32(1e-4)
        centre[-1], spread[-1] = 0, 1
        x = (x - centre) / spread
        validation, equations = cross_validate(x, y, weight, folds, _PENALTIES)
        gain, error = _gain(validation, y, weight)
        coefficients = equations.solve(validation.penalty) * np.float32(gain)
        fits.append((error, PooledRidge(centre, spread, coefficients, tuple(bands), radar)))
    error, best = fits[0]
    if len(fits) == 2 and fits[1][0] < _RADAR_WORTHWHILE * error:
        error, best = fits[1]
    return best if error < _WORTHWHILE else None


def _gain(validation: Validation, y: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """How much of the correction to believe, and the error that is left with it (1 = all)."""
    y, weight = y[validation.known], weight[validation.known]
    correction = y - validation.held_out
    zero = float((np.abs(y).mean(axis=1) * weight).sum()) or 1.0
    errors = [
        float((np.abs(y - np.float32(gain) * correction).mean(axis=1) * weight).sum()) / zero
        for gain in _GAINS
    ]
    best = int(np.argmin(errors))
    return _GAINS[best], errors[best]


def _some(indices: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # type: ignore[type-arg]
    return indices if len(indices) <= _ROWS else rng.choice(indices, _ROWS, replace=False)


def _weights(errors: FloatArray) -> FloatArray:
    size = np.abs(errors).mean(axis=0)
    return np.asarray(1 / np.maximum(1, size / (2 * np.median(size) + 1e-5)), np.float32)


def _greenness(base: FloatArray, bands: Sequence[str]) -> FloatArray:
    """NDVI where the bands allow, else the contrast of the last to the first band."""
    names = list(bands)
    low = names.index("B04") if "B04" in names else 0
    high = next((names.index(b) for b in ("B08", "B8A", "B07") if b in names), len(names) - 1)
    total = np.abs(base[high]) + np.abs(base[low]) + np.float32(0.02)
    return np.asarray((base[high] - base[low]) / total)
