"""The AGFlow network: an encoder asked once, a decoder asked for each day and flow step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.attention import AdaptiveNorm, Memory, Mlp, SpaceMixing
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.pixels import PixelHead, Seen
from kairos.engine.models.agflow.regression import CENTRE, SPREAD, Solved
from kairos.engine.models.agflow.scene import SLOTS, Question, Scene
from kairos.engine.models.agflow.time import HARMONICS, Days, season
from kairos.engine.models.agflow.tokens import (
    Encoder,
    PatchTokens,
    RadarTokens,
    attention_of,
    days_of,
    grid_of,
)

_TAU = 16


@dataclass
class Encoded:
    """What `prepare` keeps: keys and values of every decoder block, and what was seen."""

    seen: Seen
    optical: list[Memory]
    radar: list[Memory]
    copy: tuple[Tensor, Tensor]
    """Keys (N, T, d) and log trust (N, T) of the copy of clear observations."""


@dataclass
class Prediction:
    """What the network says of Q days at one flow time."""

    target: Tensor
    """(Q, 10, H, W) x_1 (anchored) or the velocity (paper)."""
    scale: Tensor
    """(Q, 10, H, W) its Laplace scale."""
    learned: Optional[Tensor] = None
    """(Q, 10, H, W) what the learned regression alone says (anchored only)."""


class DecoderBlock(nn.Module):
    """The tokens of a day ask the dates, then the radar, then their neighbours."""

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        width = config.width
        self.norms = nn.ModuleList(AdaptiveNorm(width) for _ in range(4))
        self.time = attention_of(config)
        self.radar = attention_of(config) if config.radar else None
        self.space = SpaceMixing(width)
        self.mlp = Mlp(width)

    def forward(
        self,
        x: Tensor,
        days: Days,
        condition: Tensor,
        memory: tuple[Memory, Memory],
        grid: tuple[int, int],
    ) -> Tensor:
        """Tokens (N, Q, d) -> tokens (N, Q, d)."""
        optical, radar = memory
        x = x + optical.ask(self.time, self.norms[0](x, condition), days)
        if self.radar is not None and len(radar.days):
            x = x + radar.ask(self.radar, self.norms[1](x, condition), days)
        x = x + self.space(self.norms[2](x, condition), grid)
        done: Tensor = x + self.mlp(self.norms[3](x, condition))
        return done


class AGFlow(nn.Module):
    """Timestamp-conditioned masked flow matching (arXiv 2605.27726).

    Where the paper is silent, the choices are ours; docs/research.md tells what each gave.
    """

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.encoder = Encoder(config)
        self.asked = PatchTokens(3 * SLOTS + 1 if config.anchored else SLOTS + 1, config)
        self.condition = nn.Sequential(
            nn.Linear(_TAU + 2 * HARMONICS, width), nn.GELU(), nn.Linear(width, width)
        )
        self.blocks = nn.ModuleList(DecoderBlock(config) for _ in range(config.decoder))
        self.norm = nn.LayerNorm(width)
        self.copy_key = nn.Linear(width, width)
        self.copy_query = nn.Linear(width, width)
        self.head: nn.Module
        if config.anchored:
            self.head = PixelHead(config)
        else:
            self.head = nn.Linear(width, 2 * SLOTS * config.patch**2)

    def encode(self, scene: Scene) -> Encoded:
        """All that does not depend on the day."""
        seen = Seen.of(scene, self.config.patch)
        tokens, trust, radar = self.encoder(scene, seen.patches)
        days = days_of(scene.days, self.config)
        return Encoded(
            seen=seen,
            optical=[Memory(b.time, tokens, days, trust) for b in self._decoders()],
            radar=[_radar_memory(b, radar) for b in self._decoders()],
            copy=(self.copy_key(tokens), trust),
        )

    def decode(
        self,
        known: Encoded,
        question: Question,
        x_tau: Tensor,
        tau: Tensor,
        taught: Optional[Solved] = None,
    ) -> Prediction:
        """The days of a question from where the flow is.

        Args:
            known: of `encode`.
            question: Q days.
            x_tau: (Q, 10, H, W) the flow at tau; observed where clear.
            tau: (Q,) in [0, 1].
            taught: what taught the learned regression; the question itself if None.
        """
        grid, days = grid_of(x_tau, self.config.patch), days_of(question.days, self.config)
        # Without noise, days that show nothing have no error, and nothing has moved yet.
        bare = not self.config.scene and x_tau is question.start and not question.clear.any()
        condition = self.condition(torch.cat([_tau(tau), season(question.days)], dim=-1))
        x = self.asked(self._asked(question, x_tau, bare=bare)) + condition
        for block, *memory in zip(self._decoders(), known.optical, known.radar):
            x = block(x, days, condition, tuple(memory), grid)
        x = self.norm(x)
        if isinstance(self.head, PixelHead):
            weights = self._copy_weights(known, x)
            said = self.head(known.seen, question, x_tau, x, weights, grid, taught, bare=bare)
            return Prediction(*said)
        return self._from_patches(self.head(x), grid)

    def _asked(self, question: Question, x_tau: Tensor, *, bare: bool) -> Tensor:
        flow = (x_tau - CENTRE) / SPREAD
        if bare:
            return flow
        if not self.config.anchored:
            return torch.cat([flow, question.clear], dim=1)
        error = (question.error / question.sigma).clamp(-4, 4)
        moved = ((x_tau - question.start) / question.sigma).clamp(-4, 4)
        return torch.cat([flow, error, moved, question.clear], dim=1)

    def _copy_weights(self, known: Encoded, x: Tensor) -> Tensor:
        """How much each patch of a day looks like each date: (N, Q, T), rows sum to 1."""
        keys, trust = known.copy
        score = self.copy_query(x) @ keys.transpose(1, 2) / self.config.width**0.5
        weights: Tensor = (score + trust[:, None]).softmax(dim=-1)
        return weights

    def _from_patches(self, x: Tensor, grid: tuple[int, int]) -> Prediction:
        """(N, Q, 2 x 10 x p x p) -> velocity and scale (Q, 10, H, W)."""
        p, (rows, cols) = self.config.patch, grid
        images = x.view(rows, cols, -1, 2 * SLOTS, p, p).permute(2, 3, 0, 4, 1, 5)
        images = images.reshape(images.shape[0], 2 * SLOTS, rows * p, cols * p)
        target, scale = images.chunk(2, dim=1)
        return Prediction(target, scale.clamp(-6, 3).exp())

    def _decoders(self) -> list[DecoderBlock]:
        return [block for block in self.blocks if isinstance(block, DecoderBlock)]


def _radar_memory(block: DecoderBlock, radar: RadarTokens) -> Memory:
    return Memory(block.radar or block.time, radar.tokens, radar.days, radar.trust)


def _tau(tau: Tensor) -> Tensor:
    """Sinusoids of the flow time, (Q,) -> (Q, 16)."""
    order = torch.arange(1, _TAU // 2 + 1, device=tau.device)
    angle = torch.pi * tau.float()[:, None] * order
    return torch.cat([angle.sin(), angle.cos()], dim=-1)
