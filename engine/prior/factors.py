"""Few numbers that say how a pixel lives: factor analysis of a stack that is full of holes.

Fields of one crop, woods, roofs: most of what a pixel shows on all days follows from a few hidden
factors, the same for all days. Each day has its own way of showing them (loadings), learned from
what it shows; each pixel's factors follow from the days on which it was seen, whichever these are.
So a look from the other end of the year counts for as much as it tells, which no line between
neighbours in time can do. Maximum likelihood with missing data by expectation maximisation
(Rubin and Thayer 1982; Tipping and Bishop 1999); a cousin of DINEOF (Beckers and Rixen 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray, day_numbers
from kairos.engine.method import clear_pixels
from kairos.engine.parallel import Once, each
from kairos.engine.prior.looks import Looks
from kairos.engine.stack import Tile

COUNT = 32
GROUPS = 4
"""The factors behind the estimate of a frame come from the frames of the other groups: such an
estimate means the same on pixels that the frame shows and on those that it hides."""

_PIXELS, _VALUES = 5000, 9_000_000
"""Pixels to learn from, fewer where their series are so long that they would fill the memory."""
_ROUNDS = 8
_POWERS = 2
_SURPRISE = 4.0
"""Squared residual, in its own variance, from which on a look loses weight: missed cloud."""
_HELD_BACK = 5.0
"""Looks of nothing that each loading is averaged with."""
_NOISE, _NOISE_LOOKS = 0.1, 10.0
"""Noise of a band, relative to its variance, that a day with few looks is taken to have."""
_LEAST_NOISE = 1e-4
_FEWEST_PIXELS, _FEWEST_DATES = 100, 5
_AT_ONCE = 512
"""Pixels whose equations are in memory together."""
_SEED = 0


@dataclass(frozen=True)
class Factors:
    """An analysis: T dates, C bands, Q factors."""

    loadings: FloatArray
    """(T, C, Q) reflectance per factor."""
    mean: FloatArray
    """(T, C) reflectance."""
    precision: FloatArray
    """(T, C) one over the variance of the noise."""

    @property
    def count(self) -> int:
        """Q."""
        return self.loadings.shape[2]

    def of(self, values: FloatArray, clear: BoolArray) -> FloatArray:
        """The factors of pixels, for each group of frames without its frames: (GROUPS, Q, N).

        Args:
            values: (T, C, N) reflectance, anything where not clear.
            clear: (T, N).
        """
        shown, pattern = np.unique(np.packbits(clear, axis=0), axis=1, return_inverse=True)
        seen = np.unpackbits(shown, axis=0, count=len(clear)).astype(np.float32)
        order = np.argsort(pattern.ravel(), kind="stable")
        found = np.empty((GROUPS, self.count, clear.shape[1]), np.float32)

        def some(start: int) -> None:
            pixels = order[start : start + _AT_ONCE]
            off = (values[..., pixels] - self.mean[..., None]) * clear[:, None, pixels]
            found[..., pixels] = self._solved(off, seen, pattern.ravel()[pixels])

        each(some, range(0, clear.shape[1], _AT_ONCE))
        return found

    def _solved(self, off: FloatArray, seen: FloatArray, pattern: IntArray) -> FloatArray:
        """The factors (GROUPS, Q, N) of pixels from their looks less the mean (T, C, N).

        What is to be solved depends on when a pixel was seen only, and many were seen alike.

        Args:
            off: 0 where not clear.
            seen: (T, P) 1 where clear, for each pattern that there is.
            pattern: (N,) rising.
        """
        first = int(pattern[0])
        part, pattern = seen[:, first : pattern[-1] + 1], pattern - first
        weighted = self.loadings * self.precision[..., None]
        squares = _squares(self.loadings, weighted)
        own = np.stack([_equations(squares[g::GROUPS], part[g::GROUPS]) for g in range(GROUPS)])
        right = np.stack([_projected(weighted[g::GROUPS], off[g::GROUPS]) for g in range(GROUPS)])
        others = 1 - np.eye(GROUPS, dtype=np.float32)
        equations = np.tensordot(others, own, 1) + np.eye(self.count, dtype=np.float32)
        sides = np.tensordot(others, right, 1)
        solved = np.linalg.inv(equations)[:, pattern] @ sides[..., None]
        return np.asarray(solved[..., 0].swapaxes(1, 2), np.float32)

    def frame(self, position: int, factors: FloatArray) -> FloatArray:
        """What the frame at a place among the dates looks like (C, N), from `of`."""
        shown = self.loadings[position] @ factors[position % GROUPS]
        return np.asarray(shown + self.mean[position][:, None], np.float32)


@dataclass(frozen=True)
class Latent:
    """The factors of a tile's pixels, found when a frame is first asked for."""

    analysis: Factors
    _factors: Once[FloatArray]

    @classmethod
    def of(cls, analysis: Factors, tile: Tile) -> Latent:
        """Of a tile."""
        values = tile.reflectance.reshape(*tile.reflectance.shape[:2], -1)
        clear = tile.clear.reshape(len(tile.clear), -1)
        return cls(analysis, Once(partial(analysis.of, values, clear)))

    @property
    def factors(self) -> FloatArray:
        """(GROUPS, Q, h x w)"""
        return self._factors()

    def frame(self, position: int) -> FloatArray:
        """What a frame must look like (C, h x w), not told by its own looks."""
        return self.analysis.frame(position, self.factors)


def fit_factors(sample: Sequence[Tile]) -> Optional[Factors]:
    """Analyse a sample of a stack; None where it is too small to say something."""
    dates, bands = sample[0].reflectance.shape[:2]
    values, clear = clear_pixels(sample, min(_PIXELS, _VALUES // (dates * bands)))
    ever = clear.any(axis=0)
    values, clear = values[..., ever], clear[:, ever]
    if clear.shape[1] < _FEWEST_PIXELS or np.count_nonzero(clear.any(axis=1)) < _FEWEST_DATES:
        return None
    days = day_numbers(sample[0].dates)
    line = Looks.of(days, values, clear).lines(days)
    filled = np.where(clear[:, None], values, line)
    scale = np.sqrt(values.transpose(0, 2, 1)[clear].var(axis=0) + np.float32(1e-8))[:, None]
    count = min(COUNT, dates * bands - 1)
    return _fit(values / scale, filled / scale, clear, count).scaled(scale)


@dataclass
class _Analysis:
    """Factors in the making, on reflectance in standard deviations."""

    slopes: FloatArray
    """(T, C, Q + 1) loadings, then the mean."""
    noise: FloatArray
    """(T, C) variances."""

    def scaled(self, scale: FloatArray) -> Factors:
        """The same in reflectance; scale (C, 1)."""
        slopes = self.slopes * scale
        precision = 1 / (self.noise * np.square(scale[:, 0]))
        return Factors(slopes[..., :-1], slopes[..., -1], np.asarray(precision, np.float32))


def _fit(values: FloatArray, filled: FloatArray, clear: BoolArray, count: int) -> _Analysis:
    """Values and filled values (T, C, N), clear (T, N) -> an analysis with so many factors."""
    seen = clear.astype(np.float32)
    found = _Analysis(_principal(filled, count), np.full(values.shape[:2], 0.05, np.float32))
    weight = seen
    for _ in range(_ROUNDS):
        found, factors = _round(found, values, weight)
        shown = found.slopes.reshape(-1, count + 1) @ factors.T
        off = np.square(values - shown.reshape(values.shape)) / found.noise[..., None]
        surprise = off.mean(axis=1) / np.float32(_SURPRISE)
        weight = seen * np.minimum(1, (1 + 1 / _SURPRISE) / (1 + surprise))
    return found


def _round(
    before: _Analysis, values: FloatArray, weight: FloatArray
) -> tuple[_Analysis, FloatArray]:
    """One round of expectation and maximisation: the analysis, factors (N, Q + 1), the last 1."""
    loadings, count = before.slopes[..., :-1], before.slopes.shape[2] - 1
    weighted = loadings / before.noise[..., None]
    gram = _equations(_squares(loadings, weighted), weight) + np.eye(count, dtype=np.float32)
    off = (values - before.slopes[..., -1:]) * weight[:, None]
    spread = np.empty_like(gram)
    each(partial(_inverted, gram, spread), range(0, len(gram), _AT_ONCE))
    factors = (spread @ _projected(weighted, off)[..., None])[..., 0]
    extended = np.concatenate([factors, np.ones_like(factors[:, :1])], axis=1)
    second = extended[:, :, None] * extended[:, None]
    second[:, :-1, :-1] += spread
    squares = (weight @ second.reshape(len(second), -1)).reshape(-1, count + 1, count + 1)
    weighed = values * weight[:, None]
    cross = (weighed.reshape(-1, len(extended)) @ extended).reshape(*values.shape[:2], -1)
    ridge = np.full(count + 1, _HELD_BACK, np.float32)
    ridge[-1] = 1e-2
    slopes = np.linalg.solve(squares + np.diag(ridge), cross.swapaxes(1, 2)).swapaxes(1, 2)
    total = (weighed * values).sum(axis=2) - 2 * (slopes * cross).sum(axis=2)
    total += ((slopes @ squares) * slopes).sum(axis=2)
    looks = weight.sum(axis=1, keepdims=True) + _NOISE_LOOKS
    noise = np.maximum((total + _NOISE * _NOISE_LOOKS) / looks, _LEAST_NOISE)
    return _Analysis(slopes.astype(np.float32), noise.astype(np.float32)), extended


def _inverted(gram: FloatArray, into: FloatArray, start: int) -> None:
    """Some of the inverses."""
    some = slice(start, start + _AT_ONCE)
    into[some] = np.linalg.inv(gram[some])


def _principal(filled: FloatArray, count: int) -> FloatArray:
    """Where to begin: principal components of the filled series, (T, C, Q + 1), the mean last.

    By random projections (Halko et al. 2011).
    """
    flat = filled.reshape(-1, filled.shape[2])
    mean = flat.mean(axis=1, keepdims=True)
    flat = flat - mean
    rng = np.random.default_rng(_SEED)
    wide = min(count + 8, *flat.shape)
    basis = flat @ rng.standard_normal((flat.shape[1], wide)).astype(np.float32)
    for _ in range(_POWERS):
        basis = flat @ (flat.T @ np.linalg.qr(basis)[0])
    basis = np.linalg.qr(basis)[0]
    left, sizes, _ = np.linalg.svd(basis.T @ flat, full_matrices=False)
    loadings = basis @ left[:, :count] * sizes[:count] / np.float32(flat.shape[1] ** 0.5)
    slopes = np.concatenate([loadings, mean], axis=1)
    return np.asarray(slopes.reshape(*filled.shape[:2], count + 1), np.float32)


def _squares(loadings: FloatArray, weighted: FloatArray) -> FloatArray:
    """What one look of each date adds to a pixel's equations: (T, Q, Q)."""
    return np.asarray(weighted.swapaxes(1, 2) @ loadings)


def _equations(squares: FloatArray, weight: FloatArray) -> FloatArray:
    """Their sums (N, Q, Q) over the looks (T, N) of each pixel."""
    count = squares.shape[1]
    total = weight.T @ squares.reshape(len(squares), -1)
    return np.asarray(total.reshape(-1, count, count))


def _projected(weighted: FloatArray, off: FloatArray) -> FloatArray:
    """The right sides (N, Q) for looks (T, C, N) less their mean, 0 where not clear."""
    return off.reshape(-1, off.shape[2]).T @ weighted.reshape(-1, weighted.shape[2])
