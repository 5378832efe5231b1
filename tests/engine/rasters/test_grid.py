from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.crs import CRS
from rasterio.warp import transform

from kairos.engine.errors import RequestError
from kairos.engine.rasters.grid import Grid, Window

UTM = CRS.from_epsg(32631)
HERE = Affine(10, 0, 600000, 0, -10, 5700000)
GRID = Grid(UTM, HERE, 30, 20)

sizes = st.integers(1, 60)


@given(sizes, sizes, sizes)
def test_tiles_cover_every_pixel_once(height, width, side):
    seen = np.zeros((height, width), int)
    for tile in Grid(None, HERE, width, height).tiles(side):
        assert max(tile.height, tile.width) <= side
        seen[tile.slices] += 1
    assert (seen == 1).all()


def test_tiles_of_a_part():
    seen = np.zeros((20, 30), int)
    for tile in GRID.tiles(7, Window(3, 4, 15, 20)):
        seen[tile.slices] += 1
    assert (seen[3:18, 4:24] == 1).all()
    assert seen.sum() == 15 * 20


@given(st.integers(0, 19), st.integers(0, 29), sizes, sizes, st.integers(0, 40))
def test_a_margin_is_cut_at_the_rim(row, col, height, width, margin):
    inner = Window(row, col, min(height, 20 - row), min(width, 30 - col))
    outer = inner.grown(margin, 20, 30)
    assert outer.row >= 0
    assert outer.col >= 0
    assert outer.row + outer.height <= 20
    assert outer.col + outer.width <= 30
    image = np.arange(600).reshape(20, 30)
    assert np.array_equal(image[outer.slices][inner.within(outer)], image[inner.slices])


@given(st.integers(0, 19), st.integers(0, 29), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_point_is_found_in_its_pixel(row, col, down, across):
    x, y = HERE * (col + across, row + down)
    assert GRID.pixel_at(x, y) == (row, col)
    assert GRID.pixel_at(x, y, "EPSG:32631") == (row, col)
    (lon,), (lat,) = transform(UTM, "EPSG:4326", [x], [y])
    if min(down, across) > 0.05 and max(down, across) < 0.95:
        assert GRID.pixel_at(lon, lat, "EPSG:4326") == (row, col)
        assert GRID.pixel_at(lon, lat) == (row, col)


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        (599999, 5699999, None),
        (600301, 5699999, None),
        (600001, 5700001, None),
        (600001, 5699799, None),
        (float("nan"), 5699999, None),
        (float("inf"), float("-inf"), None),
        (1e300, 1e300, "EPSG:3857"),
        (600001, 5699999, "EPSG:4326"),
        (600001, 5699999, "EPSG:32632"),
        (4.4, 51.4, "nonsense"),
    ],
)
def test_a_point_elsewhere_is_refused(x, y, crs):
    with pytest.raises(RequestError):
        GRID.pixel_at(x, y, crs)


def test_a_grid_without_a_place_knows_its_own_coordinates_only():
    grid = Grid(None, Affine.identity(), 30, 20)
    assert grid.pixel_at(4.5, 6.5) == (6, 4)
    with pytest.raises(RequestError):
        grid.pixel_at(4.5, 6.5, "EPSG:4326")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (GRID, True),
        (Grid(CRS.from_wkt(UTM.to_wkt()), HERE, 30, 20), True),
        (Grid(UTM, HERE * Affine.translation(1e-4, 0), 30, 20), True),
        (Grid(UTM, HERE * Affine.translation(0.01, 0), 30, 20), False),
        (Grid(UTM, HERE * Affine.scale(2), 30, 20), False),
        (Grid(UTM, HERE, 31, 20), False),
        (Grid(CRS.from_epsg(32632), HERE, 30, 20), False),
        (Grid(None, Affine.identity(), 30, 20), True),
        (Grid(None, HERE, 30, 20), True),
        (Grid(None, HERE * Affine.translation(5, 0), 30, 20), False),
        (Grid(None, Affine.identity(), 15, 10), False),
    ],
)
def test_when_grids_are_the_same(other, same):
    assert GRID.same_as(other) == same
    assert other.same_as(GRID) == same
