"""Several processes learn as one, and a solver stays exact beside bf16."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from safetensors import safe_open
from torch import nn

from kairos.engine.errors import ModelError
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.regression import LearnedRegression
from kairos.engine.train.exercise import draw_exercise
from kairos.engine.train.loop import loss_on
from kairos.engine.train.processes import joined, keep_exact, writes
from kairos.engine.train.samples import samples_of

from .small import TINY

ROOT = Path(__file__).parents[3]
CONFIG = """
steps = {steps}
batch = 1
every = 2
real = false
scene = false
simulated = 1
workers = 0
warm_up = 2

[network]
width = 16
heads = 2
encoder = 1
decoder = 1
pixel_width = 8
features = 4
"""
AVERAGED = """
import torch
from torch import nn
from kairos.engine.train.processes import average_gradients, joined, mean_of, writes

with joined("cpu") as fabric:
    rank = fabric.global_rank
    network = nn.ModuleList(nn.Linear(2, 2, bias=False) for _ in range(3))
    network[0].weight.grad = torch.full((2, 2), 1.0 + rank)  # each process has one
    if rank == 1:
        network[1].weight.grad = torch.full((2, 2), 8.0)  # one of them has one
    average_gradients(fabric, network)
    assert (network[0].weight.grad == 1.5).all()
    assert (network[1].weight.grad == 4.0).all()
    assert network[2].weight.grad is None
    assert mean_of(fabric, torch.tensor([float(rank)])).tolist() == [0.5]
    assert writes() == (rank == 0)
"""


def torchrun(*words):
    command = (sys.executable, "-m", "torch.distributed.run", "--standalone")
    done = subprocess.run(
        [*command, "--nproc-per-node", "2", *map(str, words)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def trained(folder, steps):
    """What a run of two processes keeps after so many steps."""
    file = folder / "tiny.toml"
    file.write_text(CONFIG.format(steps=steps))
    words = ("train", file, "--output", folder, "--device", "cpu", "--progress", "json")
    said = torchrun("-m", "kairos.engine", *words)
    with safe_open(folder / "tiny" / "checkpoint.safetensors", "pt") as tensors:
        names = tensors.keys()
        return {k: tensors.get_tensor(k) for k in names}, tensors.metadata()["step"], said


def test_gradients_are_averaged_over_processes(tmp_path):
    script = tmp_path / "averaged.py"
    script.write_text(AVERAGED)
    torchrun(script)


def test_two_processes_go_on_as_if_never_cut(tmp_path):
    for name in ("whole", "cut"):
        (tmp_path / name).mkdir()
    whole, step, said = trained(tmp_path / "whole", 4)
    assert step == "4"
    assert said.count("tiny.safetensors") == 1  # one process writes and talks
    assert (tmp_path / "whole" / "tiny" / "loss.png").stat().st_size > 1000
    one, step, _ = trained(tmp_path / "cut", 2)
    assert step == "2"
    # The rate of the first steps, of the warm-up, does not depend on how many follow.
    cut, step, _ = trained(tmp_path / "cut", 4)
    assert step == "4"
    assert any(not torch.equal(value, cut[name]) for name, value in one.items())
    for name, value in whole.items():
        assert torch.equal(value, cut[name]), name
    lines = (tmp_path / "cut" / "tiny" / "log.jsonl").read_text()
    assert lines == (tmp_path / "whole" / "tiny" / "log.jsonl").read_text()


def test_one_process_writes_and_needs_the_device_that_it_asks_for():
    assert writes()
    if not torch.cuda.is_available():
        with pytest.raises(ModelError, match="no CUDA device"), joined("cuda"):
            pass
    with joined("cpu") as fabric:
        assert fabric.world_size == 1


@pytest.mark.parametrize("anchored", [True, False])
def test_bf16_learns_the_same_with_exact_solves(tile, anchored):
    torch.manual_seed(0)
    tiny = replace(TINY, anchored=anchored)
    network, rng = AGFlow(tiny), np.random.default_rng(3)
    sample = next(samples_of(draw_exercise(tile, rng, vary=False), tiny.patch, rng))
    solved, around = set(), set()
    for module in network.modules():
        if isinstance(module, LearnedRegression):
            keep_exact(module)
            module.register_forward_hook(lambda _, __, out: solved.add(out[1].coefficients.dtype))
    network.blocks[0].mlp.register_forward_hook(lambda _, __, out: around.add(out.dtype))
    losses = []
    for precision in ("32-true", "bf16-mixed"):
        torch.manual_seed(1)
        fabric = Fabric(accelerator="cpu", devices=1, precision=precision)
        fabric.launch()
        loss = loss_on(fabric, network, sample)
        fabric.backward(loss)
        losses.append(float(loss.detach()))
    assert around == {torch.float32, torch.bfloat16}
    assert solved == ({torch.float32} if anchored else set())
    assert losses[1] == pytest.approx(losses[0], rel=0.02)
    assert all(w.grad is None or torch.isfinite(w.grad).all() for w in network.parameters())


def test_a_module_that_fails_leaves_bf16_as_it_was():
    class Failing(nn.Linear):
        def forward(self, x):
            raise ValueError

    keep_exact(module := Failing(1, 1))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with pytest.raises(ValueError):  # noqa: PT011
            module(torch.ones(1))
        assert torch.is_autocast_enabled("cpu")
