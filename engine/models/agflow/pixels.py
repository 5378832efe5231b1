"""The pixel head: from what the tokens say to every pixel and band.

Three sources of detail finer than a patch: a regression of the frame on itself with learned
features; a copy of clear observations, weighted by attention; convolutions over the start, its
error and the looks around. The head starts as a blend of the start and the learned regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Optional

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.regression import (
    AT_ONCE,
    CENTRE,
    POOLED,
    SPREAD,
    LearnedRegression,
    Solved,
    as_images,
    beside,
    pointwise,
    size_of,
    weights_of,
)
from kairos.engine.models.agflow.scene import SLOTS, Question, Scene
from kairos.engine.models.anchor import SIDE

_LATENT = 16
_LIMIT = 4.0
"""In units of the doubt: beyond it a difference says no more."""
_CHANNELS = (*(SLOTS,) * 9, 1, 1, 2, 2, POOLED, _LATENT)
"""Of what enters the convolutions, in order."""
_BANDS = 6
"""Which of these are the bands that the stack has: they are the same everywhere."""
_SHARE = -0.8
"""Logit of the learned regression's first share."""
_ENOUGH = 100.0
"""Clear pixels of a day at which its regression counts by half."""


@dataclass
class Seen:
    """What the dates show, cut into patches once for all days."""

    patches: Tensor
    """(N, T, 11 x side x side) reflectance, 0 where not clear, and 1 where clear."""
    bands: Tensor
    """(10,) 1 for the bands that the stack has."""

    @classmethod
    def of(cls, scene: Scene, side: int) -> Seen:
        """Cut a scene."""
        dates, channels, height, width = scene.values.shape
        rows, cols = height // side, width // side
        patches = scene.values.new_empty(rows, cols, dates, channels + 1, side, side)
        for t in range(dates):  # date by date: the whole would be in memory twice
            shown = torch.cat([scene.values[t], scene.clear[t]])
            patches[:, :, t] = shown.view(-1, rows, side, cols, side).permute(1, 3, 0, 2, 4)
        return cls(patches.view(rows * cols, dates, -1), scene.bands)


class PixelHead(nn.Module):
    """Tokens, start and looks -> x_1 and its scale."""

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        width, self.patch = config.pixel_width, config.patch
        self.regression = LearnedRegression(config)
        self.latent = nn.Linear(config.width, _LATENT)
        self.enter = nn.Conv2d(sum(_CHANNELS), width, 1)
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
        seen: Seen,
        question: Question,
        x_tau: Tensor,
        tokens: Tensor,
        weights: Tensor,
        grid: tuple[int, int],
        taught: Optional[Solved] = None,
        *,
        bare: bool = False,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """x_1, its scale and what the learned regression alone says, all (Q, 10, H, W).

        Args:
            seen: what the dates show.
            question: Q days and their starts.
            x_tau: (Q, 10, H, W) where the flow is.
            tokens: (N, Q, d) of the decoder.
            weights: (N, Q, T) of the copy.
            grid: rows and columns of patches.
            taught: what taught the learned regression; the question itself if None.
            bare: the days show nothing, the flow is at its start, and the regression says nothing.
        """
        size = height, width = size_of(question.clear)
        learned, taught, pooled = self.regression(question, taught)
        latent = _upsampled(self.latent(tokens), grid, size)
        copied, support = _copy(seen.patches, weights, grid, self.patch)
        images = (x_tau, learned, copied, support, pooled, latent)
        enter = partial(self._entering, question, taught.scale, seen.bands, images, bare=bare)
        step = max(1, AT_ONCE // width)
        x = beside([enter(slice(top, top + step)) for top in range(0, height, step)], dim=-2)
        for block in self.blocks:
            x = block(x)
        leave, bias = weights_of(self.leave)
        left = as_images(leave @ x.flatten(2) + bias, size)
        added, share, spread = left.chunk(3, dim=1)
        # A start that the frame itself taught leaves less to add than one from other days.
        from_scene = question.from_scene[:, None, None, None]
        reach = question.sigma * torch.where(from_scene > 0, self.reach[0], self.reach[1])
        x_1 = question.start + reach * added
        if not bare:
            share = torch.sigmoid(share + _SHARE) * taught.seen / (taught.seen + _ENOUGH)
            x_1 = x_1 + share * (learned - question.start)
        return x_1, question.sigma * spread.clamp(-3, 3).exp(), learned

    def _entering(
        self,
        question: Question,
        scale: Tensor,
        bands: Tensor,
        images: Sequence[Tensor],
        rows: slice,
        *,
        bare: bool,
    ) -> Tensor:
        """What enters the convolutions, on some rows: few, so that all stays in the cache.

        Of days that are bare what is zero is left out, and the base less the start: the network has
        learned with it, but it is little there and says next to nothing.
        """
        start, error, sigma, clear, looks, ages, radar = (
            image[..., rows, :]
            for image in (
                question.start,
                question.error,
                question.sigma,
                question.clear,
                question.looks[:, SIDE - 1 : SIDE + 1],
                question.ages[:, SIDE - 1 : SIDE + 1],
                question.radar,
            )
        )
        x_tau, learned, copied, support, pooled, latent = (i[..., rows, :] for i in images)
        estimate, unit = start - error, 1 / sigma

        def relative(values: Tensor) -> Tensor:
            return (values - estimate).mul_(unit).clamp_(-_LIMIT, _LIMIT)

        parts = (
            (estimate - CENTRE) / SPREAD,
            None if bare else (error * unit).clamp(-_LIMIT, _LIMIT),
            None if bare else relative(x_tau) * (1 - clear),
            None if bare else relative(learned),
            torch.where(support > 1e-3, relative(copied), 0),
            torch.log(sigma / scale).clamp(-_LIMIT, _LIMIT),
            None,
            relative(looks[:, 0]),
            relative(looks[:, 1]),
            None if bare else clear,
            support,
            radar,
            torch.exp(-ages.abs() / 20),
            pooled,
            latent,
        )
        weights, bias = weights_of(self.enter)
        columns = torch.split(weights, list(_CHANNELS), dim=1)
        bias = bias + columns[_BANDS] @ bands[:, None]
        kept = [(some, part) for some, part in zip(columns, parts) if part is not None]
        chosen, x = (torch.cat(some, dim=1) for some in zip(*kept))
        return as_images(chosen @ x.flatten(2) + bias, size_of(x))


class PixelBlock(nn.Module):
    """A depthwise convolution (a dilation above 2 is slow on CPUs) and a small MLP."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.reach = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, groups=width)
        self.mlp = nn.Sequential(
            nn.Conv2d(width, 2 * width, 1), nn.ReLU(), nn.Conv2d(2 * width, width, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(Q, c, H, W) -> the same."""
        reached = self.reach(x).flatten(2)
        parts = [pointwise(self.mlp, part) for part in reached.split(AT_ONCE, dim=-1)]
        done: Tensor = x + beside(parts).view_as(x)
        return done


def _copy(
    patches: Tensor, weights: Tensor, grid: tuple[int, int], side: int
) -> tuple[Tensor, Tensor]:
    """Weighted mean of clear observations (Q, 10, H, W) and its support (Q, 1, H, W).

    The weights (N, Q, T) are those of the patches: one matrix product for each.
    """
    rows, cols = grid
    total = (weights @ patches).view(rows, cols, -1, SLOTS + 1, side, side)
    images = total.permute(2, 3, 0, 4, 1, 5).reshape(-1, SLOTS + 1, rows * side, cols * side)
    support = images[:, -1:]
    return images[:, :-1] / support.clamp(min=1e-3), support


def _upsampled(x: Tensor, grid: tuple[int, int], size: tuple[int, int]) -> Tensor:
    """(N, Q, c) at patches -> (Q, c, H, W) at pixels."""
    image = x.view(*grid, *x.shape[1:]).permute(2, 3, 0, 1).contiguous()
    return nn.functional.interpolate(image, size, mode="bilinear", align_corners=False)
