from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.evaluate.noise import noise_floor


def test_a_gain_is_no_noise(tile_of):
    ground = np.random.default_rng(0).random((1, 2, 20, 20)) * 0.02 + 0.1
    gain = np.array([1, 1.1, 0.95])[:, None, None, None]
    floor, pairs = noise_floor(tile_of(ground * gain, np.ones((3, 20, 20), bool)))
    assert pairs == 2
    assert floor == pytest.approx(0, abs=1e-6)


def test_noise_is_measured(tile_of):
    rng = np.random.default_rng(0)
    ground = rng.random((1, 2, 60, 60)) * 0.02 + 0.1
    noisy = ground + rng.normal(0, 0.01, (2, 2, 60, 60))
    floor, _ = noise_floor(tile_of(noisy, np.ones((2, 60, 60), bool)))
    assert floor == pytest.approx(0.01 * np.sqrt(2) * np.sqrt(2 / np.pi), rel=0.05)


def test_dates_far_apart_have_no_floor(tile_of):
    assert noise_floor(tile_of(np.full((4, 2, 20, 20), 0.1), np.ones((4, 20, 20), bool), 6)) is None
