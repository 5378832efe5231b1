"""Where a network runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from kairos.engine.errors import ModelError

VARIABLE = "KAIROS_DEVICE"
"""`auto`, `cpu` or `cuda`; `--device` sets it."""


def device_of() -> torch.device:
    """CUDA where there is one, unless the person asked for the CPU.

    Raises:
        ModelError: CUDA was asked for and there is none.
    """
    wanted = os.environ.get(VARIABLE, "auto")
    if wanted != "cpu" and torch.cuda.is_available():
        return torch.device("cuda")
    if wanted == "cuda":
        raise ModelError("There is no CUDA device here; leave --device out to use the CPU.")
    return torch.device("cpu")


@contextmanager
def alone(device: torch.device) -> Iterator[None]:
    """Days are asked for side by side: on the CPU each of them keeps to one thread."""
    before = torch.get_num_threads()
    if device.type == "cpu" and before > 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)
