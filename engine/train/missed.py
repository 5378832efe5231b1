"""Cloud that the mask missed: bright patches beside clouds, marked clear.

A tile holds nothing under cloud, so that left-over cloud is painted over ground that it shows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray
from kairos.engine.stack import Tile

SHARE = 0.03
"""Of the cloud of a frame that is left unmasked."""
_RADIUS = (1.0, 3.0)
"""Pixels."""
_COVER = (0.15, 0.8)
"""How much of the ground a patch hides."""
_WHITE = (0.3, 0.8)
"""Reflectance of cloud."""
_DARKER = {"B11": 0.7, "B12": 0.5}
"""Bands in which cloud is darker, and by how much."""
_TRIES = 100


def with_missed_cloud(tile: Tile, rng: np.random.Generator) -> Tile:
    """The tile with a small part of each frame's cloud left unmasked on clear ground beside it."""
    values = tile.reflectance.copy()
    spectrum = np.array([_DARKER.get(band, 1.0) for band in tile.bands], np.float32)
    for t, clear in enumerate(tile.clear):
        count = round(SHARE * int((~clear).sum()))
        for patch in _patches(clear, count, rng):
            cover = np.float32(rng.uniform(*_COVER))
            white = np.float32(rng.uniform(*_WHITE)) * spectrum
            values[t, :, patch] += cover * np.maximum(white - values[t, :, patch], 0)
    return replace(tile, reflectance=values)


def _patches(clear: BoolArray, count: int, rng: np.random.Generator) -> list[BoolArray]:
    """Parts of discs around clear pixels beside cloud, until they are so many pixels."""
    rim = _beside(clear)
    found: list[BoolArray] = []
    left, free = count, clear.copy()
    for _ in range(_TRIES if len(rim) else 0):
        if left <= 0:
            break
        patch = free & _disc(rim[rng.integers(len(rim))], clear.shape, rng.uniform(*_RADIUS))
        if patch.sum() <= left + 2:  # small clouds have small remains
            found.append(patch)
            free &= ~patch
            left -= int(patch.sum())
    return [patch for patch in found if patch.any()]


def _beside(clear: BoolArray) -> IntArray:
    """Clear pixels that touch cloud, (N, 2)."""
    cloud = np.pad(~clear, 1)
    touching = cloud[:-2, 1:-1] | cloud[2:, 1:-1] | cloud[1:-1, :-2] | cloud[1:-1, 2:]
    return np.argwhere(clear & touching)


def _disc(centre: IntArray | FloatArray, shape: tuple[int, ...], radius: float) -> BoolArray:
    y, x = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((y - centre[0]) ** 2 + (x - centre[1]) ** 2 <= radius**2)
