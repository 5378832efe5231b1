"""What a training run keeps, so that it can be cut and go on: safetensors, never pickle."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from kairos.engine.train.config import TrainConfig

WEIGHTS, AVERAGE, MOMENTS = "weights.", "average.", "moments."


def save(
    file: Path,
    config: TrainConfig,
    step: int,
    network: nn.Module,
    average: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
) -> None:
    """Write all of it to a file, whole or not at all."""
    tensors = {WEIGHTS + name: value for name, value in network.state_dict().items()}
    tensors.update({AVERAGE + name: value for name, value in average.items()})
    for i, state in optimiser.state_dict()["state"].items():
        tensors.update({f"{MOMENTS}{i}.{name}": value for name, value in state.items()})
    partial = file.with_suffix(".partial")
    metadata = {"step": str(step), "config": json.dumps(asdict(config))}
    save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, partial, metadata)
    partial.replace(file)


def load(
    file: Path, network: nn.Module, average: dict[str, Tensor], optimiser: torch.optim.Optimizer
) -> int:
    """Put all of it back; the number of steps taken."""
    moments: dict[int, dict[str, Tensor]] = {}
    weights: dict[str, Tensor] = {}
    with safe_open(file, "pt") as kept:
        step = int(kept.metadata()["step"])
        for key in kept.keys():  # noqa: SIM118  # it is no dictionary
            value = kept.get_tensor(key)
            if key.startswith(WEIGHTS):
                weights[key[len(WEIGHTS) :]] = value
            elif key.startswith(AVERAGE):
                average[key[len(AVERAGE) :]] = value
            else:
                number, name = key[len(MOMENTS) :].split(".")
                moments.setdefault(int(number), {})[name] = value
    network.load_state_dict(weights)
    state = optimiser.state_dict()
    optimiser.load_state_dict({"state": moments, "param_groups": state["param_groups"]})
    return step
