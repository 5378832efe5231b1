"""What is hidden stays hidden, and only the truth is scored."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.train.exercise import draw_exercise


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
