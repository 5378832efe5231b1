"""A training run as its TOML file tells it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kairos.engine.errors import KairosError
from kairos.engine.models.agflow.config import AGFlowConfig

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class ConfigError(KairosError):
    """A training configuration cannot be read, or is not that of a run that should go on."""


@dataclass(frozen=True)
class TrainConfig:
    """How to train: data, length, rates."""

    name: str
    seed: int = 1
    steps: int = 4000
    batch: int = 2
    """Samples per step, of each process."""
    rate: float = 6e-4
    least_rate: float = 1e-5
    warm_up: int = 100
    decay: float = 0.01
    average: float = 0.998
    """Of the weights (EMA)."""
    real: bool = True
    """Whether the real stacks of the training folder are used."""
    scene: bool = True
    """Whether clouds are laid over frames, which then teach themselves; else frames are hidden
    whole, so that all starts come from time, which are many times quicker to make."""
    simulated: int = 40
    """Simulated stacks."""
    simulated_share: float = 0.2
    """Of the samples."""
    points_share: float = 0.0
    """Of the samples: mosaics of the pixel series and small windows beside the training folder."""
    held_out: tuple[str, ...] = ()
    """Stacks of the training folder that are only looked at."""
    every: int = 250
    """Steps between checkpoints with a look at the held-out stacks."""
    workers: int = 1
    network: AGFlowConfig = field(default_factory=AGFlowConfig)

    @classmethod
    def load(cls, file: Path) -> TrainConfig:
        """Read a TOML file.

        Raises:
            ConfigError: missing, not TOML, or with a key that is not known.
        """
        try:
            values: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{file} is no training configuration.", str(error)) from error
        network = values.pop("network", {})
        _check(file, values, cls)
        _check(file, network, AGFlowConfig)
        values.setdefault("name", file.stem)
        values["held_out"] = tuple(values.get("held_out", ()))
        network.setdefault("scene", values.get("scene", True))
        return cls(**values, network=AGFlowConfig(**network))


def _check(file: Path, values: dict[str, Any], kind: type) -> None:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ConfigError(f"{file} has unknown keys: {', '.join(unknown)}.")
