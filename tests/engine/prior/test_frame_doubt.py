"""Doubt grows into a gap and where two ways to tell a pixel differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.prior.frame_doubt import frame_doubt

SIGMA = np.array([0.01, 0.03], np.float32)


@pytest.fixture
def clear():
    shows = np.ones((40, 60), bool)
    shows[:, 20:] = False
    return shows


def doubt(clear, differs=0.0, sigma=SIGMA, *, from_factors=True):
    image = np.full((len(sigma), *clear.shape), differs, np.float32)
    return frame_doubt(sigma, clear, image, from_factors=from_factors)


@pytest.mark.parametrize("from_factors", [True, False])
def test_doubt_grows_with_the_way_to_clear_ground(clear, from_factors):
    rows = doubt(clear, from_factors=from_factors)[0, 20, 20:44]
    assert (np.diff(rows) >= 0).all()
    assert rows[-1] > 1.5 * rows[0]


@pytest.mark.parametrize("from_factors", [True, False])
def test_doubt_grows_where_the_witness_differs(clear, from_factors):
    agree, differ = (doubt(clear, off, from_factors=from_factors) for off in (0, 0.02))
    assert (differ > 1.1 * agree).all()


def test_each_band_keeps_its_own_scale(clear):
    found = doubt(clear, 0.01)
    assert np.allclose(found[1] / found[0], 3, rtol=1e-5)


@given(st.floats(0.125, 8))
def test_doubt_is_in_the_unit_of_the_images(unit):
    some = np.eye(9, dtype=bool)
    one, other = doubt(some, 0.02), doubt(some, 0.02 * unit, SIGMA * np.float32(unit))
    assert np.allclose(other, unit * one, rtol=1e-4)


def test_a_frame_that_shows_nothing_near_has_a_doubt_too(clear):
    assert np.isfinite(doubt(clear & False)).all()
