"""How a file becomes pixels of another grid, told once so that every window of it agrees.

Left alone, GDAL approximates the way between two reference systems, and guesses how much finer one
grid is than the other, anew for each window: a part of an image is then not that part of the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import transform as warp_points

from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid

_TOLERANCE = 1e-8
"""Pixels. With 1e-6 a few numbers in a million still differ by one; 0 is refused."""

HAIR = Affine.translation(1e-6, 7e-7)
"""Pixels by which a view is moved, so that no point lies exactly between two numbers or two pixels:
there, the last bit of a coordinate decides, and that one differs between windows."""

_ALIKE = 0.95
"""From this ratio on pixels count as equally large, and nothing is smoothed."""


def steady(crs: CRS, transform: Affine, grid: Grid) -> dict[str, Any]:
    """Options for a `WarpedVRT` of which every window is as the same part of the whole.

    Args:
        crs: of the file.
        transform: of the file.
        grid: onto which it is warped.
    """
    options: dict[str, Any] = {"tolerance": _TOLERANCE}
    middle = grid.width / 2, grid.height / 2
    points = [grid.transform * (middle[0] + x, middle[1] + y) for x, y in ((0, 0), (1, 0), (0, 1))]
    try:
        xs, ys = warp_points(grid.crs, crs, *zip(*points))
    except GDAL_ERRORS:
        return options  # elsewhere on the Earth: there is nothing to read
    (x0, y0), *others = [~transform * point for point in zip(xs, ys)]
    steps = np.hypot.reduce([(x - x0, y - y0) for x, y in others])
    if np.isfinite(steps).all() and steps.all():
        across, down = (1.0 if 1 / step > _ALIKE else float(1 / step) for step in steps)
        options |= {"XSCALE": across, "YSCALE": down}
    return options
