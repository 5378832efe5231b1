"""The pixel head: from what the tokens say to every pixel and band.

Three sources of detail finer than a patch: a regression of the frame on itself with learned
features; a copy of clear observations, weighted by attention; convolutions over the start, its
error and the looks around. The head starts as a blend of the start and the learned regression.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.regression import CENTRE, POOLED, SPREAD, LearnedRegression
from kairos.engine.models.agflow.scene import SLOTS, Question, Scene
from kairos.engine.models.anchor import SIDE

_LATENT = 16
_LIMIT = 4.0
"""In units of the doubt: beyond it a difference says no more."""
_SHARE = -0.8
"""Logit of the learned regression's first share."""
_ENOUGH = 100.0
"""Clear pixels of a day at which its regression counts by half."""


class PixelHead(nn.Module):
    """Tokens, start and looks -> x_1 and its scale."""

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        width = config.pixel_width
        self.regression = LearnedRegression(config)
        self.latent = nn.Linear(config.width, _LATENT)
        channels = 9 * SLOTS + 6 + POOLED + _LATENT
        self.enter = nn.Conv2d(channels, width, 1)
        self.blocks = nn.ModuleList(
            PixelBlock(width, 1 + min(i, 1)) for i in range(config.pixel_blocks)
        )
        self.leave = nn.Conv2d(width, 3 * SLOTS, 1)
        self.reach = nn.Parameter(torch.tensor([0.1, 1.0]))
        nn.init.zeros_(self.leave.weight)
        if self.leave.bias is not None:
            nn.init.zeros_(self.leave.bias)

    def forward(
        self,
        scene: Scene,
        question: Question,
        x_tau: Tensor,
        tokens: Tensor,
        weights: Tensor,
        grid: tuple[int, int],
    ) -> tuple[Tensor, Tensor, Tensor]:
        """x_1, its scale and what the learned regression alone says, all (Q, 10, H, W).

        Args:
            scene: the tile.
            question: Q days and their starts.
            x_tau: (Q, 10, H, W) where the flow is.
            tokens: (N, Q, d) of the decoder.
            weights: (N, Q, T) of the copy.
            grid: rows and columns of patches.
        """
        size, sigma = x_tau.shape[-2:], question.sigma
        estimate = question.start - question.error
        learned, scale, pooled = self.regression(question)
        copied, support = _copy(scene, weights, grid)

        def relative(values: Tensor) -> Tensor:
            return ((values - estimate) / sigma).clamp(-_LIMIT, _LIMIT)

        parts = [
            (estimate - CENTRE) / SPREAD,
            (question.error / sigma).clamp(-_LIMIT, _LIMIT),
            relative(x_tau) * (1 - question.clear),
            relative(learned),
            torch.where(support > 1e-3, relative(copied), 0),
            torch.log(sigma / scale).clamp(-_LIMIT, _LIMIT),
            scene.bands[None, :, None, None].expand_as(sigma),
            relative(question.looks[:, SIDE - 1]),
            relative(question.looks[:, SIDE]),
            question.clear,
            support,
            question.radar,
            torch.exp(-question.ages[:, SIDE - 1 : SIDE + 1].abs() / 20),
            pooled,
            _upsampled(self.latent(tokens), grid, (size[0], size[1])),
        ]
        x = self.enter(torch.cat(parts, dim=1).contiguous(memory_format=torch.channels_last))
        for block in self.blocks:
            x = block(x)
        added, share, spread = self.leave(x).chunk(3, dim=1)
        seen = question.clear.sum(dim=(2, 3), keepdim=True)
        share = torch.sigmoid(share + _SHARE) * seen / (seen + _ENOUGH)
        # A start that the frame itself taught leaves less to add than one from other days.
        taught = question.from_scene[:, None, None, None]
        reach = sigma * torch.where(taught > 0, self.reach[0], self.reach[1])
        x_1 = question.start + share * (learned - question.start) + reach * added
        return x_1, sigma * spread.clamp(-3, 3).exp(), learned


class PixelBlock(nn.Module):
    """A depthwise convolution (a dilation above 2 is slow on CPUs) and a small MLP."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.reach = nn.Conv2d(
            width, width, 5, padding=2 * dilation, dilation=dilation, groups=width
        )
        self.mlp = nn.Sequential(
            nn.Conv2d(width, 2 * width, 1), nn.GELU(), nn.Conv2d(2 * width, width, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(Q, c, H, W) -> the same."""
        done: Tensor = x + self.mlp(self.reach(x))
        return done


def _copy(scene: Scene, weights: Tensor, grid: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Weighted mean of clear observations (Q, 10, H, W) and its support (Q, 1, H, W).

    The weights (N, Q, T) are those of the patches: one matrix product for each.
    """
    rows, cols = grid
    seen = torch.cat([scene.values, scene.clear], dim=1)
    dates, channels, height, width = seen.shape
    side = height // rows
    patches = seen.view(dates, channels, rows, side, cols, side).permute(2, 4, 0, 1, 3, 5)
    total = weights @ patches.reshape(rows * cols, dates, -1)
    images = total.view(rows, cols, -1, channels, side, side).permute(2, 3, 0, 4, 1, 5)
    images = images.reshape(-1, channels, height, width)
    support = images[:, -1:]
    return images[:, :-1] / support.clamp(min=1e-3), support


def _upsampled(x: Tensor, grid: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """(N, Q, c) at patches -> (Q, c, H, W) at pixels."""
    image = x.view(*grid, *x.shape[1:]).permute(2, 3, 0, 1)
    return nn.functional.interpolate(image, size, mode="bilinear", align_corners=False)
