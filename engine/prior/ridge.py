"""Ridge regression in closed form, robust to outliers, its penalty chosen by cross-validation.

Everything works on the normal equations: the equations of the rows that stay are those of all
rows less those that are held out, so that trying a penalty costs one small solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kairos.engine.arrays import FloatArray, IntArray

_START = 0.1
"""Penalty of the rounds that only look for outliers."""

_OUTLIER = 1.2
"""Rows further off than this many median residuals lose weight."""

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
    def of(cls, x: FloatArray, y: FloatArray, weight: FloatArray) -> Equations:
        """Equations of rows x (N, P), targets y (N, Q), weights (N,)."""
        weighted = x * weight[:, None]
        return cls(x.T @ weighted, weighted.T @ y, len(x))

    def without(self, part: Equations) -> Equations:
        """These equations less some of their rows."""
        return Equations(
            self.gram - part.gram, self.moment - part.moment, self.rows - part.rows
        )

    def solve(self, penalty: float) -> FloatArray:
        """Coefficients (P, Q) for a penalty per row; the last column of x is the constant."""
        gram = self.gram.copy()
        ridge = np.full(len(gram), np.float32(penalty * self.rows))
        ridge[-1] *= _INTERCEPT
        gram[np.diag_indices(len(gram))] += ridge + _TINY
        return np.linalg.solve(gram, self.moment).astype(np.float32)


def robust_weights(x: FloatArray, y: FloatArray, rounds: int) -> FloatArray:
    """Weights (N,) that fall with the square of a large residual (iteratively reweighted)."""
    weight = np.ones(len(x), np.float32)
    for _ in range(rounds):
        coefficients = Equations.of(x, y, weight).solve(_START)
        residual = np.abs(y - x @ coefficients).mean(axis=1)
        scale = _OUTLIER * float(np.median(residual)) + 1e-5
        weight = (1 / np.maximum(1, residual / scale) ** 2).astype(np.float32)
    return weight


@dataclass(frozen=True)
class Validation:
    """What held-out rows say of one penalty."""

    penalty: float
    error: float
    """Weighted absolute error of the held-out rows relative to predicting zero."""
    residuals: FloatArray
    """(N, Q) of each row when it was held out; NaN for rows that never were."""


def cross_validate(
    x: FloatArray,
    y: FloatArray,
    weight: FloatArray,
    folds: IntArray,
    penalties: Sequence[float],
    *,
    fewest: int = 30,
) -> tuple[Validation, Equations]:
    """Choose a penalty by holding out one fold after the other.

    Args:
        x: (N, P) rows, the last column constant.
        y: (N, Q) targets.
        weight: (N,) of the rows.
        folds: (N,) number of the fold of each row.
        penalties: candidates, per row.
        fewest: rows that must stay for a fold to count.

    Returns:
        The best penalty with its residuals, and the equations of all rows.
    """
    whole = Equations.of(x, y, weight)
    errors = np.zeros(len(penalties))
    zero = 0.0
    residuals = np.full((len(penalties), *y.shape), np.nan, np.float32)
    for fold in np.unique(folds):
        out = folds == fold
        if len(x) - np.count_nonzero(out) < fewest:
            continue
        rest = whole.without(Equations.of(x[out], y[out], weight[out]))
        zero += float((np.abs(y[out]).mean(axis=1) * weight[out]).sum())
        for i, penalty in enumerate(penalties):
            residual = y[out] - x[out] @ rest.solve(penalty)
            residuals[i, out] = residual
            errors[i] += float((np.abs(residual).mean(axis=1) * weight[out]).sum())
    if zero == 0:
        return Validation(_START, 1.0, residuals[0]), whole
    best = int(np.argmin(errors))
    error = float(errors[best]) / max(zero, 1e-9)
    return Validation(penalties[best], error, residuals[best]), whole
