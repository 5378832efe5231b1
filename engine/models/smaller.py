"""A tile in quarters, for a device whose memory is too small for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kairos.engine.method import Estimate
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Tile

_LEAST = 32
"""Pixels: the side of the smallest quarter."""


def quarters(tile: Tile, margin: int) -> list[Tile]:
    """The core of a tile in four, each with its margin; none where they would be too small."""
    core = tile.core
    height, width = core.height // 2, core.width // 2
    if min(height, width) < _LEAST:
        return []
    rows = ((core.row, height), (core.row + height, core.height - height))
    cols = ((core.col, width), (core.col + width, core.width - width))
    return [tile.around(Window(r, c, h, w), margin) for r, h in rows for c, w in cols]


def joined(tile: Tile, parts: Sequence[tuple[Tile, Estimate]]) -> Estimate:
    """The estimate of a tile from those of its parts; beyond its core there is nothing."""
    first, size = parts[0][1], tile.clear.shape[1:]
    whole = Estimate(
        np.full((*first.mean.shape[:2], *size), np.nan, np.float32),
        np.full((*first.sigma.shape[:2], *size), np.nan, np.float32),
        np.zeros((len(first.source), *size), np.uint8),
    )
    for part, estimate in parts:
        place = (..., *part.core.within(tile.window))
        inner = estimate.cut(part.core.within(part.window))
        whole.mean[place], whole.sigma[place] = inner.mean, inner.sigma
        whole.source[place] = inner.source
    return whole
