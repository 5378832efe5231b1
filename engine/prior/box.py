"""Sums over square windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kairos.engine.arrays import FloatArray

_UNIT = np.float32(2.0**-19)
"""What the integral image counts. Whole numbers that run over run back in the difference, so that
a sum is exact up to 4096 (a window of radius 31) and the same wherever the image begins; with
floating numbers it would be off by what the sum of the whole image rounds off."""


def box_sum(values: FloatArray, radius: int) -> FloatArray:
    """Sums over (2 radius + 1) squared windows, cut at the rim; (..., h, w) -> (..., h, w).

    Meant for small radii: the cost grows with the radius.
    """
    return _along(_along(values, radius, -1), radius, -2)


def box_mean(values: FloatArray, radius: int) -> FloatArray:
    """Means over the same windows."""
    ones = np.ones(values.shape[-2:], np.float32)
    return box_sum(values, radius) / box_sum(ones, radius)


def box_sums(plane: FloatArray, radii: Sequence[int]) -> Iterator[FloatArray]:
    """Sums over windows of several radii, from one integral image.

    Args:
        plane: (h, w), from -1 to 1; one band at a time stays in the processor's cache.
        radii: of the windows.

    Yields:
        (h, w) for each radius.
    """
    height, width = plane.shape
    most = max(radii)
    integral = np.empty((height + 2 * most + 1, width + 2 * most + 1), np.int32)
    integral[: most + 1], integral[:, : most + 1] = 0, 0
    inner = integral[most + 1 : most + 1 + height, most + 1 : most + 1 + width]
    np.cumsum(np.rint(plane / _UNIT).astype(np.int32), axis=0, out=inner)
    np.cumsum(inner, axis=1, out=inner)
    # Beyond the image the integral goes on as it ended.
    integral[most + 1 : most + 1 + height, most + 1 + width :] = inner[:, -1:]
    integral[most + 1 + height :] = integral[most + height]
    for radius in radii:
        top, bottom = most - radius, most + radius + 1
        tall = integral[bottom : bottom + height] - integral[top : top + height]
        yield (tall[:, bottom : bottom + width] - tall[:, top : top + width]) * _UNIT


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
