from __future__ import annotations

import numpy as np

from kairos.engine.prior.doubt import NINE_IN_TEN, Doubt, sigma_of


def test_nine_in_ten_errors_lie_within():
    errors = np.random.default_rng(0).laplace(0, 0.01, (20_000, 2)).astype(np.float32)
    inside = np.abs(errors) <= NINE_IN_TEN * sigma_of(errors)
    assert np.allclose(inside.mean(axis=0), 0.9, atol=0.005)


def test_doubt_grows_with_the_gap_and_never_shrinks():
    rng = np.random.default_rng(1)
    distance = rng.choice([6.0, 12.0, 24.0, 48.0], 4000).astype(np.float32)
    errors = (rng.normal(0, 0.001, (4000, 1)) * distance[:, None]).astype(np.float32)
    sigma = Doubt.learn(errors, distance)(np.array([6, 12, 24, 48, 500], np.float32))[0]
    assert (np.diff(sigma) >= 0).all()
    assert sigma[3] > 4 * sigma[0]


def test_gaps_without_errors_take_what_is_near():
    distance = np.full(1000, 12.0, np.float32)
    doubt = Doubt.learn(np.full((1000, 1), 0.02, np.float32), distance)
    assert np.allclose(doubt(np.array([1, 12, 90], np.float32)), 0.02 / NINE_IN_TEN)
    assert np.isfinite(Doubt.learn(np.zeros((0, 2), np.float32), np.zeros(0)).table).all()
