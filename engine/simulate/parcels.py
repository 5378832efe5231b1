"""How people divide the land: blocks between tracks, and fields within blocks.

Blocks are Voronoi cells with gently bent borders. Each block has its own direction and is cut
along it into strips, the strips across into fields: the pattern of open-field villages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .noise import Float, fractal

Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parcels:
    """A division of ``(H, W)`` pixels of 10 m."""

    block: Index
    """Voronoi cell of each pixel."""
    neighbour: Index
    """The cell behind the nearest border."""
    border: Float
    """Distance to that border in pixels."""
    field: Index
    """Field of each pixel, from 0."""
    rows: Float
    """Working lines of the fields: a stripe pattern of mean 0 along each block's direction."""


def divide(rng: np.random.Generator, size: tuple[int, int], spacing: float = 31.0) -> Parcels:
    """Divide the land into blocks about ``spacing`` pixels wide, and these into fields."""
    bend_y, bend_x = fractal(rng, size, 4.0, 2) * np.float32(1.6)
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    y, x = y + bend_y, x + bend_x

    seeds, candidates = _scatter(rng, y, x, spacing)
    distance = np.hypot(y - seeds[candidates, 0], x - seeds[candidates, 1])
    order = np.argpartition(distance, 1, axis=0)[:2]
    near, far = np.take_along_axis(distance, order, axis=0)
    block, neighbour = np.take_along_axis(candidates, order, axis=0)
    apart = np.hypot(*(seeds[block] - seeds[neighbour]).transpose(2, 0, 1))
    border = (far**2 - near**2) / (2 * apart)

    count = len(seeds)
    angle = rng.uniform(0, np.pi) + rng.normal(0, 0.35, count)
    angle += np.pi / 2 * rng.integers(0, 2, count)
    width, length = rng.uniform(7, 17, count), rng.uniform(22, 60, count)
    across = (y * np.cos(angle)[block] + x * np.sin(angle)[block]).astype(np.float32)
    along = (x * np.cos(angle)[block] - y * np.sin(angle)[block]).astype(np.float32)
    strip = _cut(rng, across, width[block])
    piece = _cut(rng, along + 7.0 * strip, length[block])
    field = _number(block, strip, piece)
    rows = np.sin(across * (2 * np.pi / 3.1)) * np.sin(along * 0.11 + strip)
    return Parcels(block, neighbour, border.astype(np.float32), field, rows.astype(np.float32))


def _scatter(rng: np.random.Generator, y: Float, x: Float, spacing: float) -> tuple[Float, Index]:
    """Throw one seed into each cell of a grid that reaches past the frame.

    Returns:
        Seeds ``(N, 2)`` as y, x, and the 25 that may be nearest to each pixel, ``(25, H, W)``.
    """
    rows, columns = (int(length / spacing) + 1 for length in y.shape)
    grid = np.moveaxis(np.mgrid[-2 : rows + 2, -2 : columns + 2], 0, -1).reshape(-1, 2)
    seeds = (grid + rng.uniform(0.08, 0.92, grid.shape)) * spacing
    row = np.clip(y // spacing, 0, rows - 1).astype(np.int64)
    column = np.clip(x // spacing, 0, columns - 1).astype(np.int64)
    candidates = [
        (row + down) * (columns + 4) + column + right for down in range(5) for right in range(5)
    ]
    return seeds.astype(np.float32), np.stack(candidates)


def _cut(rng: np.random.Generator, position: Float, step: npt.NDArray[np.float64]) -> Index:
    """Number the intervals of about ``step`` pixels, no two of one width."""
    edge: Index = np.floor(position / step).astype(np.int64)
    shift = rng.uniform(-0.3, 0.3, 512)
    after = position / step - edge > 0.5 + shift[edge % 512]
    return np.asarray(edge + after, np.int64)


def _number(*keys: Index) -> Index:
    """Give every distinct combination of keys a number from 0."""
    code = np.zeros_like(keys[0])
    for key in keys:
        code = code * (int(np.ptp(key)) + 1) + key - key.min()
    return np.unique(code, return_inverse=True)[1].reshape(code.shape)
