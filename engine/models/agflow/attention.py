"""The blocks of AGFlow: attention over time at each patch, a convolution over space."""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.time import Days, TimeBias

_AT_ONCE = 2**24
"""Weights (patches x heads x asked x known) that are in memory at once."""


class TemporalAttention(nn.Module):
    """Attention of each patch over dates, its own or those of the other sensor.

    Dates enter by rotation and by the time bias; the clear share of a patch enters as the log of
    its weight, so that clouded patches fade instead of being cut off.
    """

    def __init__(self, width: int, heads: int, *, rotary: bool, time_bias: bool) -> None:
        super().__init__()
        self.heads, self.rotary = heads, rotary
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.bias = TimeBias(heads) if time_bias else None

    def keys(self, tokens: Tensor, days: Days) -> tuple[Tensor, Tensor]:
        """Keys and values (N, heads, L, D) of tokens (N, L, d)."""
        key, value = self._split(self.key_value(tokens)).chunk(2, dim=1)
        return (days.rotate(key) if self.rotary else key.contiguous()), value.contiguous()

    def forward(
        self, x: Tensor, asked: Days, memory: tuple[Tensor, Tensor], days: Days, trust: Tensor
    ) -> Tensor:
        """Answers (N, Q, d) for tokens x (N, Q, d).

        Args:
            x: (N, Q, d) tokens that ask.
            asked: their Q days.
            memory: keys and values of `keys`.
            days: their L days.
            trust: (N, L) log weight of each.
        """
        query = self._split(self.query(x))
        if self.rotary:
            query = asked.rotate(query)
        bias = None if self.bias is None else self.bias(asked.numbers, days.numbers)
        patches = max(1, _AT_ONCE // (self.heads * max(1, query.shape[2] * len(days))))
        parts = []
        for first in range(0, len(query), patches):
            some = slice(first, first + patches)
            parts.append(
                self._seen(query[some], memory[0][some], memory[1][some], trust[some], bias)
            )
        answer: Tensor = self.out(torch.cat(parts).transpose(1, 2).flatten(2))
        return answer

    def _seen(
        self, query: Tensor, key: Tensor, value: Tensor, trust: Tensor, bias: Optional[Tensor]
    ) -> Tensor:
        """The attention of some patches."""
        score = (query * query.shape[3] ** -0.5) @ key.transpose(2, 3)
        score = score.float()  # half precision is too coarse for sums
        score += trust[:, None, None, :]
        if bias is not None:
            score += bias
        answer: Tensor = score.softmax(dim=-1) @ value
        return answer

    def _split(self, x: Tensor) -> Tensor:
        n, length, width = x.shape
        size = self.query.out_features // self.heads
        return x.view(n, length, width // size, size).transpose(1, 2)


class SpaceMixing(nn.Module):
    """Local structure: a depthwise convolution over the patches of each date."""

    def __init__(self, width: int, kernel: int = 5) -> None:
        super().__init__()
        self.mix = nn.Conv2d(width, width, kernel, padding=kernel // 2, groups=width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, grid: tuple[int, int]) -> Tensor:
        """Tokens (N, L, d) of a grid of patches -> the same shape."""
        n, length, width = x.shape
        image = x.view(*grid, length, width).permute(2, 3, 0, 1)
        mixed = self.mix(image).permute(2, 3, 0, 1).reshape(n, length, width).contiguous()
        answer: Tensor = self.out(nn.functional.gelu(mixed))
        return answer


class Mlp(nn.Sequential):
    """Two linear layers."""

    def __init__(self, width: int, ratio: int = 2) -> None:
        super().__init__(
            nn.Linear(width, ratio * width), nn.GELU(), nn.Linear(ratio * width, width)
        )


class AdaptiveNorm(nn.Module):
    """Layer norm whose scale and shift follow a condition (adaLN)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.affine = nn.Linear(width, 2 * width)
        nn.init.zeros_(self.affine.weight)
        nn.init.zeros_(self.affine.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x (N, Q, d) under a condition (Q, d)."""
        scale, shift = self.affine(condition).chunk(2, dim=-1)
        if len(condition) == 1:
            return nn.functional.layer_norm(x, x.shape[2:], 1 + scale[0], shift[0], self.norm.eps)
        moved: Tensor = self.norm(x) * (1 + scale) + shift
        return moved


class Memory:
    """What the encoder keeps of one sensor for a decoder block."""

    def __init__(self, block: TemporalAttention, tokens: Tensor, days: Days, trust: Tensor) -> None:
        self.pair = block.keys(tokens, days)
        self.days, self.trust = days, trust

    def ask(self, block: TemporalAttention, x: Tensor, asked: Days) -> Tensor:
        """Attend to it."""
        answer: Tensor = block(x, asked, self.pair, self.days, self.trust)
        return answer
