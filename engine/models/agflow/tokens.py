"""The encoder: patch tokens of both sensors, related over time and space, once for all days."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.attention import Memory, Mlp, SpaceMixing, TemporalAttention
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.regression import CENTRE, SPREAD
from kairos.engine.models.agflow.scene import SLOTS, Scene
from kairos.engine.models.agflow.time import HARMONICS, Days, season

_LEAST = 1e-3


class PatchTokens(nn.Module):
    """Images (L, C, H, W) -> tokens (N, L, d), N patches row by row.

    The last channels may be missing where they are zero.
    """

    def __init__(self, channels: int, config: AGFlowConfig) -> None:
        super().__init__()
        self.embed = nn.Conv2d(channels, config.width, config.patch, stride=config.patch)

    def forward(self, images: Tensor) -> Tensor:
        """Embed each patch."""
        weight = self.embed.weight[:, : images.shape[1]]
        tokens = nn.functional.conv2d(images, weight, self.embed.bias, self.embed.stride)
        return tokens.flatten(2).permute(2, 0, 1)


def share(mask: Tensor, patch: int) -> Tensor:
    """Log of the clear share of each patch: (L, 1, H, W) -> (N, L)."""
    shares = nn.functional.avg_pool2d(mask, patch)
    return torch.log(shares.flatten(1).T.contiguous() + _LEAST)


class EncoderBlock(nn.Module):
    """Time, then radar, then space."""

    def __init__(self, config: AGFlowConfig, *, radar: bool) -> None:
        super().__init__()
        width = config.width
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(4))
        self.time = attention_of(config)
        self.radar = attention_of(config) if radar else None
        self.space = SpaceMixing(width)
        self.mlp = Mlp(width)

    def forward(
        self, x: Tensor, days: Days, trust: Tensor, radar: RadarTokens, grid: tuple[int, int]
    ) -> Tensor:
        """Tokens (N, T, d) -> tokens (N, T, d)."""
        own = self.norms[0](x)
        x = x + Memory(self.time, own, days, trust).ask(self.time, own, days)
        if self.radar is not None and radar.tokens.shape[1]:
            passes = Memory(self.radar, radar.tokens, radar.days, radar.trust)
            x = x + passes.ask(self.radar, self.norms[1](x), days)
        x = x + self.space(self.norms[2](x), grid)
        done: Tensor = x + self.mlp(self.norms[3](x))
        return done


class RadarTokens:
    """The passes of the radar at each patch."""

    def __init__(self, tokens: Tensor, days: Days, trust: Tensor) -> None:
        self.tokens, self.days, self.trust = tokens, days, trust


class Encoder(nn.Module):
    """A scene -> tokens of its dates and of its radar passes."""

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.optical = PatchTokens(SLOTS + 1, config)
        self.season = nn.Linear(2 * HARMONICS, width)
        self.bands = nn.Linear(SLOTS, width)
        self.passes = PatchTokens(3, config)
        self.passes_norm = nn.LayerNorm(width)
        self.passes_space = SpaceMixing(width, 3)
        self.blocks = nn.ModuleList(
            EncoderBlock(config, radar=config.radar and i % 2 == 0) for i in range(config.encoder)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, scene: Scene, patches: Tensor) -> tuple[Tensor, Tensor, RadarTokens]:
        """Tokens (N, T, d), their log trust (N, T), and the radar.

        Args:
            scene: a tile.
            patches: (N, T, 11 x side x side) its reflectance and what is clear, cut.
        """
        grid = grid_of(scene.values, self.config.patch)
        x = self._shown(patches, scene.bands)
        x = x + self.season(season(scene.days)) + self.bands(scene.bands)
        trust = share(scene.clear, self.config.patch)
        radar = self._radar(scene, grid)
        days = days_of(scene.days, self.config)
        for block in self.blocks:
            x = block(x, days, trust, radar, grid)
        return self.norm(x), trust, radar

    def _shown(self, patches: Tensor, bands: Tensor) -> Tensor:
        """Tokens (N, T, d) of what the dates show, standardised where clear.

        That is linear, and goes into the weights: what is not clear is zero in the patches.
        """
        embed = self.optical.embed
        plain = embed.weight[:, :SLOTS] * bands[:, None, None] / SPREAD
        clear = embed.weight[:, SLOTS:] - CENTRE * plain.sum(dim=1, keepdim=True)
        weight = torch.cat([plain, clear], dim=1).flatten(1)
        return nn.functional.linear(patches, weight, embed.bias)

    def _radar(self, scene: Scene, grid: tuple[int, int]) -> RadarTokens:
        """Space first: local structure of each pass, which also takes the speckle out."""
        if not self.config.radar or len(scene.radar_days) == 0:
            empty = scene.values.new_zeros(grid[0] * grid[1], 0, self.config.width)
            return RadarTokens(empty, days_of(scene.radar_days[:0], self.config), empty[..., 0])
        tokens = self.passes(scene.radar) + self.season(season(scene.radar_days))
        tokens = tokens + self.passes_space(self.passes_norm(tokens), grid)
        return RadarTokens(
            self.passes_norm(tokens),
            days_of(scene.radar_days, self.config),
            share(scene.radar[:, 2:], self.config.patch),
        )


def grid_of(images: Tensor, patch: int) -> tuple[int, int]:
    """Rows and columns of patches."""
    return images.shape[-2] // patch, images.shape[-1] // patch


def attention_of(config: AGFlowConfig) -> TemporalAttention:
    """Attention over time as the configuration wants it."""
    return TemporalAttention(
        config.width, config.heads, rotary=config.rotary, time_bias=config.time_bias
    )


def days_of(numbers: Tensor, config: AGFlowConfig) -> Days:
    """Days (L,) as the attention of a configuration wants them."""
    return Days(numbers, config.width // config.heads)
