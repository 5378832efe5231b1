"""Series from many places become tiles that can be trained on."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from kairos.engine.errors import StackError
from kairos.engine.rasters.grid import Grid
from kairos.engine.train.exercise import draw_exercise
from kairos.engine.train.points import SIDE, mosaics_in

DATES = np.datetime64("2022-01-05") + 10 * np.arange(12)
PIXEL = 1e-4


def written(folder, name, places, size=(), dates=None, **more):
    """`places` series; each shows its own number, so that it is known again."""
    number = np.arange(1, places + 1).reshape(-1, *[1] * (2 + len(size)))
    shape = (places, len(DATES), 2, *size)
    np.savez(
        folder / f"{name}.npz",
        s2=np.broadcast_to(10 * number, shape).astype(np.uint16),
        s2_mask=np.ones((places, len(DATES), *size), np.uint8),
        s2_dates=(np.datetime_as_string(DATES, "D") if dates is None else dates),
        s2_bands=np.array(["B04", "B08"]),
        s1=np.broadcast_to(-number, shape).astype(np.float32),
        s1_dates=(np.datetime_as_string(DATES, "D") if dates is None else dates),
        **more,
    )


def places_of(tile):
    """Which places a tile shows, patch by patch."""
    shown = tile.reflectance[0, 0, ::SIDE, ::SIDE] * 1000
    return np.rint(shown).astype(int).ravel()


def test_each_place_is_a_patch_with_its_own_radar(tmp_path):
    written(tmp_path, "points", 130)
    tiles = mosaics_in(tmp_path, seed=1)
    assert [tile.clear.shape for tile in tiles] == [(12, 64, 64)] * 2
    assert tiles[0].bands == ("B04", "B08")
    assert (tiles[0].dates == DATES).all()
    assert (tiles[0].radar_dates == DATES).all()
    shown = np.concatenate([places_of(tile) for tile in tiles])
    assert len(np.unique(shown)) == 128
    for tile in tiles:
        assert np.allclose(tile.radar[:, 0], -1000 * tile.reflectance[:, 0], atol=1e-3)
        patches = tile.reflectance[0, 0].reshape(8, SIDE, 8, SIDE)
        assert np.ptp(patches, axis=(1, 3)).max() == 0


def test_places_with_other_dates_are_not_mixed(tmp_path):
    dates = np.datetime_as_string(DATES[None] + np.repeat([0, 3], 70)[:, None], "D")
    written(tmp_path, "points", 140, dates=dates)
    tiles = mosaics_in(tmp_path, seed=1)
    assert {tile.dates[0] for tile in tiles} == {DATES[0], DATES[0] + 3}
    for tile in tiles:
        late = tile.dates[0] != DATES[0]
        assert ((places_of(tile) > 70) == late).all()


def test_windows_near_what_is_held_out_are_left_out(tmp_path):
    places = 30
    transforms = [Affine(PIXEL, 0, 105 + 0.1 * i, 0, -PIXEL, 10) for i in range(places)]
    written(
        tmp_path,
        "windows",
        places,
        size=(11, 11),
        transform=np.array([t[:6] for t in transforms]),
        crs="EPSG:4326",
    )
    beside = transforms[4] * Affine.translation(30, 0)
    held_out = Grid(CRS.from_epsg(4326), beside, 20, 20)
    everywhere = {p for tile in mosaics_in(tmp_path, seed=1) for p in places_of(tile)}
    apart = {
        p for tile in mosaics_in(tmp_path, seed=1, apart_from=[held_out]) for p in places_of(tile)
    }
    assert 5 in everywhere
    assert 5 not in apart
    assert len(apart) == places - 1


@pytest.mark.parametrize("seed", [0, 1])
def test_a_mosaic_makes_exercises(tmp_path, seed):
    written(tmp_path, "points", 64)
    (tile,) = mosaics_in(tmp_path, seed=seed)
    exercise = draw_exercise(tile, np.random.default_rng(seed), scene=False)
    assert len(exercise.days)
    assert exercise.scored.any()


def test_without_series_it_says_what_to_do(tmp_path):
    with pytest.raises(StackError, match="points_share"):
        mosaics_in(tmp_path / "none", seed=1)
