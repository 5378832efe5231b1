"""Sums over square windows, by running sums."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import FloatArray


def box_sum(values: FloatArray, radius: int) -> FloatArray:
    """Sums over (2 radius + 1) squared windows, cut at the rim; (..., h, w) -> (..., h, w)."""
    if radius <= 2:
        return _shifted(_shifted(values, radius, -1), radius, -2)
    return box_sums(values, (radius,))[0]


def box_sums(values: FloatArray, radii: tuple[int, ...]) -> list[FloatArray]:
    """The same for several radii, from one integral image."""
    height, width = values.shape[-2:]
    integral = np.zeros((*values.shape[:-2], height + 1, width + 1), np.float32)
    np.cumsum(values, axis=-2, out=integral[..., 1:, 1:])
    np.cumsum(integral[..., 1:, 1:], axis=-1, out=integral[..., 1:, 1:])
    sums = []
    for radius in radii:
        top, bottom = _edges(height, radius)
        left, right = _edges(width, radius)
        rows = np.take(integral, bottom, axis=-2) - np.take(integral, top, axis=-2)
        sums.append(np.take(rows, right, axis=-1) - np.take(rows, left, axis=-1))
    return sums


def box_mean(values: FloatArray, radius: int) -> FloatArray:
    """Means over the same windows."""
    ones = np.ones(values.shape[-2:], np.float32)
    return box_sum(values, radius) / box_sum(ones, radius)


def _shifted(values: FloatArray, radius: int, axis: int) -> FloatArray:
    total = values.copy()
    size = values.shape[axis]
    for step in range(1, min(radius, size - 1) + 1):
        low = [slice(None)] * values.ndim
        high = [slice(None)] * values.ndim
        low[axis], high[axis] = slice(0, size - step), slice(step, size)
        total[tuple(low)] += values[tuple(high)]
        total[tuple(high)] += values[tuple(low)]
    return total


def _edges(size: int, radius: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    centre = np.arange(size)
    return np.maximum(centre - radius, 0), np.minimum(centre + radius + 1, size)
