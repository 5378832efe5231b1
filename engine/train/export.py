"""From a checkpoint to weights that can be bundled: averaged, half precision, no moments."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from kairos.engine.train.checkpoint import AVERAGE


def export(checkpoint: Path, file: Path) -> None:
    """Write the averaged weights of a checkpoint with the configuration of their network."""
    with safe_open(checkpoint, "pt") as kept:
        metadata = kept.metadata()
        names = [key for key in kept.keys() if key.startswith(AVERAGE)]  # noqa: SIM118
        tensors = {name[len(AVERAGE) :]: kept.get_tensor(name).to(torch.float16) for name in names}
    config = json.loads(metadata["config"])
    told = {"config": json.dumps(config["network"]), "step": metadata["step"]}
    partial = file.with_suffix(".partial")
    save_file(tensors, partial, told)
    partial.replace(file)
