"""The sizes of an AGFlow network and the flow it follows."""

from __future__ import annotations

from dataclasses import dataclass

MARGIN = 32
"""Pixels around a tile that the network looks at."""


@dataclass(frozen=True)
class AGFlowConfig:
    """What must be known to build a network; stored beside its weights."""

    anchored: bool = True
    """True: x_0 is the prior of the house and the network predicts x_1. False, as in the paper:
    x_0 is Gaussian noise and the network predicts the velocity."""
    patch: int = 8
    """Pixels along a side of a token."""
    width: int = 96
    heads: int = 4
    encoder: int = 3
    """Blocks."""
    decoder: int = 2
    """Blocks."""
    pixel_width: int = 32
    """Channels of the pixel head (anchored only)."""
    pixel_blocks: int = 3
    features: int = 32
    """Learned features of the regression on the frame's own clear pixels (anchored only)."""
    steps: int = 1
    """Euler steps at inference."""
    scene: bool = True
    """Whether it is asked for frames that teach themselves, too; else for days that start from time
    alone, which is what it was trained on."""
    rotary: bool = True
    time_bias: bool = True
    radar: bool = True
