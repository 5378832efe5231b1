"""Training learns, keeps what it needs, and goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open

from kairos.engine.errors import ReadError
from kairos.engine.simulate.sample import write_sample
from kairos.engine.train.config import ConfigError, TrainConfig
from kairos.engine.train.loop import rate_of, train
from kairos.engine.train.samples import Samples

from .small import CONFIG, TINY


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


def test_a_run_tells_of_held_out_stacks_and_of_how_far_it_is(tmp_path, monkeypatch):
    write_sample(tmp_path / "train" / "one", seed=3, size=(32, 32))
    monkeypatch.setenv("KAIROS_DATA", str(tmp_path))
    told = []
    train(
        replace(CONFIG, scene=True, held_out=("one",)), tmp_path / "run", "cpu",
        progress=lambda stage, done: told.append((stage, done)),
    )  # fmt: skip
    lines = [json.loads(s) for s in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [2, 4]
    assert all(0 < line["linear"] < 3 and 0.5 < line["scene"] < 2 for line in lines)
    assert [done for _, done in told] == [0.25, 0.5, 0.75, 1]
    assert told[0][0] == "training"
    assert told[-1][0].startswith(f"loss {lines[-1]['loss']:.3f}, linear {lines[-1]['linear']:.3f}")
    assert (tmp_path / "run" / "loss.png").exists()


def test_a_checkpoint_that_does_not_fit_is_named(tmp_path):
    file = train(replace(CONFIG, steps=2), tmp_path, "cpu")
    with pytest.raises(ConfigError, match="another network"):
        train(replace(CONFIG, network=replace(TINY, width=32)), tmp_path, "cpu")
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(ReadError, match="damaged"):
        train(CONFIG, tmp_path, "cpu")


def test_each_process_has_samples_of_its_own_and_can_skip_some(tile):
    def days(part, taken=0):
        stream = iter(Samples([tile], [1.0], 8, seed=1, taken=taken, part=part, scene=False))
        return [next(stream).question.days.tolist() for _ in range(3 - taken)]

    first, other = days(0), days(1)
    assert first != other
    assert other[2:] == days(1, taken=2)


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
