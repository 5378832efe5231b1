"""`agflow` as a method: whole frames, sacred pixels, named errors."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from kairos.engine.errors import ModelError
from kairos.engine.method import Quick, Source
from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.rasters.grid import Window


@pytest.fixture(scope="module")
def method(network, tile):
    return AGFlowMethod(network, AnchorMethod.fit([tile]), torch.device("cpu"))


def test_clear_pixels_are_sacred_and_holes_are_told(method, tile):
    estimate = method.estimate(method.prepare(tile), tile.dates[:4])
    seen_once = tile.clear.any(axis=0)
    for d in range(4):
        clear = tile.clear[d]
        assert np.array_equal(estimate.mean[d][:, clear], tile.reflectance[d][:, clear])
        assert (estimate.sigma[d][:, clear] == 0).all()
        assert (estimate.source[d][clear] == Source.OBSERVED).all()
        hidden = ~clear & seen_once
        assert np.isfinite(estimate.mean[d][:, hidden]).all()
        assert (estimate.sigma[d][:, hidden] > 0).all()
        assert (estimate.source[d][hidden] == Source.MODEL).all()
        assert np.isnan(estimate.mean[d][:, ~seen_once & ~clear]).all()


def test_a_day_between_two_dates_is_answered(method, tile):
    estimate = method.estimate(method.prepare(tile), tile.dates[3:4] + 1)
    seen_once = tile.clear.any(axis=0)
    assert np.isfinite(estimate.mean[0][:, seen_once]).all()
    assert (estimate.source[0][seen_once] == Source.MODEL).all()


def test_bands_without_a_slot_keep_their_start(method, tile, network):
    named = replace(tile, bands=("B01", *tile.bands[1:]))
    other = AGFlowMethod(network, AnchorMethod.fit([named]), torch.device("cpu"))
    state = other.prepare(named)
    start = other.anchors.start(state.anchors, named.dates[2:3])
    seen_once = tile.clear.any(axis=0)
    mean = other.estimate(state, named.dates[2:3]).mean[0]
    assert np.array_equal(mean[0][seen_once], start.start[0][seen_once])


def test_patches_lie_on_the_stack_not_on_the_tile(method, tile):
    cut = Window(5, 3, 39, 33)
    rows, cols = cut.within(tile.window)
    small = replace(
        tile,
        window=cut,
        core=cut,
        reflectance=tile.reflectance[..., rows, cols],
        clear=tile.clear[..., rows, cols],
        radar=tile.radar[..., rows, cols],
    )
    place = method.prepare(small).place
    assert (place.above, place.left) == (5, 3)
    estimate = method.estimate(method.prepare(small), tile.dates[2:3])
    assert estimate.mean.shape[-2:] == (39, 33)


def test_missing_and_damaged_weights_are_named(tmp_path, network):
    with pytest.raises(ModelError, match=r"none.safetensors are missing"):
        network_of(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"\x10\0\0\0\0\0\0\0{not json")
    with pytest.raises(ModelError, match="damaged"):
        network_of(broken)
    other = tmp_path / "other.safetensors"
    config = {"config": json.dumps(asdict(replace(network.config, width=64)))}
    save_file(network.state_dict(), other, config)
    with pytest.raises(ModelError, match="another version"):
        network_of(other)


def test_weights_come_back_as_they_were_saved(tmp_path, network, tile):
    file = tmp_path / "own.safetensors"
    save_file(network.state_dict(), file, {"config": json.dumps(asdict(network.config))})
    loaded = network_of(file)
    for name, value in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value)


def test_what_is_asked_for_is_encoded_before_and_nothing_else(method, tile):
    whole = [t for t in range(len(tile.dates)) if tile.clear[t].all()]
    state = method.prepare(tile)
    method.expect(state, tile.dates[whole])
    assert state.known.made is None
    method.expect(state, tile.dates[:1] + 1)
    assert state.known.made is not None


def test_a_pixel_over_time_is_left_to_the_temporal_prior(method):
    assert isinstance(method, Quick)
    assert method.over_time is method.anchors.scene.prior
