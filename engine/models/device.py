"""Where a network runs."""

from __future__ import annotations

import os

import torch

_VARIABLE = "KAIROS_DEVICE"


def device_of() -> torch.device:
    """CUDA where there is one, unless the person asked for the CPU."""
    wanted = os.environ.get(_VARIABLE, "auto")
    if wanted != "cpu" and torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("cpu")
