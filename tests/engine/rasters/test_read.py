"""Images on other grids: any window of them is that part of the whole, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import transform as warp_points

from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Rasters, inspect

CORNER = (600000, 5700000)
SIDE = 700


@pytest.fixture(scope="module")
def grid():
    return Grid(CRS.from_epsg(32631), Affine(10, 0, CORNER[0], 0, -10, CORNER[1]), SIDE, SIDE)


def pixels_of(system, step, grid):
    """The transform of an image around the same ground in another system."""
    middle = grid.transform * (SIDE / 2, SIDE / 2)
    (x,), (y,) = warp_points(grid.crs, system, *([v] for v in middle))
    half = step * SIDE / 2
    return Affine(step, 0, x - half, 0, -step, y + half)


@pytest.mark.parametrize(
    ("system", "step"),
    [("EPSG:32632", 10), ("EPSG:32632", 4), ("EPSG:32631", 17), ("EPSG:4326", 1.2e-4),
     ("EPSG:3035", 20)],
)  # fmt: skip
@pytest.mark.parametrize("resampling", ["bilinear", "nearest"])
def test_a_window_of_a_warped_image_is_that_part_of_the_whole(
    system, step, resampling, grid, write, tmp_path
):
    rng = np.random.default_rng(1)
    noise = rng.integers(1, 10000, (2, SIDE, SIDE)).astype("uint16")
    transform = pixels_of(system, step, grid)
    raster = inspect(write(tmp_path / "a.tif", noise, crs=system, transform=transform, nodata=0))
    whole = Rasters(grid).read(raster, grid.whole, resampling=resampling, outside=0)
    assert (whole > 0).mean() > 0.1
    parts = Rasters(grid)
    for window in (*grid.tiles(171), Window(3, 5, 600, 20), Window(0, 0, SIDE, SIDE - 1)):
        found = parts.read(raster, window, resampling=resampling, outside=0)
        assert np.array_equal(found, whole[(..., *window.slices)])
