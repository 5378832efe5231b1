"""A run says how it goes: lines that a program reads, a picture for people."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from matplotlib.image import imread

from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.train.exercise import draw_exercise
from kairos.engine.train.log import Log
from kairos.engine.train.look import look
from kairos.engine.train.samples import samples_of

from .small import CONFIG, TINY


def test_the_loss_is_told_and_drawn(tmp_path):
    log = Log(tmp_path, 0)
    said = log.add(100, np.linspace(2, 1, 100).tolist(), {"linear": 0.8, "scene": 0.95})
    assert said == "loss 1.500, linear 0.800, scene 0.950"
    (line,) = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert (line["step"], line["loss"], line["linear"]) == (100, 1.5, 0.8)
    assert len(line["course"]) == 20
    assert line["course"] == sorted(line["course"], reverse=True)
    picture = imread(tmp_path / "loss.png")
    assert picture.shape[1] > 600
    assert picture.std() > 0.02
    assert not list(tmp_path.glob(".*"))


def test_a_run_that_goes_on_forgets_what_it_takes_again(tmp_path):
    log = Log(tmp_path, 0)
    for step in (2, 4, 6):
        log.add(step, [1.0, 2.0], {})
    Log(tmp_path, 4).add(6, [3.0, 3.0], {})
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [(line["step"], line["loss"]) for line in lines] == [(2, 1.5), (4, 1.5), (6, 3.0)]
    Log(tmp_path, 0).add(2, [5.0], {})
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize("anchored", [True, False])
def test_a_look_compares_with_the_start_and_with_linear_interpolation(tile, anchored):
    config = replace(CONFIG, network=replace(TINY, anchored=anchored, steps=1 if anchored else 3))
    rng = np.random.default_rng(0)
    samples = list(samples_of(draw_exercise(tile, rng, vary=False), TINY.patch, rng))
    torch.manual_seed(0)
    weights = AGFlow(config.network).state_dict()
    ratios = look(config, weights, {"one": samples}, torch.device("cpu"))
    assert set(ratios) >= {"linear", "scene"}
    assert all(np.isfinite(list(ratios.values())))
    assert ratios == look(config, weights, {"one": samples}, torch.device("cpu"))
    if anchored:  # untrained, it is nearly its start, which is better than the line
        assert 0.9 < ratios["scene"] < 1.1
        assert ratios["linear"] < 1
    else:
        assert ratios["linear"] > 1
    assert look(config, weights, {}, torch.device("cpu")) == {}
