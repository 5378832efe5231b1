"""How dates enter attention: rotary temporal encoding and a relative time bias."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_SHORTEST, _LONGEST = 16.0, 16.0 * 365
"""Days: periods of the rotation, geometric between these."""
_YEAR = 365.25
HARMONICS = 4


def rotate(x: Tensor, days: Tensor) -> Tensor:
    """Rotary temporal encoding (Su et al. 2021, on real days instead of positions).

    Args:
        x: (..., L, D) queries or keys, D even.
        days: (L,) days; only differences between queries and keys matter.
    """
    half = x.shape[-1] // 2
    exponent = torch.arange(half, device=x.device, dtype=torch.float32) / max(half - 1, 1)
    period = _SHORTEST * (_LONGEST / _SHORTEST) ** exponent
    angle = (2 * math.pi * days.float()[:, None] / period).to(x.dtype)
    cos, sin = angle.cos(), angle.sin()
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


class TimeBias(nn.Module):
    """Per head -a |dt| / 30 days + b sign(dt): the near past and future count for more."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.decay = nn.Parameter(torch.linspace(-3, 0, heads))
        self.side = nn.Parameter(torch.zeros(heads))

    def forward(self, asked: Tensor, known: Tensor) -> Tensor:
        """Days asked (Q,) and known (L,) -> bias (heads, Q, L)."""
        apart = (known[None, :] - asked[:, None]) / 30
        decay = nn.functional.softplus(self.decay)[:, None, None]
        return -decay * apart.abs() + self.side[:, None, None] * apart.sign()


def season(days: Tensor) -> Tensor:
    """Harmonics of the day of the year, (L,) -> (L, 2 HARMONICS): rotation is relative only."""
    order = torch.arange(1, HARMONICS + 1, device=days.device)
    angle = 2 * math.pi * days.float()[:, None] / _YEAR * order
    return torch.cat([angle.sin(), angle.cos()], dim=-1)
