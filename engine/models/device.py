"""Where a network runs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

from kairos.engine.errors import ModelError
from kairos.engine.models.wish import wanted_device

Network = TypeVar("Network", bound=torch.nn.Module)

CPU = torch.device("cpu")

_LARGE = 200_000
"""Pixels of all dates from which on more threads are worth their while."""


def device_of() -> torch.device:
    """CUDA where there is one, unless the person asked for the CPU.

    Raises:
        ModelError: CUDA was asked for and there is none.
    """
    wanted = wanted_device()
    if wanted != "cpu" and torch.cuda.is_available():
        return torch.device("cuda")
    if wanted == "cuda":
        raise ModelError("There is no CUDA device here; leave --device out to use the CPU.")
    return CPU


def on_cpu(network: Network) -> Network:
    """A copy of a network on the CPU; the network itself stays where it is."""
    return copy.deepcopy(network).to(CPU)


@contextmanager
def alone(device: torch.device, values: int = 0) -> Iterator[None]:
    """One thread on the CPU, for what is done side by side, or is too small to be shared.

    Args:
        device: where the work is done.
        values: pixels of all dates that it is about, where it could be shared.
    """
    before = torch.get_num_threads()
    if device.type == "cpu" and before > 1 and values < _LARGE:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch.get_num_threads() != before:
            torch.set_num_threads(before)
