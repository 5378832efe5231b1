"""A regression of the frame on itself, on learned features: solved anew for each day.

The classical scene regression has hundreds of raw features and must hold them back; here a
network that was trained on many stacks offers a few good ones, and ridge regression on the
pixels that the day shows finds their weights inside the forward pass. Its errors have little to
do with those of the start, so that a blend of the two is better than either.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.scene import SLOTS, Question
from kairos.engine.models.anchor import SIDE

POOLED = 32
LIMIT = 4.0
"""Targets beyond this many scales are cut: they are missed cloud."""
_PRIOR_ROWS = 20.0
"""Clear pixels that a feature must outweigh."""
_FAINTEST = 3e-3
_FADE = 1e-3
CENTRE, SPREAD = 0.15, 0.15
"""What a reflectance is standardised with."""


class LearnedRegression(nn.Module):
    """Looks around a day -> features -> what the day should look like."""

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        self.patch = config.patch
        self.look = nn.Sequential(
            nn.Conv2d(SLOTS + 3, POOLED, 1), nn.GELU(), nn.Conv2d(POOLED, POOLED + 1, 1)
        )
        entering = POOLED + 3 * SLOTS + 2
        self.mix = nn.Sequential(
            nn.Conv2d(entering, 64, 1), nn.GELU(), nn.Conv2d(64, config.features, 1)
        )
        self.penalty = nn.Parameter(torch.zeros(config.features + 3 * SLOTS + 6))

    def forward(self, question: Question) -> tuple[Tensor, Tensor, Tensor]:
        """The day by regression (Q, 10, H, W), its scale (Q, 10, 1, 1), pooled looks.

        Where a day shows nothing, the regression is the base.
        """
        answer, target, scale, pooled = self.solved(question)
        clear = question.clear
        answer = answer + _spread((target - answer) * clear, clear, self.patch)
        return question.base + scale * answer, scale, pooled

    def solved(self, question: Question) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The regression before its error is spread: what must be added to the base in scales
        (Q, 10, H, W), what the clear pixels say of it, the scale, pooled looks."""
        clear = question.clear
        target = (question.start - question.base) * clear
        scale = _scale(target, clear, question.sigma)
        pooled, features = self._features(question, scale)
        target = (target / scale).clamp(-LIMIT, LIMIT)
        return self._solve(features, target, clear), target, scale, pooled

    def _features(self, question: Question, scale: Tensor) -> tuple[Tensor, Tensor]:
        """Pooled looks (Q, 32, H, W), and features (Q, F, H, W) that never saw the day."""
        relative = ((question.looks - question.base[:, None]) / scale[:, None]).clamp(-6, 6)
        age = question.ages[:, :, None]
        near = torch.exp(-age.abs() / 20)
        time = torch.cat([age.sign() * torch.log1p(age.abs()) / 4, near, near * age.sign()], dim=2)
        each = torch.cat([relative, time], dim=2)
        hidden = self.look(each.flatten(0, 1)).view(*each.shape[:2], POOLED + 1, *each.shape[-2:])
        weight = hidden[:, :, :1].softmax(dim=1)
        pooled = (weight * hidden[:, :, 1:]).sum(dim=1)
        base = (question.base - CENTRE) / SPREAD
        plain = torch.cat([base, relative[:, SIDE - 1], relative[:, SIDE]], dim=1)
        learned = self.mix(torch.cat([pooled, plain, question.radar], dim=1))
        one = torch.ones_like(base[:, :1])
        return pooled, torch.cat([learned, plain, question.place, one], dim=1)

    def _solve(self, features: Tensor, target: Tensor, clear: Tensor) -> Tensor:
        """Ridge regression of each day: (Q, F, H, W) and (Q, 10, H, W) -> (Q, 10, H, W)."""
        x = features.flatten(2).float()
        seen = x * clear.flatten(2)
        penalty = torch.diag(_PRIOR_ROWS * self.penalty.float().exp())
        gram = seen @ x.transpose(1, 2) + penalty
        moment = seen @ target.flatten(2).transpose(1, 2).float()
        coefficients = torch.linalg.solve(gram, moment)
        answer: Tensor = coefficients.transpose(1, 2) @ x
        return answer.view(*answer.shape[:2], *features.shape[-2:]).clamp(-6, 6)


def _scale(target: Tensor, clear: Tensor, sigma: Tensor) -> Tensor:
    """Mean absolute target of the clear pixels; the doubt of the start where there are few."""
    count = clear.sum(dim=(2, 3), keepdim=True)
    doubt = sigma.mean(dim=(2, 3), keepdim=True)
    total = target.abs().sum(dim=(2, 3), keepdim=True) + 50 * doubt
    return (1.5 * total / (count + 50)).clamp(min=_FAINTEST)


def _spread(error: Tensor, clear: Tensor, patch: int) -> Tensor:
    """The error (Q, 10, H, W) of clear pixels carried to the others, the nearest first."""
    known = torch.cat([error, clear], dim=1)
    pool = nn.functional.avg_pool2d
    total = pool(known, 3, 1, 1) + 0.1 * pool(known, 7, 1, 3)
    coarse = pool(pool(known, patch), 3, 1, 1)
    total = total + 0.01 * nn.functional.interpolate(
        coarse, known.shape[-2:], mode="bilinear", align_corners=False
    )
    return total[:, :-1] / (total[:, -1:] + _FADE)
