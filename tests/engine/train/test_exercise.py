"""What is hidden stays hidden, and only the truth is scored."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.train.exercise import _every_other_orbit, draw_exercise
from kairos.engine.train.missed import with_missed_cloud


@pytest.mark.parametrize("seed", range(6))
def test_hidden_pixels_are_not_in_the_tile(tile, seed):
    exercise = draw_exercise(tile, np.random.default_rng(seed))
    shown = exercise.tile
    assert len(exercise.days)
    assert (shown.reflectance.transpose(0, 2, 3, 1)[~shown.clear] == 0).all()
    for day, scored in zip(exercise.days, exercise.scored):
        assert scored.any()
        (places,) = np.nonzero(shown.dates == day)
        for t in places:
            assert not (shown.clear[t] & scored).any()


def test_truth_is_what_was_seen(tile):
    exercise = draw_exercise(tile, np.random.default_rng(1), vary=False)
    for day, truth, scored in zip(exercise.days, exercise.truth, exercise.scored):
        (t,) = np.flatnonzero(tile.dates == day)
        assert (scored <= tile.clear[t]).all()
        assert np.array_equal(truth[:, scored], tile.reflectance[t][:, scored])


def test_some_days_are_taken_out_altogether(tile):
    drawn = [draw_exercise(tile, np.random.default_rng(s), vary=False) for s in range(4)]
    assert any((~np.isin(e.days, e.tile.dates)).any() for e in drawn)


def test_one_seed_is_one_exercise(tile):
    one, other = (draw_exercise(tile, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.days, other.days)
    assert np.array_equal(one.tile.clear, other.tile.clear)
    assert np.array_equal(one.scored, other.scored)


def test_an_orbit_can_be_dropped():
    days = np.array([0, 2, 6, 8, 14, 18, 20], "datetime64[D]")  # one pass of each orbit is lost
    assert list(_every_other_orbit(days, 0)) == [0, 2, 5]
    assert list(_every_other_orbit(days, 1)) == [1, 3, 4, 6]
    assert list(_every_other_orbit(days[[0, 2, 5]], 1)) == [1]
    assert len(_every_other_orbit(days[:0], 0)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_little_cloud_is_left_unmasked_beside_the_rest(tile, seed):
    cloudy = with_missed_cloud(tile, np.random.default_rng(seed))
    assert np.array_equal(cloudy.clear, tile.clear)
    brighter = (cloudy.reflectance > tile.reflectance).any(axis=1)
    assert (cloudy.reflectance >= tile.reflectance).all()
    assert (brighter <= tile.clear).all()
    partly = tile.clear.any(axis=(1, 2)) & ~tile.clear.all(axis=(1, 2))
    wanted, found = 0.03 * (~tile.clear[partly]).sum(), brighter[partly].sum()
    assert 0.6 * wanted < found < 1.3 * wanted
    assert not brighter[~partly].any()


def test_left_over_cloud_is_never_scored(tile):
    left = 0
    for seed in range(6):
        exercise = draw_exercise(tile, np.random.default_rng(seed))
        shown = exercise.tile
        for day, truth, scored in zip(exercise.days, exercise.truth, exercise.scored):
            for t in np.flatnonzero(shown.dates == day):
                off = (shown.reflectance[t] != truth).any(axis=0) & shown.clear[t]
                assert not (off & scored).any()
                left += off.sum()
    assert left


def test_without_clouds_frames_are_hidden_whole(tile):
    hid = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        exercise = draw_exercise(tile, rng, vary=False, scene=False)
        shown = {day: clear.any() for day, clear in zip(exercise.tile.dates, exercise.tile.clear)}
        assert not any(shown.get(day, False) for day in exercise.days)
        hid += len(exercise.days)
    assert hid > 4
