"""What a training run keeps, so that it can be cut and go on: safetensors, never pickle."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from kairos.engine.errors import ReadError
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.train.config import ConfigError, TrainConfig

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
    file: Path,
    config: TrainConfig,
    network: nn.Module,
    average: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
) -> int:
    """Put all of it back; the number of steps taken.

    Raises:
        ReadError: the file is damaged.
        ConfigError: it is of a run with another network.
    """
    parts: dict[str, dict[str, Tensor]] = {WEIGHTS: {}, AVERAGE: {}, MOMENTS: {}}
    try:
        with safe_open(file, "pt") as kept:
            metadata = kept.metadata()
            for key in kept.keys():  # noqa: SIM118  # it is no dictionary
                kind, name = key.split(".", 1)
                parts[kind + "."][name] = kept.get_tensor(key)
    except SafetensorError as error:
        raise ReadError(f"{file} is damaged; delete it to start anew.", str(error)) from error
    if not _is_of(json.loads(metadata["config"])["network"], config):
        raise ConfigError(
            f"{file} is of another network than {config.name} has; "
            "give another folder with --output, or delete it."
        )
    network.load_state_dict(parts[WEIGHTS])
    for name, value in parts[AVERAGE].items():
        average[name].copy_(value)
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in parts[MOMENTS].items():
        number, name = key.split(".")
        moments.setdefault(int(number), {})[name] = value
    state = optimiser.state_dict()
    optimiser.load_state_dict({"state": moments, "param_groups": state["param_groups"]})
    return int(metadata["step"])


def _is_of(kept: dict[str, Any], config: TrainConfig) -> bool:
    """Whether the network that a checkpoint tells of is that of a configuration."""
    try:
        return AGFlowConfig(**kept) == config.network
    except TypeError:
        return False
