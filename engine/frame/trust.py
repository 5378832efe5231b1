"""How far the nearest clear look at a pixel is from a day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kairos.engine.stack import Tile

NEVER = 65535
"""For a pixel that no day saw."""


def days_to_look(tile: Tile, day: np.datetime64) -> NDArray[np.uint16]:
    """Days from a day to the nearest one that saw each pixel, before or after it.

    Args:
        tile: of the stack.
        day: any.

    Returns:
        (h, w) of the core of the tile, without its margin; 0 where that very day saw the pixel.
    """
    clear = tile.clear[(slice(None), *tile.core.within(tile.window))]
    apart = np.abs((tile.dates - day).astype(np.int64))
    days = np.full(clear.shape[1:], NEVER, np.uint16)
    for t in np.argsort(-apart, kind="stable"):  # the nearest last
        days[clear[t]] = min(int(apart[t]), NEVER - 1)
    return days
