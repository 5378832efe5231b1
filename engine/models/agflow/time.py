"""How dates enter attention: rotary temporal encoding and a relative time bias."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_SHORTEST, _LONGEST = 16.0, 16.0 * 365
"""Days: periods of the rotation, geometric between these."""
_YEAR = 365.25
HARMONICS = 4


class Days:
    """Days of tokens, and the rotation that tells attention of them: made once for all blocks."""

    def __init__(self, numbers: Tensor, size: int) -> None:
        """Days (L,), for queries and keys of an even size."""
        self.numbers, self._half = numbers, size // 2
        exponent = torch.arange(self._half, device=numbers.device, dtype=torch.float32)
        period = _SHORTEST * (_LONGEST / _SHORTEST) ** (exponent / max(self._half - 1, 1))
        angle = 2 * math.pi * numbers.float()[:, None] / period
        self._cos, self._sin = angle.cos().repeat(1, 2), angle.sin()

    def __len__(self) -> int:
        return len(self.numbers)

    def rotate(self, x: Tensor) -> Tensor:
        """Rotary temporal encoding (Su et al. 2021, on real days instead of positions).

        Args:
            x: (..., L, D) queries or keys; only differences between their days matter.
        """
        x, sin = x.contiguous(), self._sin.to(x.dtype)
        first, second = slice(self._half), slice(self._half, None)
        rotated = x * self._cos.to(x.dtype)
        rotated[..., first].addcmul_(x[..., second], sin, value=-1)
        rotated[..., second].addcmul_(x[..., first], sin)
        return rotated


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
