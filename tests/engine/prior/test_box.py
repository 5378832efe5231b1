from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.prior.box import box_mean, box_sum, box_sums


def brute(values, radius):
    out = np.zeros_like(values)
    height, width = values.shape[-2:]
    for i in range(height):
        for j in range(width):
            rows = slice(max(i - radius, 0), i + radius + 1)
            cols = slice(max(j - radius, 0), j + radius + 1)
            out[..., i, j] = values[..., rows, cols].sum(axis=(-1, -2))
    return out


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_sums_are_sums(height, width, radius):
    values = np.random.default_rng(height * width).random((2, height, width)).astype(np.float32)
    wanted = brute(values, radius)
    assert np.allclose(box_sum(values, radius), wanted, atol=1e-4)
    for found, r in zip(box_sums(values[0], (1, radius)), (1, radius)):
        assert np.allclose(found, brute(values[0], r), atol=1e-4)


def test_mean_of_a_constant_is_the_constant():
    assert np.allclose(box_mean(np.full((3, 5, 7), 0.25, np.float32), 1), 0.25)


def test_a_sum_is_the_same_wherever_the_image_begins():
    rng = np.random.default_rng(0)
    values = rng.normal(0.3, 0.3, (300, 280)).clip(-1, 1).astype(np.float32)
    values[150:240, 120:220] = 0
    for whole, part in zip(box_sums(values, (1, 24)), box_sums(values[100:, 90:], (1, 24))):
        assert np.array_equal(whole[125:, 115:], part[25:, 25:])
        assert (whole[180:210, 150:190] == 0).all()
