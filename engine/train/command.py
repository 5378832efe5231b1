"""`kairos train CONFIG`: train by a configuration, or go on with a run that was cut."""

from __future__ import annotations

from pathlib import Path

from kairos.engine.train.config import TrainConfig
from kairos.engine.train.export import export
from kairos.engine.train.loop import train


def run(config: Path, output: Path, device: str) -> Path:
    """Train and export; the weights file.

    Raises:
        ConfigError: the configuration cannot be read.
        StackError: there are no stacks to train on.
    """
    wanted = TrainConfig.load(config)
    folder = output / wanted.name
    checkpoint = train(wanted, folder, device)
    weights = folder / f"{wanted.name}.safetensors"
    export(checkpoint, weights)
    return weights
