"""What holds for every closed form, and what each of the plain ones must do."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from kairos.engine.method import Source
from kairos.engine.registry import CLOSED_FORMS


@pytest.fixture(scope="module", params=CLOSED_FORMS)
def fitted(request, tile):
    return CLOSED_FORMS[request.param]([tile])


def test_clear_pixels_are_the_observations(fitted, tile):
    state = fitted.prepare(tile)
    estimate = fitted.estimate(state, tile.dates[[3, 17]])
    for d, t in enumerate((3, 17)):
        clear = tile.clear[t]
        assert np.array_equal(estimate.mean[d][:, clear], tile.reflectance[t][:, clear])
        assert (estimate.sigma[d][:, clear] == 0).all()
        assert (estimate.source[d][clear] == Source.OBSERVED).all()
        assert (estimate.source[d][~clear] >= Source.SCENE).all()


def test_no_holes_on_any_day(fitted, tile):
    state = fitted.prepare(tile)
    days = np.concatenate([tile.dates[::6], tile.dates[:-1:6] + np.timedelta64(2, "D")])
    estimate = fitted.estimate(state, np.sort(days))
    assert np.isfinite(estimate.mean).all()
    assert np.isfinite(estimate.sigma).all()
    assert (estimate.sigma >= 0).all()


def test_many_days_are_the_single_days(fitted, tile):
    state = fitted.prepare(tile)
    days = np.array([tile.dates[4], tile.dates[9], tile.dates[9] + np.timedelta64(1, "D")])
    together = fitted.estimate(state, days)
    for d, day in enumerate(days):
        alone = fitted.estimate(state, days[d : d + 1])
        assert np.allclose(together.mean[d], alone.mean[0], atol=2e-5), day
        assert np.array_equal(together.source[d], alone.source[0])


def test_a_pixel_that_no_day_saw_stays_unknown(fitted, tile):
    clear = tile.clear.copy()
    clear[:, 5, 6] = False
    blind = dataclasses.replace(
        tile, clear=clear, reflectance=np.where(clear[:, None], tile.reflectance, 0)
    )
    estimate = fitted.estimate(fitted.prepare(blind), tile.dates[[2]])
    assert np.isnan(estimate.mean[0, :, 5, 6]).all()
    assert estimate.source[0, 5, 6] == Source.UNSEEN
    estimate.mean[0, :, 5, 6] = 0
    assert np.isfinite(estimate.mean).all()


def test_the_order_of_bands_does_not_matter_to_interpolation(scene, make_tile):
    fit = CLOSED_FORMS["linear"]
    forward, backward = (
        make_tile(scene, bands=bands) for bands in (("B04", "B08"), ("B08", "B04"))
    )
    one = fit([forward]).estimate(fit([forward]).prepare(forward), scene.dates[[8]])
    two = fit([backward]).estimate(fit([backward]).prepare(backward), scene.dates[[8]])
    assert np.array_equal(one.mean[:, ::-1], two.mean)


@pytest.mark.parametrize("name", ["linear", "whittaker", "temporal"])
def test_a_steady_pixel_stays_steady(name, tile):
    flat = np.where(tile.clear[:, None], np.float32(0.2), np.float32(0))
    steady = dataclasses.replace(tile, reflectance=np.broadcast_to(
        flat, tile.reflectance.shape).copy())  # fmt: skip
    method = CLOSED_FORMS[name]([steady])
    day = tile.dates[[10]] + np.timedelta64(1, "D")
    assert np.allclose(method.estimate(method.prepare(steady), day).mean, 0.2, atol=2e-3)


def test_least_cloudy_takes_whole_frames(scene, make_tile):
    tile = make_tile(scene)
    method = CLOSED_FORMS["least-cloudy"]([tile])
    t = int(np.argmin(tile.clear.sum(axis=(1, 2))))
    estimate = method.estimate(tile, tile.dates[[t]]).mean[0]
    hidden = ~tile.clear[t]
    from_some_frame = (estimate[None] == tile.reflectance).all(axis=1) & tile.clear
    assert from_some_frame[:, hidden].any(axis=0).all()
