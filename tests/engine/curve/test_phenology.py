from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.curve.phenology import seasons

FIRST = dt.date(2020, 1, 1).toordinal()


def bell(days, middle, width=40.0, height=0.6, floor=0.2):
    return floor + height * np.exp(-0.5 * ((np.asarray(days) - middle) / width) ** 2)


def test_a_season_starts_and_ends_at_half_its_amplitude():
    days = np.arange(FIRST, FIRST + 366, 5)
    (season,) = seasons(days, bell(days, FIRST + 180))
    half = math.sqrt(40**2 + 10**2) * math.sqrt(2 * math.log(2))  # smoothing widens the bell
    assert season.peak == pytest.approx(FIRST + 180, abs=2)
    assert season.start == pytest.approx(FIRST + 180 - half, abs=3)
    assert season.end == pytest.approx(FIRST + 180 + half, abs=3)
    assert season.height == pytest.approx(0.78, abs=0.02)


def test_two_crops_are_two_seasons():
    days = np.arange(FIRST, FIRST + 366, 4)
    values = np.maximum(bell(days, FIRST + 90, 22), bell(days, FIRST + 260, 25, 0.4))
    first, second = seasons(days, values)
    assert first.end < second.start
    assert second.height < first.height


def test_a_flank_that_was_not_seen_has_no_day():
    days = np.arange(FIRST, FIRST + 366, 5)
    values = np.interp(days - FIRST, [0, 60, 200, 365], [0.55, 0.85, 0.2, 0.2])
    (season,) = seasons(days, values)
    assert season.start is None
    assert season.end is not None
    (season,) = seasons(days, values[::-1])
    assert season.start is not None
    assert season.end is None


def test_what_hardly_moves_or_is_hardly_seen_has_no_season():
    days = np.arange(FIRST, FIRST + 366, 5)
    assert seasons(days, 0.3 + 0.02 * np.sin(days / 20)) == ()
    assert seasons(days[:2], [0.1, 0.9]) == ()
    assert seasons([], []) == ()


def test_a_cloudy_week_is_no_season():
    days = np.arange(FIRST, FIRST + 366, 5)
    values = bell(days, FIRST + 180)
    values[36] -= 0.35
    assert len(seasons(days, values)) == 1


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=60))
def test_days_are_in_order_whatever_the_curve(values):
    days = [FIRST + 6 * n for n in range(len(values))]
    for season in seasons(days, values):
        assert (season.start or season.peak) <= season.peak <= (season.end or season.peak)
        assert days[0] <= season.peak <= days[-1]
