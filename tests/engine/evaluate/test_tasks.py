"""What each task hides."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.clear import without_missed_cloud
from kairos.engine.evaluate.draws import Skipped, hide
from kairos.engine.evaluate.tasks import (
    GAPS,
    plan_anytime,
    plan_cloud,
    plan_frame,
    plan_gap,
)

PARTLY = (2, 5, 9)


def test_bright_leftovers_are_no_truth(tile):
    tile.reflectance[4, 0, 3, 3] += 0.2
    truth = without_missed_cloud(tile.reflectance[:, 0], tile.clear)
    assert not truth[4, 3, 3]
    assert truth.sum() == tile.clear.sum() - 1


def test_bright_leftovers_are_hidden_but_not_trusted(tile):
    frames = [t for t in range(14) if t not in PARTLY][1:-1:5]
    tile.reflectance[frames[0], 0, 3, 3] += 0.2
    (plan,) = plan_frame(tile, 7)
    assert plan.hidden[frames[0], 3, 3]
    assert not plan.trusted[frames[0], 3, 3]
    assert plan.hidden.sum() == plan.trusted.sum() + 1


def test_clouds_of_the_stack_itself_come_first(tile):
    (plan,) = plan_cloud(tile, 7)
    assert not plan.simulated
    for frame in plan.hidden[plan.hidden.any(axis=(1, 2))]:
        assert frame.sum() == 200  # half of a frame, as in the three that are cloudy


def test_a_seed_is_a_draw(tile):
    assert np.array_equal(plan_cloud(tile, 3)[0].hidden, plan_cloud(tile, 3)[0].hidden)
    assert not np.array_equal(plan_cloud(tile, 3)[0].hidden, plan_cloud(tile, 4)[0].hidden)


def test_frames_are_hidden_whole(tile):
    (plan,) = plan_frame(tile, 7)
    hidden = np.flatnonzero(plan.hidden.any(axis=(1, 2)))
    good = [t for t in range(14) if t not in PARTLY]
    assert list(hidden) == good[1:-1:5]
    assert plan.hidden[hidden].all()
    assert not plan.removed.any()


def test_five_seeds_hide_each_good_frame_once(tile):
    times = sum(plan_frame(tile, seed)[0].hidden.any(axis=(1, 2)).astype(int) for seed in range(5))
    good = [t for t in range(14) if t not in PARTLY]
    assert list(np.flatnonzero(times)) == good[1:-1]
    assert times.max() == 1


def test_anytime_takes_dates_out_of_the_stack(tile):
    (plan,) = plan_anytime(tile, 7)
    drawn = hide(tile, plan)
    assert len(drawn.dates) > 0
    assert not np.isin(drawn.dates, drawn.tile.dates).any()
    assert len(drawn.tile.dates) + len(drawn.dates) == len(tile.dates)
    assert np.array_equal(np.sort([*drawn.tile.dates, *drawn.dates]), tile.dates)
    assert tile.dates[0] in drawn.tile.dates
    assert tile.dates[-1] in drawn.tile.dates
    starts = {plan_anytime(tile, seed)[0].removed.argmax() for seed in range(20)}
    assert len(starts) > 1


def test_gaps_hide_all_that_was_seen_in_a_window(long_tile):
    plans = plan_gap(long_tile, 7)
    assert [plan.gap_days for plan in plans] == list(GAPS)
    for plan, days in zip(plans, GAPS):
        drawn = hide(long_tile, plan)
        seen = drawn.tile.dates[drawn.tile.clear.any(axis=(1, 2))]
        assert len(seen) >= 2
        for day in drawn.dates:
            before, after = seen[seen < day].max(), seen[seen > day].min()
            assert (after - before).astype(int) > days
            assert (drawn.tile.dates == day).any()  # hidden, not removed


def test_too_few_clouds_are_joined_by_simulated_ones(tile_of):
    clear = np.ones((8, 32, 32), bool)
    plan, again = (plan_cloud(tile_of(np.full((8, 2, 32, 32), 0.1), clear), 7)[0] for _ in "ab")
    assert np.array_equal(plan.hidden, again.hidden)
    assert plan.simulated
    hidden = plan.hidden[plan.hidden.any(axis=(1, 2))]
    assert len(hidden) == 4
    assert 0.02 < hidden.mean() < 0.95
    assert any(not frame.all() for frame in hidden)


@pytest.mark.parametrize("plan_of", [plan_cloud, plan_frame, plan_anytime, plan_gap])
def test_what_cannot_be_asked_is_skipped_with_a_reason(tile_of, plan_of):
    clear = np.zeros((6, 8, 8), bool)
    clear[0] = True
    clear[1:, :2, :2] = True
    tile = tile_of(np.full((6, 2, 8, 8), 0.1), clear)
    clear[1:] = False
    plans = plan_of(tile, 7)
    if plan_of is plan_cloud:  # one clear frame is enough to lay a simulated cloud over
        assert not isinstance(plans[0], Skipped)
        return
    assert all(isinstance(plan, Skipped) for plan in plans)
    assert all("clear" in plan.reason for plan in plans)


def test_a_short_series_has_no_long_gap(tile_of):
    tile = tile_of(np.full((8, 2, 8, 8), 0.1), np.ones((8, 8, 8), bool))
    twenty, _, sixty = plan_gap(tile, 7)
    assert not isinstance(twenty, Skipped)
    assert isinstance(sixty, Skipped)
    assert sixty.gap_days == 60
    assert "60 days" in sixty.reason


def test_a_handful_of_hidden_pixels_is_no_measure(tile_of):
    clear = np.ones((7, 3, 3), bool)
    (plan,) = plan_frame(tile_of(np.full((7, 2, 3, 3), 0.1), clear), 7)
    assert isinstance(plan, Skipped)
    assert "only 9 clear pixels" in plan.reason
