"""The cloud of one day laid over another: how clear ground is hidden to learn and to measure."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import BoolArray


def moved(cloud: BoolArray, rng: np.random.Generator) -> BoolArray:
    """A cloud (h, w), flipped and rolled at random."""
    if rng.random() < 0.5:
        cloud = cloud[::-1]
    if rng.random() < 0.5:
        cloud = cloud[:, ::-1]
    shift = (int(rng.integers(cloud.shape[0])), int(rng.integers(cloud.shape[1])))
    return np.roll(cloud, shift, axis=(0, 1))


def disc(shape: tuple[int, int], rng: np.random.Generator) -> BoolArray:
    """A round cloud, for a stack whose days are never partly cloudy."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    centre = rng.random(2) * shape
    radius = rng.uniform(0.15, 0.5) * max(shape)
    return np.asarray((y - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2)
