"""Which part of a stack is evaluated: all of a small one, else a seeded set of windows."""

from __future__ import annotations

import numpy as np

from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Stack

_MOST = 40_000_000
"""Values (dates x bands x pixels) that are evaluated."""
_SIDE = 128


def regions(stack: Stack, seed: int) -> list[Window]:
    """Windows without overlap, in the order of the grid; each is evaluated as a stack by itself."""
    grid = stack.grid
    each = len(stack.dates) * len(stack.bands)
    if each * grid.width * grid.height <= _MOST:
        return [grid.whole]
    tiles = list(grid.tiles(_SIDE, grid.whole))
    count = min(len(tiles), max(1, _MOST // (each * _SIDE**2)))
    chosen = np.random.default_rng((seed, 9)).choice(len(tiles), count, replace=False)
    return [tiles[i] for i in np.sort(chosen)]
