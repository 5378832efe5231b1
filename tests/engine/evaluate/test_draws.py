from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.clear import without_missed_cloud
from kairos.engine.evaluate.draws import Skipped, draw_cloud, draw_frame
from kairos.engine.grid import Window
from kairos.engine.stack import Tile


def tile_of(reflectance, clear):
    whole = Window(0, 0, *clear.shape[1:])
    return Tile(
        window=whole,
        core=whole,
        shape=clear.shape[1:],
        dates=np.datetime64("2021-01-01") + 5 * np.arange(len(clear)),
        bands=("B04", "B08"),
        reflectance=np.where(clear[:, None], reflectance, 0).astype(np.float32),
        clear=clear,
        radar_dates=np.zeros(0, "datetime64[D]"),
        radar=np.zeros((0, 2, *clear.shape[1:]), np.float32),
    )


@pytest.fixture
def tile():
    rng = np.random.default_rng(0)
    clear = np.ones((14, 20, 20), bool)
    clear[[2, 5, 9], :10] = False
    return tile_of(rng.random((14, 2, 20, 20)) * 0.05 + 0.1, clear)


def test_bright_leftovers_are_no_truth(tile):
    tile.reflectance[4, 0, 3, 3] += 0.2
    truth = without_missed_cloud(tile.reflectance[:, 0], tile.clear)
    assert not truth[4, 3, 3]
    assert truth.sum() == tile.clear.sum() - 1


@pytest.mark.parametrize("draw", [draw_cloud, draw_frame])
def test_hidden_is_clear_and_gone_from_the_tile(tile, draw):
    drawn = draw(tile, 7)
    assert drawn.hidden.any()
    assert (tile.clear | ~drawn.hidden).all()
    assert not (drawn.tile.clear & drawn.hidden).any()
    assert (np.moveaxis(drawn.tile.reflectance, 1, -1)[drawn.hidden] == 0).all()
    truth = np.moveaxis(drawn.truth, 1, -1)[drawn.hidden]
    assert np.array_equal(truth, np.moveaxis(tile.reflectance, 1, -1)[drawn.hidden])


def test_a_seed_is_a_draw(tile):
    assert np.array_equal(draw_cloud(tile, 3).hidden, draw_cloud(tile, 3).hidden)
    assert not np.array_equal(draw_cloud(tile, 3).hidden, draw_cloud(tile, 4).hidden)


def test_frames_are_hidden_whole(tile):
    drawn = draw_frame(tile, 7)
    hidden = np.flatnonzero(drawn.hidden.any(axis=(1, 2)))
    good = [t for t in range(14) if t not in (2, 5, 9)]
    assert list(hidden) == good[1:-1:5]
    assert drawn.hidden[hidden].all()


def test_what_cannot_be_asked_is_skipped_with_a_reason():
    clear = np.ones((6, 8, 8), bool)
    assert isinstance(draw_cloud(tile_of(np.full((6, 2, 8, 8), 0.1), clear), 7), Skipped)
    clear[1:] = False
    skipped = draw_frame(tile_of(np.full((6, 2, 8, 8), 0.1), clear), 7)
    assert isinstance(skipped, Skipped)
    assert "clear" in skipped.reason
