"""`agflow` on stacks that are not as one would like them: it answers, and says no nonsense."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.method import Source
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.gate import Gate
from kairos.engine.models.smaller import joined, quarters
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of

from .followed import followed


def answered(network, tile, dates=None):
    """Frames of a tile; whatever was hidden is filled with something plausible."""
    method = followed(network, AnchorMethod.fit([tile]))
    dates = tile.dates if dates is None else dates
    estimate = method.estimate(method.prepare(tile), dates)
    seen_once = tile.clear.any(axis=0)
    assert np.isfinite(estimate.mean[..., seen_once]).all()
    assert np.isnan(estimate.mean[..., ~seen_once]).all()
    assert (estimate.sigma[..., seen_once] >= 0).all()
    assert np.abs(estimate.mean[..., seen_once]).max() < 2
    return estimate


def test_without_radar(network, tile):
    answered(network, replace(tile, radar_dates=tile.radar_dates[:0], radar=tile.radar[:0]))


def test_nan_in_radar(network, tile):
    radar = tile.radar.copy()
    radar[2], radar[:, :, 5:20] = np.nan, np.nan
    answered(network, replace(tile, radar=radar), tile.dates[2:5])


def test_four_bands(network, scene):
    tile = tile_of(scene, bands=("B02", "B03", "B04", "B08"))
    assert answered(network, tile).mean.shape[1] == 4


@pytest.mark.parametrize("which", [0, 7])
def test_one_clear_date_only(network, tile, which):
    clear = np.zeros_like(tile.clear)
    clear[which] = tile.clear[which]
    values = np.where(clear[:, None], tile.reflectance, np.float32(0))
    estimate = answered(network, replace(tile, clear=clear, reflectance=values))
    assert (estimate.source[which][clear[which]] == Source.OBSERVED).all()


def test_ten_years_of_dates(network):
    tile = tile_of(simulate(seed=2, size=(16, 16), days=3650, frames=300, radar_frames=100))
    answered(network, tile, tile.dates[[5, 200]])


def test_what_has_no_share_is_not_computed(network, tile):
    anchors = AnchorMethod.fit([tile])
    shut = followed(network, anchors, Gate((0.0, 0.0), (0.0, 0.0)))
    state = shut.prepare(tile)
    ours, plain = (
        shut.estimate(state, tile.dates),
        anchors.scene.estimate(state.anchors.prior, tile.dates),
    )
    assert np.array_equal(ours.mean, plain.mean, equal_nan=True)
    assert np.array_equal(ours.source, plain.source)
    assert state.asked().known.made is None


def test_the_regression_alone_needs_no_encoder(network, tile):
    anchors = AnchorMethod.fit([tile])
    ask = [
        followed(network, anchors, Gate(scene, (0.0, 0.0))) for scene in ((0.0, 0.5), (1e-9, 0.5))
    ]
    states = [m.prepare(tile) for m in ask]
    alone, whole = (m.estimate(s, tile.dates[2:6]) for m, s in zip(ask, states))
    assert states[0].asked().known.made is None
    assert np.allclose(alone.mean, whole.mean, atol=1e-6, equal_nan=True)


def test_a_lean_method_answers_without_the_sample(network, tile):
    method = followed(network, AnchorMethod.fit([tile]))
    before = method.estimate(method.prepare(tile), tile.dates)
    for position in range(len(tile.dates)):
        method.learn(position)
    lean = method.lean()
    assert lean.anchors.sample == ()
    after = lean.estimate(lean.prepare(tile), tile.dates)
    assert np.array_equal(before.mean, after.mean, equal_nan=True)


def test_tiles_meet_without_a_seam(network):
    """What a frame teaches comes from the whole stack, not from the tile."""
    tile = tile_of(simulate(seed=4, size=(80, 72), frames=10, radar_frames=0))
    anchors = AnchorMethod.fit([tile])
    method = followed(network, anchors, Gate((0.0, 0.5), (0.0, 0.0)))
    whole = method.estimate(method.prepare(tile), tile.dates)
    parts = quarters(tile, method.margin)
    assert len(parts) == 4
    found = [(part, method.estimate(method.prepare(part), tile.dates)) for part in parts]
    assert (whole.source == Source.MODEL).any()
    assert np.allclose(whole.mean, joined(tile, found).mean, atol=1e-4, equal_nan=True)
