from __future__ import annotations

import numpy as np

from kairos.engine.prior.ridge import Equations, cross_validate, robust_weights

PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0)


def rows(noise, outliers=0, count=600, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 6)).astype(np.float32)
    x[:, -1] = 1
    beta = np.array([[1, 0], [0, 1], [0.5, -0.5], [0, 0], [0, 0], [0.3, 0.1]], np.float32)
    y = x @ beta + noise * rng.normal(size=(count, 2)).astype(np.float32)
    y[:outliers] += 5
    return x, y.astype(np.float32), beta


def test_outliers_lose_their_weight():
    x, y, beta = rows(0.02, outliers=60)
    weight = robust_weights(x, y)
    assert weight[:60].max() < 0.05
    assert np.median(weight[60:]) > 0.5
    root = np.sqrt(weight)[:, None]
    assert np.abs(Equations.of(x * root, y * root).solve(1e-6) - beta).max() < 0.05


def test_equations_add_and_subtract():
    x, y, _ = rows(0.1)
    whole, part = Equations.of(x, y), Equations.of(x[:100], y[:100])
    rest = Equations.of(x[100:], y[100:])
    assert np.allclose(whole.minus(part).gram, rest.gram, atol=1e-2)
    assert np.allclose(part.plus(rest).moment, whole.moment, atol=1e-2)
    assert whole.minus(part).rows == rest.rows


def test_validation_believes_signal_and_doubts_noise():
    ones = np.ones(600, np.float32)
    folds = np.arange(600) // 20 % 4
    x, y, _ = rows(0.05)
    told, _ = cross_validate(x, y, ones, folds, PENALTIES)
    assert told.penalty <= 0.01
    assert told.error < 0.2

    rng = np.random.default_rng(3)
    noise = rng.normal(size=(600, 2)).astype(np.float32)
    few = np.concatenate([rng.normal(size=(600, 250)), np.ones((600, 1))], axis=1)
    told, _ = cross_validate(few.astype(np.float32), noise, ones, folds, PENALTIES)
    assert told.penalty >= 1.0
    assert told.error > 0.9


def test_residuals_stand_beside_their_rows():
    x, y, _ = rows(0.01)
    y[37] += 3
    folds = np.random.default_rng(0).integers(0, 4, 600)
    told, _ = cross_validate(x, y, np.ones(600, np.float32), folds, PENALTIES)
    assert told.known.all()
    assert np.argmax(np.abs(told.residuals[:, 0])) == 37


def test_one_fold_only_tells_nothing():
    x, y, _ = rows(0.01, count=40)
    told, _ = cross_validate(x, y, np.ones(40, np.float32), np.zeros(40, np.intp), PENALTIES)
    assert not told.known.any()
    assert told.error == 0
