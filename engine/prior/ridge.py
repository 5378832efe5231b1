"""Ridge regression in closed form, robust to outliers, its penalty chosen by cross-validation.

Everything works on the normal equations: the equations of the rows that stay are those of all
rows less those that are held out, so that trying a penalty costs one small solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray

_START = 0.1
"""Penalty of the rounds that only look for outliers."""

_ROUNDS = 2
_ROUND_ROWS = 1500
_OUTLIER = 1.2
"""Rows further off than this many median residuals lose weight."""

_FEWEST = 30
"""Rows that must stay for a fold to count."""

_TINY = np.float32(1e-3)
_INTERCEPT = np.float32(1e-3)


@dataclass(frozen=True)
class Equations:
    """Normal equations of weighted rows."""

    gram: FloatArray
    """(P, P)"""
    moment: FloatArray
    """(P, Q)"""
    rows: int

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray) -> Equations:
        """Equations of rows x (N, P) and targets y (N, Q), both times the root of their weight."""
        return cls(x.T @ x, x.T @ y, len(x))

    def plus(self, other: Equations) -> Equations:
        """The equations of both sets of rows."""
        return Equations(self.gram + other.gram, self.moment + other.moment, self.rows + other.rows)

    def minus(self, part: Equations) -> Equations:
        """These equations less some of their rows."""
        return Equations(self.gram - part.gram, self.moment - part.moment, self.rows - part.rows)

    def solve(self, penalty: float) -> FloatArray:
        """Coefficients (P, Q) for a penalty per row; the last column of x is the constant."""
        gram = self.gram.copy()
        ridge = np.full(len(gram), np.float32(penalty * self.rows))
        ridge[-1] *= _INTERCEPT
        gram[np.diag_indices(len(gram))] += ridge + _TINY
        return np.linalg.solve(gram, self.moment).astype(np.float32, copy=False)


def robust_weights(x: FloatArray, y: FloatArray) -> FloatArray:
    """Weights (N,) that fall with the square of a large residual (iteratively reweighted)."""
    step = max(1, len(x) // _ROUND_ROWS)
    some_x, some_y = np.ascontiguousarray(x[::step]), np.ascontiguousarray(y[::step])
    weight = np.ones(len(x), np.float32)
    for _ in range(_ROUNDS):
        root = np.sqrt(weight[::step])[:, None]
        residual = np.abs(y - x @ Equations.of(some_x * root, some_y * root).solve(_START))
        size = residual.mean(axis=1)
        scale = _OUTLIER * float(np.median(size)) + 1e-5
        weight = (1 / np.maximum(1, size / scale) ** 2).astype(np.float32)
    return weight


@dataclass(frozen=True)
class Validation:
    """What held-out rows say of the best penalty."""

    penalty: float
    error: float
    """Weighted absolute error of the held-out rows relative to predicting zero; 0 if unknown."""
    residuals: FloatArray
    """(N, Q) of each row when it was held out; NaN for rows that never were."""

    @property
    def known(self) -> BoolArray:
        """(N,) the rows that were held out once."""
        return np.asarray(np.isfinite(self.residuals[:, 0]))

    @property
    def held_out(self) -> FloatArray:
        """The residuals of those rows."""
        return self.residuals[self.known]


def cross_validate(
    x: FloatArray, y: FloatArray, weight: FloatArray, folds: IntArray, penalties: Sequence[float]
) -> tuple[Validation, Equations]:
    """Choose a penalty by holding out one fold after the other.

    Args:
        x: (N, P) rows, the last column constant.
        y: (N, Q) targets.
        weight: (N,) of the rows.
        folds: (N,) number of the fold of each row.
        penalties: candidates per row, rising; the error is taken to have one valley.

    Returns:
        The best penalty with its residuals, and the equations of all rows.
    """
    order = np.argsort(folds, kind="stable")
    root = np.sqrt(weight[order])[:, None]
    x, y = x[order] * root, y[order] * root
    edges = np.flatnonzero(np.diff(folds[order], prepend=-1, append=-1))
    parts = [slice(a, b) for a, b in zip(edges[:-1], edges[1:])]
    each = [Equations.of(x[part], y[part]) for part in parts]
    whole = each[0]
    for equations in each[1:]:
        whole = whole.plus(equations)
    held = [(p, whole.minus(e)) for p, e in zip(parts, each) if len(x) - e.rows >= _FEWEST]
    nothing = np.full(y.shape, np.nan, np.float32)
    if not held:
        return Validation(_START, 0.0, nothing), whole

    def trial(penalty: float) -> tuple[float, FloatArray]:
        residuals = nothing.copy()
        for part, rest in held:
            residuals[part] = y[part] - x[part] @ rest.solve(penalty)
        return float(np.nansum(np.abs(residuals) * root)), residuals

    best, (error, residuals) = _valley(len(penalties), lambda i: trial(penalties[i]))
    zero = sum(float((np.abs(y[part]) * root[part]).sum()) for part, _ in held)
    unsorted = np.empty_like(residuals)
    unsorted[order] = residuals / root
    return Validation(penalties[best], error / max(zero, 1e-9), unsorted), whole


def _valley(
    count: int, trial: Callable[[int], tuple[float, FloatArray]]
) -> tuple[int, tuple[float, FloatArray]]:
    """The lowest of some trials that fall and then rise, walking downhill from the middle."""
    best = count // 2
    lowest = trial(best)
    for step in (-1, 1):
        start = best
        while 0 <= best + step < count:
            found = trial(best + step)
            if found[0] >= lowest[0]:
                break
            best, lowest = best + step, found
        if best != start:
            break
    return best, lowest
