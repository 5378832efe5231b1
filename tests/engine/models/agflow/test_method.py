"""`agflow` as a method: whole frames, sacred pixels, named errors."""

from __future__ import annotations

import json
import subprocess
import sys
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
from kairos.engine.models.weights import file_of
from kairos.engine.rasters.grid import Window

from .followed import followed


@pytest.fixture(scope="module")
def method(network, tile):
    return followed(network, AnchorMethod.fit([tile]))


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
    other = followed(network, AnchorMethod.fit([named]))
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
    place = method.prepare(small).asked().place
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
    assert state.asked.made is None
    method.expect(state, tile.dates[:1] + 1)
    assert state.asked().known.made is not None


def test_a_pixel_over_time_is_left_to_the_temporal_prior(method):
    assert isinstance(method, Quick)
    assert method.over_time is method.anchors.scene.prior


ALONE = """
import sys
from kairos.engine.registry import fit_of
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of
tile = tile_of(simulate(seed=21, size=(40, 40), frames=14, radar_frames=8))
method = fit_of("agflow")([tile])
state = method.prepare(tile)
showing = [t for t in range(len(tile.dates)) if tile.clear[t].any()]
for t in showing:
    method.learn(t)
method.expect(state, tile.dates[showing])
method.estimate(state, tile.dates[showing])
method.lean()
assert "torch" not in sys.modules
method.estimate(state, tile.dates[:1] + 1)
assert "torch" in sys.modules
"""


def test_frames_that_teach_themselves_need_no_torch():
    subprocess.run((sys.executable, "-c", ALONE), check=True, timeout=120)


def test_what_is_wrong_is_told_before_the_network_is_asked(tile, tmp_path, monkeypatch):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(file_of("agflow").read_bytes()[:-1000])
    with pytest.raises(ModelError, match="damaged"):
        AGFlowMethod.fit([tile], broken)
    monkeypatch.setenv("KAIROS_DEVICE", "cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ModelError, match="no CUDA device"):
        AGFlowMethod.fit([tile])


def test_a_torch_that_cannot_be_loaded_is_named(tile, monkeypatch):
    method = AGFlowMethod.fit([tile])
    monkeypatch.setitem(sys.modules, "kairos.engine.models.agflow.load", None)
    with pytest.raises(ModelError, match="PyTorch cannot be loaded"):
        _ = method.refiner
