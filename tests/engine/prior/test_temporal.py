from __future__ import annotations

import dataclasses

import numpy as np

from kairos.engine.prior.pooled import features, fit_pooled
from kairos.engine.prior.temporal import TemporalPrior

BANDS = ("B03", "B04", "B08")


def test_radar_that_tells_is_believed():
    rng = np.random.default_rng(0)
    days = np.arange(0, 400, 8).astype(np.float32)
    shape = (len(days), 3, 200)
    base = np.full(shape, 0.2, np.float32) + rng.normal(0, 0.03, (1, 3, 200)).astype(np.float32)
    anomaly = rng.normal(0, 1, (len(days), 2, 200)).astype(np.float32)
    told = 0.02 * anomaly[:, :1] * np.array([0.5, 1, -1], np.float32)[None, :, None]
    values = base + told + rng.normal(0, 0.004, shape).astype(np.float32)
    clear = np.ones((len(days), 200), bool)
    ridge = fit_pooled(values, clear, base, base, anomaly, days, BANDS)
    assert ridge is not None
    assert ridge.uses_radar
    corrected = base[5] + ridge(base[5], base[5], anomaly[5], float(days[5]))
    assert np.abs(corrected - values[5]).mean() < 0.5 * np.abs(base[5] - values[5]).mean()

    noise = rng.normal(0, 1, anomaly.shape).astype(np.float32)
    ridge = fit_pooled(values, clear, base, base, noise, days, BANDS)
    assert ridge is None or not ridge.uses_radar


def test_few_frames_teach_nothing():
    days = np.arange(5, dtype=np.float32) * 10
    values = np.random.default_rng(0).random((5, 3, 100), np.float32)
    clear = np.ones((5, 100), bool)
    assert fit_pooled(values, clear, values, values, values[:, :0], days, BANDS) is None


def test_features_end_with_a_constant():
    base = np.full((3, 4, 5), 0.2, np.float32)
    x = features(base, base, np.zeros((2, 4, 5), np.float32), 100.0, BANDS)
    assert x.shape[0] == 20
    assert (x[:, -1] == 1).all()


def test_nan_in_radar_harms_nothing(tile):
    radar = tile.radar.copy()
    radar[::2, :, :20] = np.nan
    radar[3] = np.nan
    broken = dataclasses.replace(tile, radar=radar)
    prior = TemporalPrior.fit([broken])
    estimate = prior.estimate(prior.prepare(broken), tile.dates[::5] + np.timedelta64(1, "D"))
    assert np.isfinite(estimate.mean).all()


def test_it_answers_for_days_that_nobody_saw(scene, tile):
    prior = TemporalPrior.fit([tile])
    days = np.array(["2021-05-20", "2021-07-11", "2021-09-08"], "datetime64[D]")
    days = days[~np.isin(days, tile.dates)]
    estimate = prior.estimate(prior.prepare(tile), days)
    assert np.abs(estimate.mean - scene.truth_at(days)).mean() < 0.03
