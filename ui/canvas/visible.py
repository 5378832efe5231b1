"""The part of the images that the canvas shows, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Optional

from ...engine.protocol import Rectangle


def window_of(
    extent: tuple[float, float, float, float],
    transform: Sequence[float],
    width: int,
    height: int,
) -> Optional[Rectangle]:
    """First row, first column, height and width of what lies inside of an extent.

    Args:
        extent: xmin, ymin, xmax, ymax in the reference system of the images.
        transform: a, b, c, d, e, f of the images; not rotated.
        width: of the images in pixels.
        height: of the images in pixels.

    Returns:
        None where nothing of the images is inside.
    """
    a, _, c, _, e, f = transform
    columns = sorted(((extent[0] - c) / a, (extent[2] - c) / a))
    rows = sorted(((extent[1] - f) / e, (extent[3] - f) / e))
    left, right = max(0, floor(columns[0])), min(width, ceil(columns[1]))
    top, bottom = max(0, floor(rows[0])), min(height, ceil(rows[1]))
    if left >= right or top >= bottom:
        return None
    return top, left, bottom - top, right - left
