"""The start of a flow is what the closed forms say, and what the day itself shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.models.anchor import FAR, SIDE, AnchorMethod
from kairos.engine.prior.scene_regression import SceneRegression


@pytest.fixture(scope="module")
def method(tile):
    return AnchorMethod.fit([tile])


@pytest.fixture(scope="module")
def state(method, tile):
    return method.prepare(tile)


def clearest(tile):
    """Frames that show some ground and hide some, the clearest first."""
    shares = tile.clear.mean(axis=(1, 2))
    return [int(t) for t in np.argsort(-shares) if 0.2 < shares[t] < 0.95]


def test_the_start_of_a_frame_is_scene_regression(method, state, tile):
    t = clearest(tile)[0]
    anchor = method.start(state, tile.dates[t : t + 1])
    scene = SceneRegression.fit([tile], thorough=True)
    estimate = scene.estimate(scene.prepare(tile), tile.dates[t : t + 1])
    seen_once = tile.clear.any(axis=0)
    assert anchor.from_scene
    assert np.array_equal(anchor.start[:, tile.clear[t]], tile.reflectance[t][:, tile.clear[t]])
    assert np.allclose(anchor.start[:, seen_once], estimate.mean[0][:, seen_once], atol=1e-5)


def test_a_day_that_nobody_saw_starts_from_time(method, state, tile):
    day = tile.dates[3:4] + 1
    assert day[0] not in tile.dates
    anchor = method.start(state, day)
    by_time = method.scene.prior.estimate(state.prior, day).mean[0]
    seen_once = tile.clear.any(axis=0)
    assert not anchor.from_scene
    assert not anchor.clear.any()
    assert (anchor.error == 0).all()
    assert np.allclose(anchor.start[:, seen_once], by_time[:, seen_once])


def test_looks_never_come_from_the_day_itself(method, tile):
    t = clearest(tile)[0]
    changed = tile.reflectance.copy()
    changed[t] += np.where(tile.clear[t], np.float32(0.2), np.float32(0))
    other = method.prepare(replace(tile, reflectance=changed))
    before = method.start(method.prepare(tile), tile.dates[t : t + 1])
    after = method.start(other, tile.dates[t : t + 1])
    seen = np.abs(before.ages) < FAR
    assert np.array_equal(before.ages, after.ages)
    assert (before.ages[:SIDE] < 0).all()
    assert (before.ages[SIDE:] > 0).all()
    assert np.array_equal(before.looks.swapaxes(1, 2).swapaxes(2, 3)[seen],
                          after.looks.swapaxes(1, 2).swapaxes(2, 3)[seen])  # fmt: skip


def test_everything_is_finite(method, state, tile):
    for day in (tile.dates[:1], tile.dates[-1:], tile.dates[:1] - 9, tile.dates[5:6] + 2):
        anchor = method.start(state, day)
        for name in ("start", "sigma", "error", "latent", "looks", "ages", "radar"):
            assert np.isfinite(getattr(anchor, name)).all(), name


def test_what_only_the_day_itself_shows_is_finite_too(tile):
    """A day of little clear ground starts from the others, of which none saw that."""
    clear = tile.clear.copy()
    clear[4] = False
    clear[:, :2, :2] = False
    clear[4, :2, :2] = True
    values = np.where(clear[:, None], tile.reflectance, np.float32(0))
    other = replace(tile, clear=clear, reflectance=values)
    method = AnchorMethod.fit([other])
    anchor = method.start(method.prepare(other), other.dates[4:5])
    assert not anchor.from_scene
    for name in ("start", "sigma", "error"):
        assert np.isfinite(getattr(anchor, name)).all(), name


def test_without_radar_its_anomaly_is_zero(tile):
    bare = replace(tile, radar_dates=tile.radar_dates[:0], radar=tile.radar[:0])
    method = AnchorMethod.fit([bare])
    assert (method.start(method.prepare(bare), bare.dates[2:3]).radar == 0).all()


def test_the_factors_speak_of_acquired_days_only(method, state, tile):
    t = clearest(tile)[0]
    own, between = (method.start(state, day) for day in (tile.dates[t : t + 1], tile.dates[:1] + 1))
    hidden = ~tile.clear[t] & tile.clear.any(axis=0)
    assert np.array_equal(between.latent, between.base)
    assert np.abs(own.latent - own.start)[:, hidden].mean() < 0.05
    assert not np.array_equal(own.latent, own.base)
