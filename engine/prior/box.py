"""Sums over square windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kairos.engine.arrays import FloatArray, IntArray


def box_sum(values: FloatArray, radius: int) -> FloatArray:
    """Sums over (2 radius + 1) squared windows, cut at the rim; (..., h, w) -> (..., h, w).

    Meant for small radii: the cost grows with the radius.
    """
    return _along(_along(values, radius, -1), radius, -2)


def box_mean(values: FloatArray, radius: int) -> FloatArray:
    """Means over the same windows."""
    ones = np.ones(values.shape[-2:], np.float32)
    return box_sum(values, radius) / box_sum(ones, radius)


def box_sums_at(values: FloatArray, radii: Sequence[int], rows: IntArray) -> Iterator[FloatArray]:
    """Sums over windows of several radii at some pixels, from one integral image.

    Args:
        values: (C, h, w).
        radii: of the windows.
        rows: (N,) flat positions of the pixels.

    Yields:
        (C, N) for each radius.
    """
    count, height, width = values.shape
    integral = np.zeros((count, height + 1, width + 1), np.float32)
    np.cumsum(values, axis=1, out=integral[:, 1:, 1:])
    np.cumsum(integral[:, 1:, 1:], axis=2, out=integral[:, 1:, 1:])
    flat = integral.reshape(count, -1)
    down, across = np.divmod(rows, width)
    for radius in radii:
        top = np.maximum(down - radius, 0) * (width + 1)
        bottom = np.minimum(down + radius + 1, height) * (width + 1)
        left = np.maximum(across - radius, 0)
        right = np.minimum(across + radius + 1, width)
        sums = np.take(flat, bottom + right, axis=1)
        sums -= np.take(flat, top + right, axis=1)
        sums -= np.take(flat, bottom + left, axis=1)
        sums += np.take(flat, top + left, axis=1)
        yield sums


def _along(values: FloatArray, radius: int, axis: int) -> FloatArray:
    total = values.copy()
    size = values.shape[axis]
    for step in range(1, min(radius, size - 1) + 1):
        low = [slice(None)] * values.ndim
        high = [slice(None)] * values.ndim
        low[axis], high[axis] = slice(0, size - step), slice(step, size)
        total[tuple(low)] += values[tuple(high)]
        total[tuple(high)] += values[tuple(low)]
    return total
