"""The configuration of the paper trains, and runs from its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from kairos.engine.method import Source
from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of
from kairos.engine.train import checkpoint, loop
from kairos.engine.train.config import TrainConfig
from kairos.engine.train.export import export

from ..models.agflow.followed import followed

FILE = Path(loop.__file__).with_name("configs") / "paper.toml"


@pytest.fixture(scope="module")
def config():
    return TrainConfig.load(FILE)


@pytest.fixture(scope="module")
def small():
    return tile_of(simulate(seed=11, size=(20, 24), frames=9, radar_frames=4))


def test_it_is_that_of_the_paper(config):
    network = config.network
    assert not network.anchored
    assert (network.patch, network.width, network.heads, network.steps) == (4, 256, 4, 10)
    assert (network.encoder, network.decoder) == (4, 4)


def test_it_trains_at_a_smaller_size(config, tmp_path):
    network = replace(config.network, width=16, encoder=1, decoder=1)
    quick = replace(
        config, network=network, steps=3, every=1, batch=1, real=False, simulated=1, workers=0,
        held_out=(),
    )  # fmt: skip
    file = loop.train(quick, tmp_path, "cpu")
    with safe_open(file, "pt") as kept:
        assert kept.metadata()["step"] == "3"
        assert all(torch.isfinite(kept.get_tensor(k)).all() for k in kept.keys())  # noqa: SIM118


def test_at_full_size_it_is_exported_loaded_and_answers(config, small, tmp_path):
    torch.manual_seed(0)
    network = AGFlow(config.network)
    average = {name: value.clone() for name, value in network.state_dict().items()}
    kept, weights = tmp_path / "checkpoint.safetensors", tmp_path / "paper.safetensors"
    checkpoint.save(kept, config, 0, network, average, torch.optim.AdamW(network.parameters()))
    export(kept, weights)
    loaded = network_of(weights)
    assert loaded.config == config.network
    shares = small.clear.mean(axis=(1, 2))
    t = int(np.abs(shares - 0.5).argmin())
    hidden, day = ~small.clear[t], small.dates[t : t + 1]

    fitted = AGFlowMethod.fit([small], weights)  # its gate asks the flow, and lets little through
    answer = fitted.estimate(fitted.prepare(small), day)
    seen = small.clear.any(axis=0)
    assert np.isfinite(answer.mean[0][:, seen]).all()

    free = followed(loaded, AnchorMethod.fit([small]))
    answer = free.estimate(free.prepare(small), day)
    assert np.array_equal(answer.mean[0][:, ~hidden], small.reflectance[t][:, ~hidden])
    assert np.isfinite(answer.mean[0][:, hidden & seen]).all()
    assert (answer.source[0][hidden & seen] == Source.MODEL).all()
    start = free.anchors.start(free.anchors.prepare(small), day).start
    assert not np.allclose(answer.mean[0][:, hidden & seen], start[:, hidden & seen], atol=0.01)
