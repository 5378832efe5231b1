from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kairos.engine.clear import CONVENTIONS, SCL_USABLE, valid, without_missed_cloud

BY_SUFFIX = {c.suffix: c for c in CONVENTIONS}


def usable(suffix, values, classes=SCL_USABLE):
    return BY_SUFFIX[suffix].usable(np.asarray(values), classes)


def test_the_order_in_which_masks_are_looked_for():
    assert [c.suffix for c in CONVENTIONS] == ["_SCL", "_CLEAR", "_CLOUD", "_QA"]


def test_sen2cor_classes_4_to_7():
    assert list(np.flatnonzero(usable("_SCL", range(12)))) == [4, 5, 6, 7]
    assert list(np.flatnonzero(usable("_SCL", range(12), (4, 11)))) == [4, 11]


@pytest.mark.parametrize(
    ("suffix", "values", "expected"),
    [
        ("_CLEAR", [0, 1, 2, 255], [False, True, False, False]),
        ("_CLOUD", [0, 1, 2, 255], [True, False, False, False]),
        ("_QA", [0, 1024, 2048, 3072, 1, 512], [True, False, False, False, True, True]),
        ("_SCL", [4.0, np.nan, 9.0], [True, False, False]),
        ("_CLEAR", [1.0, np.nan], [True, False]),
        ("_CLOUD", [0.0, np.nan], [True, False]),
        ("_QA", [0.0, np.nan, 1024.0], [True, False, False]),
    ],
)
def test_what_the_numbers_mean(suffix, values, expected):
    assert list(usable(suffix, values)) == expected


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda c: c.suffix)
def test_ground_outside_of_a_mask_is_never_usable(convention):
    assert not convention.usable(np.array([convention.outside]), SCL_USABLE)[0]


@pytest.mark.parametrize(
    ("pixel", "nodata", "expected"),
    [
        ([5, 5], 0, True), ([0, 5], 0, False), ([0, 0], 0, False),
        ([0, 5], None, True), ([0, 0], None, False),
        ([65535, 5], 65535, False), ([0, 0], 65535, True),
        ([np.nan, 0.5], None, False), ([np.inf, 0.5], np.nan, False), ([0.0, 0.0], np.nan, True),
        ([0.2, 0.5], np.nan, True), ([np.nan, 0.5], -1, False), ([-1.0, 0.5], -1, False),
    ],
)  # fmt: skip
def test_a_pixel_is_valid_where_no_band_is_nodata(pixel, nodata, expected):
    assert valid(np.array(pixel)[:, None, None], nodata)[0, 0] == expected


@given(arrays(np.float32, (3, 4, 5)), st.none() | st.floats(width=32))
def test_valid_pixels_are_finite_and_off_nodata(values, nodata):
    good = valid(values, nodata)
    assert good.shape == (4, 5)
    assert np.isfinite(values[:, good]).all()
    if nodata is not None:
        assert not (values[:, good] == np.float32(nodata)).any()


def test_what_is_brighter_than_its_own_median_is_missed_cloud():
    band = np.full((5, 1, 2), 0.1, np.float32)
    band[3, 0, 0] = 0.17
    clear = np.ones((5, 1, 2), bool)
    clear[:, 0, 1] = False
    true = without_missed_cloud(band, clear)
    assert list(true[:, 0, 0]) == [True, True, True, False, True]
    assert not true[:, 0, 1].any()
