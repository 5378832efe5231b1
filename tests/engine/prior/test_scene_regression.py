"""Scene regression must earn its place, and know when it has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.evaluate.draws import hide
from kairos.engine.evaluate.tasks import plan_cloud, plan_frame
from kairos.engine.method import Source
from kairos.engine.prior.interpolation import Linear
from kairos.engine.prior.scene_regression import SceneRegression
from kairos.engine.prior.temporal import TemporalPrior
from kairos.engine.rasters.grid import Window


def draw_cloud(tile, seed):
    """Clouds laid over half of the good frames."""
    return hide(tile, plan_cloud(tile, seed)[0])


class Thorough:
    @staticmethod
    def fit(sample):
        return SceneRegression.fit(sample, thorough=True)


def places(draw):
    """Where the days asked for stand among the dates of the tile."""
    return np.searchsorted(draw.tile.dates, draw.dates)


def error(method, draw):
    fitted = method.fit([draw.tile])
    state = fitted.prepare(draw.tile)
    off = []
    for d in range(len(draw.dates)):
        mean = fitted.estimate(state, draw.dates[[d]]).mean[0]
        off.append(np.abs(mean - draw.truth[d])[:, draw.trusted[d]].ravel())
    return float(np.concatenate(off).mean())


def test_it_beats_linear_and_the_prior_by_far(tile):
    draw = draw_cloud(tile, 7)
    linear, temporal, scene = (error(m, draw) for m in (Linear, TemporalPrior, SceneRegression))
    assert temporal < 1.02 * linear
    assert scene < 0.6 * linear


def test_a_thorough_one_is_better(tile):
    draw = draw_cloud(tile, 7)
    assert error(Thorough, draw) < 0.98 * error(SceneRegression, draw)


@pytest.mark.parametrize("bands", [("B04", "B08"), ("B02", "B03", "B04", "B08")])
def test_few_bands_suffice(scene, make_tile, bands):
    draw = draw_cloud(make_tile(scene, bands=bands), 7)
    assert error(SceneRegression, draw) < 0.75 * error(Linear, draw)


def test_hidden_values_never_leak(tile):
    draw = draw_cloud(tile, 7)
    for d, t in enumerate(places(draw)):
        assert (draw.tile.reflectance[t][:, draw.hidden[d]] == 0).all()


def test_a_frame_with_only_missed_cloud_falls_back_to_time(scene, make_tile):
    tile = make_tile(scene)
    draw = hide(tile, plan_frame(tile, 7)[0])
    t = int(places(draw)[0])
    tile = draw.tile
    tile.clear[t, 10:18, 20:30] = True
    tile.reflectance[t][:, 10:18, 20:30] = 0.6
    fitted = SceneRegression.fit([tile])
    estimate = fitted.estimate(fitted.prepare(tile), tile.dates[[t]])
    hidden = draw.trusted[0].copy()
    hidden[10:18, 20:30] = False
    assert (estimate.source[0][hidden] == Source.TIME).all()
    prior = TemporalPrior.fit([tile])
    by_time = prior.estimate(prior.prepare(tile), tile.dates[[t]])
    assert np.allclose(estimate.mean[0][:, hidden], by_time.mean[0][:, hidden], atol=1e-5)


def test_some_missed_cloud_does_not_spoil_a_frame(scene, make_tile):
    draw = draw_cloud(make_tile(scene), 7)
    clean = error(SceneRegression, draw)
    rng = np.random.default_rng(0)
    for t in places(draw):
        rows = np.flatnonzero(draw.tile.clear[t])
        missed = rng.choice(rows, len(rows) // 33, replace=False)
        draw.tile.reflectance[t].reshape(10, -1)[:, missed] += 0.3
    assert error(SceneRegression, draw) < 1.25 * clean


def test_doubt_holds_most_truths(tile):
    draw = draw_cloud(tile, 3)
    fitted = SceneRegression.fit([draw.tile])
    state = fitted.prepare(draw.tile)
    inside = []
    for d in range(len(draw.dates)):
        estimate = fitted.estimate(state, draw.dates[[d]])
        off = np.abs(estimate.mean[0] - draw.truth[d])[:, draw.trusted[d]]
        inside.append((off <= 1.645 * estimate.sigma[0][:, draw.trusted[d]]).ravel())
    assert 0.75 < np.concatenate(inside).mean() <= 1


@pytest.mark.parametrize("method", [SceneRegression, Thorough])
def test_doubt_tells_where_a_frame_is_off(tile, method):
    draw = draw_cloud(tile, 3)
    fitted = method.fit([draw.tile])
    state = fitted.prepare(draw.tile)
    less, more = [], []
    for d in range(len(draw.dates)):
        estimate = fitted.estimate(state, draw.dates[[d]])
        doubt = estimate.sigma[0][0, draw.trusted[d]]
        off = np.abs(estimate.mean[0] - draw.truth[d])[:, draw.trusted[d]].mean(axis=0)
        less.append(off[doubt <= np.median(doubt)])
        more.append(off[doubt > np.median(doubt)])
    assert np.concatenate(more).mean() > 1.1 * np.concatenate(less).mean()


@pytest.mark.parametrize("method", [SceneRegression, Thorough])
def test_the_doubt_of_a_part_is_that_of_the_whole(tile, method):
    draw = draw_cloud(tile, 3)
    fitted, whole = method.fit([draw.tile]), draw.tile
    width = whole.clear.shape[2] - 8
    core = Window(0, 0, whole.clear.shape[1], width - fitted.margin)
    part = replace(
        whole,
        window=replace(core, width=width),
        core=core,
        reflectance=whole.reflectance[..., :width],
        clear=whole.clear[..., :width],
        radar=whole.radar[..., :width],
    )
    one, other = (
        fitted.estimate(fitted.prepare(t), draw.dates).sigma[..., : core.width]
        for t in (whole, part)
    )
    assert np.allclose(one, other, rtol=1e-3, equal_nan=True)


def test_the_same_twice(tile):
    results = []
    for _ in range(2):
        fitted = SceneRegression.fit([tile])
        results.append(fitted.estimate(fitted.prepare(tile), tile.dates[::7]).mean)
    assert np.array_equal(*results)
