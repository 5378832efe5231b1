"""Factors of a stack: what a pixel shows on all days follows from few numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.arrays import day_numbers
from kairos.engine.prior.factors import GROUPS, Latent, fit_factors
from kairos.engine.prior.looks import Looks
from kairos.engine.rasters.grid import Window


@pytest.fixture(scope="module")
def analysis(tile):
    return fit_factors([tile])


@pytest.fixture(scope="module")
def latent(analysis, tile):
    return Latent.of(analysis, tile)


def lived(tile, seed=0, spoilt=0.0):
    """The tile with ground that truly follows from three factors, and the truth."""
    rng = np.random.default_rng(seed)
    dates, bands, height, width = tile.reflectance.shape
    pixels = rng.normal(size=(3, height * width))
    swings = rng.normal(size=(dates, bands, 3)) * 0.03
    truth = (0.3 + swings @ pixels).reshape(tile.reflectance.shape).astype(np.float32)
    seen = truth + rng.normal(size=truth.shape).astype(np.float32) * 0.003
    cloud = rng.random(tile.clear.shape) < spoilt
    seen += cloud[:, None] * np.float32(0.5)
    seen *= tile.clear[:, None]
    return replace(tile, reflectance=seen.astype(np.float32)), truth


def error(tile, truth):
    """Mean absolute error on hidden pixels of the factors and of the line between looks."""
    latent = Latent.of(fit_factors([tile]), tile)
    shape = truth.shape[1:]
    shown = np.stack([latent.frame(t).reshape(shape) for t in range(len(truth))])
    days = day_numbers(tile.dates)
    line = Looks.of(days, tile.reflectance, tile.clear).lines(days)
    hidden = (~tile.clear & (tile.clear.mean(axis=(1, 2)) > 0.2)[:, None, None])[:, None]
    hidden = np.broadcast_to(hidden, truth.shape)
    return np.abs(shown - truth)[hidden].mean(), np.abs(line - truth)[hidden].mean()


def test_they_find_what_a_line_in_time_cannot_know(tile):
    own, line = error(*lived(tile))
    assert own < 0.2 * line


def test_missed_cloud_spoils_less_than_a_line(tile):
    own, line = error(*lived(tile, spoilt=0.01))
    assert own < 0.6 * line


def test_a_frame_does_not_look_at_itself(analysis, latent, tile):
    t = int(tile.clear.mean(axis=(1, 2)).argmax())
    changed = tile.reflectance.copy()
    changed[t] = np.where(tile.clear[t], 0.9, 0)
    other = Latent.of(analysis, replace(tile, reflectance=changed))
    assert np.array_equal(latent.frame(t), other.frame(t))
    neighbour = t - 1 if t else t + 1
    assert not np.array_equal(latent.frame(neighbour), other.frame(neighbour))


def test_a_hidden_pixel_is_told_as_if_it_were_clear(analysis, latent, tile):
    t = int(tile.clear.mean(axis=(1, 2)).argmax())
    clear = tile.clear.copy()
    clear[t] = False
    hidden = Latent.of(analysis, replace(tile, clear=clear))
    np.testing.assert_allclose(hidden.frame(t), latent.frame(t), atol=1e-6)


def test_a_part_is_that_part_of_the_whole(analysis, latent, tile):
    window = Window(5, 9, 20, 31)
    part = Latent.of(analysis, tile.around(window, 0))
    for t in (0, 7, len(tile.dates) - 1):
        whole = latent.frame(t).reshape(tile.reflectance.shape[1:])[:, 5:25, 9:40]
        np.testing.assert_allclose(part.frame(t).reshape(whole.shape), whole, atol=1e-5)


def test_all_is_finite_where_nothing_was_seen(tile):
    clear = tile.clear.copy()
    clear[3] = False
    clear[:, :10] = False
    bare = replace(tile, clear=clear, reflectance=tile.reflectance * clear[:, None])
    latent = Latent.of(fit_factors([bare]), bare)
    assert latent.factors.shape[0] == GROUPS
    assert np.isfinite(latent.factors).all()
    assert np.isfinite(latent.frame(3)).all()


@pytest.mark.parametrize(("dates", "side"), [(4, 30), (20, 9)])
def test_too_little_says_nothing(tile, dates, side):
    small = tile.around(Window(0, 0, side, side), 0)
    few = replace(
        small,
        dates=small.dates[:dates],
        reflectance=small.reflectance[:dates],
        clear=small.clear[:dates],
    )
    assert fit_factors([few]) is None


def test_two_bands_are_enough(tile):
    pair = replace(tile, bands=tile.bands[:2], reflectance=tile.reflectance[:, :2])
    assert fit_factors([pair]).loadings.shape[:2] == (len(tile.dates), 2)
