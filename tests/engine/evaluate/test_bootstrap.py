from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kairos.engine.evaluate.bootstrap import Blocks, interval, interval_of_mean

SUMS = arrays(np.float64, st.integers(1, 40), elements=st.floats(0.5, 4))


@given(model=SUMS, seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=50)
def test_the_interval_holds_the_ratio(model, seed):
    blocks = Blocks(model, np.linspace(1, 2, len(model)))
    low, high = interval(blocks, seed)
    assert low <= blocks.ratio + 1e-9
    assert high >= blocks.ratio - 1e-9
    assert (low, high) == interval(blocks, seed)


@given(linear=SUMS)
@settings(deadline=None, max_examples=20)
def test_linear_against_itself_is_one_without_doubt(linear):
    assert interval(Blocks(linear, linear), 1) == pytest.approx((1, 1))


def test_more_blocks_are_more_certain():
    rng = np.random.default_rng(0)
    widths = []
    for count in (10, 1000):
        low, high = interval(Blocks(rng.random(count) + 0.5, np.ones(count)), 1)
        widths.append(high - low)
    assert widths[1] < widths[0] / 5


def test_sites_that_differ_make_the_mean_uncertain():
    sites = [Blocks(np.full(50, r), np.ones(50)) for r in (0.2, 0.4, 0.6)]
    low, high = interval_of_mean(sites, 1)
    assert 0.2 <= low < 0.4 < high <= 0.6
    assert interval_of_mean(sites[:1] * 3, 1) == pytest.approx((0.2, 0.2))


def test_where_nothing_errs_the_ratio_is_one():
    assert Blocks(np.zeros(3), np.zeros(3)).ratio == 1
