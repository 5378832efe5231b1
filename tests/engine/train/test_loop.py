"""Training learns, keeps what it needs, and goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.train.config import ConfigError, TrainConfig
from kairos.engine.train.loop import rate_of, train

TINY = AGFlowConfig(width=16, heads=2, encoder=1, decoder=1, pixel_width=8, features=4)
CONFIG = TrainConfig(
    name="tiny", steps=4, batch=1, every=2, real=False, simulated=1, workers=0, network=TINY
)


def kept(file):
    with safe_open(file, "pt") as tensors:
        return {k: tensors.get_tensor(k) for k in tensors.keys()}, tensors.metadata()  # noqa: SIM118


def test_a_cut_run_ends_as_an_unbroken_one(tmp_path):
    whole, _ = kept(train(CONFIG, tmp_path / "whole", "cpu"))
    train(CONFIG, tmp_path / "cut", "cpu", until=2)
    cut, metadata = kept(train(CONFIG, tmp_path / "cut", "cpu"))
    assert metadata["step"] == "4"
    assert whole.keys() == cut.keys()
    for name, value in whole.items():
        assert torch.equal(value, cut[name]), name


def test_the_paper_configuration_trains(tmp_path):
    paper = replace(TINY, anchored=False, patch=4)
    file = train(replace(CONFIG, steps=2, network=paper), tmp_path, "cpu")
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["step"] == 2
    assert all(torch.isfinite(t).all() for t in kept(file)[0].values())


def test_the_rate_warms_up_and_falls():
    config = replace(CONFIG, steps=1000, warm_up=100)
    rates = [rate_of(config, step) for step in range(1000)]
    assert rates[0] < rates[99] <= config.rate
    assert rates[-1] < 0.1 * config.rate


def test_a_bad_configuration_is_named(tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text("stepps = 3\n")
    with pytest.raises(ConfigError, match="stepps"):
        TrainConfig.load(file)
    file.write_text("steps = = 3\n")
    with pytest.raises(ConfigError, match=r"bad.toml"):
        TrainConfig.load(file)
    with pytest.raises(ConfigError, match=r"none.toml"):
        TrainConfig.load(tmp_path / "none.toml")
