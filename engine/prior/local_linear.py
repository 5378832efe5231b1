"""A straight line through the looks near a day, weighted by how near they are.

Local linear regression (Cleveland 1979) over time with Gaussian weights, for all pixels and all
asked days at once: the weighted moments of a tile are two matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray

BANDWIDTHS = (5.0, 8.0, 12.0, 18.0, 25.0, 35.0)
"""Days."""

STIFFNESS = (0.2, 2.0)
_THIN = np.float32(0.5)
_NOTHING = 1e-4
"""A weight below which a day is too far away to count."""
_WORTHWHILE = 0.985


@dataclass(frozen=True)
class LocalLinear:
    """A temporal smoother: Gaussian weights of a bandwidth, a slope held back by a stiffness."""

    bandwidth: float
    """Days."""
    stiffness: float
    """Ridge on the slope, in squared bandwidths: 0 is local linear, large is local mean."""
    trust: Optional[FloatArray] = field(default=None, compare=False)
    """(T,) weight of each frame of the series; all alike if None."""

    def __call__(
        self,
        values: FloatArray,
        weight: FloatArray | BoolArray,
        days: FloatArray,
        at: FloatArray,
        line: FloatArray,
    ) -> FloatArray:
        """The smooth value of each asked day, never from an observation of that day itself.

        Where the weights add up to little, the line between the two nearest looks takes over.

        Args:
            values: (T, C, ...) times their weight.
            weight: (T, ...) of each observation, 0 where not clear.
            days: (T,) of the series, days since 1970.
            at: (D,) asked, days since 1970.
            line: (D, C, ...) between the looks around each asked day.

        Returns:
            (D, C, ...).
        """
        steps = (days[None, :] - at[:, None]) / self.bandwidth
        weights = np.exp(-0.5 * steps**2).astype(np.float32)
        weights[(steps == 0) | (weights < _NOTHING)] = 0
        if self.trust is not None:
            weights *= self.trust
        used = np.flatnonzero(weights.any(axis=0))
        near = slice(used[0], used[-1] + 1) if len(used) else slice(0, 1)
        weights, steps = weights[:, near], steps[:, near]
        seen = weight[near].reshape(weights.shape[1], -1).astype(np.float32)
        flat = values[near].reshape(weights.shape[1], -1)
        shape = (len(at), values.shape[1], -1)
        moments = np.concatenate([weights, weights * steps, weights * steps**2])
        w0, w1, w2 = (moments @ seen).reshape(3, len(at), -1)
        w2 += np.float32(self.stiffness) * w0
        y0, y1 = (moments[: 2 * len(at)] @ flat).reshape(2, *shape)
        determinant = w0 * w2 - w1 * w1
        inverse = np.where(determinant > 1e-6, 1 / np.maximum(determinant, 1e-6), 0)
        # Support times the line of best fit, folded into the two weights of the moments.
        support = np.where(determinant > 1e-6, w0 / (w0 + _THIN), 0).astype(np.float32)
        y0 *= (w2 * inverse * support).astype(np.float32)[:, None]
        y1 *= (w1 * inverse * support).astype(np.float32)[:, None]
        y0 -= y1
        y0 += line.reshape(shape) * (1 - support)[:, None]
        return np.asarray(y0.reshape(len(at), *values.shape[1:]))


def choose_smoother(
    values: FloatArray, clear: BoolArray, days: FloatArray, line: FloatArray, known: BoolArray
) -> tuple[Optional[LocalLinear], FloatArray]:
    """The smoother with the least leave-one-out error on the series, or None for plain linear.

    Args:
        values: (T, C, N) pixel series, 0 where not clear.
        clear: (T, N).
        days: (T,) days since 1970.
        line: (T, C, N) between the other looks around each date.
        known: (T, N) where there is another look.

    Returns:
        The smoother, and its leave-one-out estimate (T, C, N) of every date.
    """
    known = clear & known
    best: Optional[LocalLinear] = None
    best_estimate, least = line, _WORTHWHILE * _error(line, values, known)
    for bandwidth, stiffness in product(BANDWIDTHS, STIFFNESS):
        smoother = LocalLinear(bandwidth, stiffness)
        estimate = smoother(values, clear, days, days, line)
        error = _error(estimate, values, known)
        if error < least:
            best, best_estimate, least = smoother, estimate, error
    return best, best_estimate


def trust_of(off: FloatArray, half: float) -> FloatArray:
    """1 for what is not off, a half for what is off by as much as told, little for what is more."""
    return np.asarray(1 / (1 + (off / np.float32(half + 1e-6)) ** 4), np.float32)


def _error(estimate: FloatArray, values: FloatArray, known: BoolArray) -> float:
    if not known.any():
        return 0.0
    return float(np.abs(estimate - values).mean(axis=1)[known].mean())
