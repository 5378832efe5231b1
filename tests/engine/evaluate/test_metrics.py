"""Measures against answers known by hand, and laws that hold for any image."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kairos.engine.errors import ModelError
from kairos.engine.evaluate import metrics

PIXELS = arrays(
    np.float32, st.tuples(st.integers(1, 30), st.integers(1, 6)),
    elements=st.floats(0.0009765625, 1, width=32),
)  # fmt: skip


def rows(*values):
    return np.array(values, np.float32)


def test_known_errors():
    truth, estimate = rows([0.1, 0.3], [0.2, 0.4]), rows([0.2, 0.3], [0.2, 0.1])
    assert metrics.mae(estimate, truth) == pytest.approx(0.1, abs=1e-7)
    assert metrics.rmse(estimate, truth) == pytest.approx(math.sqrt(0.025), abs=1e-7)
    assert metrics.psnr(estimate, truth) == pytest.approx(-10 * math.log10(0.025), abs=1e-4)


def test_psnr_of_a_tenth_is_twenty_decibels():
    assert metrics.psnr(rows([0.5]), rows([0.6])) == pytest.approx(20, abs=1e-4)


def test_known_angles():
    assert metrics.sam(rows([1, 0]), rows([0, 1])) == pytest.approx(90)
    assert metrics.sam(rows([0.2, 0.2]), rows([0.5, 0])) == pytest.approx(45, abs=1e-5)
    assert metrics.sam(rows([0.2, 0.2], [1, 0]), rows([0.5, 0], [1, 0])) == pytest.approx(22.5)
    assert metrics.sam(rows([0, 0], [1, 0]), rows([1, 0], [0, 1])) == pytest.approx(90)


def test_known_bands():
    error, reach = rows([0.0, -0.3]), rows([0.1, 0.1])
    assert metrics.within(error, reach) == 0.5
    assert metrics.interval_score(error, reach) == pytest.approx((0.2 + 0.2 + 20 * 0.2) / 2)


def test_the_interval_score_asks_for_nine_in_ten_and_for_narrow_bands_where_errors_are_small():
    spread = np.repeat([0.01, 0.04], 20_000).astype(np.float32)
    error = spread * np.random.default_rng(0).standard_normal(40_000).astype(np.float32)
    honest = metrics.interval_score(error, 1.645 * spread)
    for factor in (0.8, 1.25):
        assert metrics.interval_score(error, factor * 1.645 * spread) > honest
    flat = np.full_like(error, np.quantile(np.abs(error), 0.9))
    assert metrics.interval_score(error, flat) > honest


def test_known_ndvi():
    estimate, truth = rows([0.1, 0.3], [0.1, 0.1]), rows([0.1, 0.1], [0.1, 0.1])
    assert metrics.ndvi_mae(estimate, truth, ("B04", "B08")) == pytest.approx(0.25)
    assert metrics.ndvi_mae(estimate, truth, ("B05", "B06")) is None


@given(pixels=PIXELS)
@settings(deadline=None, max_examples=50)
def test_what_is_identical_has_no_error(pixels):
    assert metrics.mae(pixels, pixels) == 0
    assert metrics.rmse(pixels, pixels) == 0
    assert metrics.psnr(pixels, pixels) == math.inf
    assert metrics.sam(pixels, pixels) == 0


@given(pixels=PIXELS, gain=st.floats(0.25, 4))
@settings(deadline=None, max_examples=50)
def test_brightness_is_no_angle(pixels, gain):
    assert metrics.sam(pixels * np.float32(gain), pixels) == pytest.approx(0, abs=1e-3)


@given(a=PIXELS, shift=st.floats(-0.25, 0.25))
@settings(deadline=None, max_examples=50)
def test_laws_of_a_shift(a, shift):
    b = a + np.float32(shift)
    assert metrics.mae(b, a) == pytest.approx(abs(shift), abs=1e-6)
    assert metrics.rmse(b, a) >= metrics.mae(b, a) - 1e-6


def image(seed=0, size=(24, 20)):
    return np.random.default_rng(seed).random((3, *size)).astype(np.float32)


def test_ssim_of_an_image_with_itself_is_one():
    known = np.ones((24, 20), bool)
    found = metrics.ssim_map(image(), image(), known)
    assert np.isnan(found[:5]).all()
    assert np.isnan(found[:, -5:]).all()
    assert found[5:-5, 5:-5] == pytest.approx(1)


def test_ssim_by_the_definition():
    """One window, by the formula of the paper."""
    known = np.ones((11, 11), bool)
    truth, estimate = image(1, (11, 11)), image(2, (11, 11))
    x = np.arange(11) - 5
    weight = np.exp(-(x**2) / (2 * 1.5**2))
    window = np.outer(weight, weight) / weight.sum() ** 2
    values = []
    for t, e in zip(truth.astype(float), estimate.astype(float)):
        a, b = (window * t).sum(), (window * e).sum()
        va, vb = (window * t * t).sum() - a * a, (window * e * e).sum() - b * b
        cov = (window * t * e).sum() - a * b
        c1, c2 = 0.01**2, 0.03**2
        values.append((2 * a * b + c1) * (2 * cov + c2) / ((a * a + b * b + c1) * (va + vb + c2)))
    found = metrics.ssim_map(estimate, truth, known)
    assert found[5, 5] == pytest.approx(np.mean(values), abs=1e-5)
    assert np.isfinite(found).sum() == 1


def test_what_is_not_known_costs_nothing():
    known = np.ones((24, 20), bool)
    known[:, 10:] = False
    other = image()
    other[:, :, 10:] = 7
    found = metrics.ssim_map(other, image(), known)
    assert np.isnan(found[:, 10:]).all()
    assert found[5:-5, 5:10] == pytest.approx(1)


def test_an_image_smaller_than_the_window_has_no_ssim():
    assert metrics.ssim_map(image(0, (10, 30)), image(1, (10, 30)), np.ones((10, 30), bool)) is None


def test_a_missing_library_is_named(monkeypatch):
    metrics.ensure_libraries()
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(ModelError, match=r"scikit-image.*pip install"):
        metrics.ensure_libraries()
