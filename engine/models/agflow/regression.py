"""A regression of the frame on itself, on learned features: solved anew for each day.

The classical scene regression has hundreds of raw features and must hold them back; here a
network that was trained on many stacks offers a few good ones, and ridge regression on the
pixels that the day shows finds their weights inside the forward pass. Its errors have little to
do with those of the start, so that a blend of the two is better than either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

import torch
from torch import Tensor, nn

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.scene import SLOTS, Question
from kairos.engine.models.anchor import SIDE

POOLED = 16
LIMIT = 4.0
"""Targets beyond this many scales are cut: they are missed cloud."""
_PRIOR_ROWS = 20.0
"""Clear pixels that a feature must outweigh."""
_FAINTEST = 3e-3
_FADE = 1e-3
CENTRE, SPREAD = 0.15, 0.15
"""What a reflectance is standardised with."""
AT_ONCE = 16384
"""Pixels whose features are made together: more need more memory, fewer take more time."""


@dataclass
class Solved:
    """What Q days taught: weights of the features, and what errors are measured in."""

    coefficients: Tensor
    """(Q, F, 10)"""
    scale: Tensor
    """(Q, 10, 1, 1) reflectance."""
    seen: Tensor
    """(Q, 1, 1, 1) clear pixels that taught."""


class LearnedRegression(nn.Module):
    """Looks around a day -> features -> what the day should look like."""

    def __init__(self, config: AGFlowConfig) -> None:
        super().__init__()
        self.patch, self.scene = config.patch, config.scene
        self.look = nn.Sequential(
            nn.Conv2d(SLOTS + 3, POOLED, 1), nn.ReLU(), nn.Conv2d(POOLED, POOLED + 1, 1)
        )
        entering = POOLED + 4 * SLOTS + 2
        self.mix = nn.Sequential(
            nn.Conv2d(entering, 48, 1), nn.ReLU(), nn.Conv2d(48, config.features, 1)
        )
        self.penalty = nn.Parameter(torch.zeros(config.features + 4 * SLOTS + 6))

    def forward(
        self, question: Question, taught: Optional[Solved] = None
    ) -> tuple[Tensor, Solved, Tensor]:
        """The day by regression (Q, 10, H, W), what taught it, pooled looks (Q, POOLED, H, W).

        Where a day shows nothing, and in a network for days that start from time, it is the base.

        Args:
            question: Q days and their starts.
            taught: by the days elsewhere; by what the question itself shows of them if None.
        """
        if not self.scene:
            return self._untaught(question)
        answer, target, taught, pooled = self._answer(question, taught)
        clear = question.clear
        answer = answer + _spread((target - answer) * clear, clear, self.patch)
        return question.base + taught.scale * answer, taught, pooled

    def solved(self, question: Question) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The regression before its error is spread: what must be added to the base in scales
        (Q, 10, H, W), what the clear pixels say of it, the scale, pooled looks."""
        answer, target, taught, pooled = self._answer(question, None)
        return answer, target, taught.scale, pooled

    def teach(self, question: Question, each: float = 1.0) -> Solved:
        """What the clear pixels of a question, which stand for so many each, teach."""
        scale = _scale(question, each)
        features = beside([x for x, _ in self._features(question, scale)])
        return self._solve(features, question, scale, each)

    def _untaught(self, question: Question) -> tuple[Tensor, Solved, Tensor]:
        """The same where no clear pixel is asked."""
        scale, size = _scale(question), size_of(question.clear)
        chunks = (self._entering(question, scale[..., 0], some) for some in _chunks(size))
        pooled = as_images(beside([self._pooled(x) for x in chunks]), size)
        nothing = scale.new_zeros(len(scale), 1, 1, 1)
        coefficients = scale.new_zeros(len(scale), len(self.penalty), SLOTS)
        return question.base, Solved(coefficients, scale, nothing), pooled

    def _answer(
        self, question: Question, taught: Optional[Solved]
    ) -> tuple[Tensor, Tensor, Solved, Tensor]:
        scale = _scale(question) if taught is None else taught.scale
        parts: Iterable[tuple[Tensor, Tensor]] = self._features(question, scale)
        if taught is None:
            parts = list(parts)
            taught = self._solve(beside([x for x, _ in parts]), question, scale)
        weights = taught.coefficients.transpose(1, 2)
        answers, looks = zip(*((weights @ x, pooled) for x, pooled in parts))
        size = size_of(question.clear)
        answer = as_images(beside(answers).clamp(-6, 6), size)
        return answer, _target(question, scale), taught, as_images(beside(looks), size)

    def _features(self, question: Question, scale: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Features (Q, F, P) that never saw the day, and pooled looks (Q, POOLED, P), of some
        pixels after the other."""
        for some in _chunks(size_of(question.clear)):
            yield self._some(question, scale[..., 0], some)

    def _some(self, question: Question, scale: Tensor, pixels: slice) -> tuple[Tensor, Tensor]:
        """The same of some of the pixels."""
        base, latent, radar, place = (
            image.flatten(-2)[..., pixels]
            for image in (question.base, question.latent, question.radar, question.place)
        )
        entering = self._entering(question, scale, pixels)
        pooled, relative = self._pooled(entering), entering[:, :, :SLOTS]
        latent = ((latent - base) / scale).clamp(-6, 6)
        base = (base - CENTRE) / SPREAD
        plain = torch.cat([base, latent, relative[:, SIDE - 1], relative[:, SIDE]], dim=1)
        learned = pointwise(self.mix, torch.cat([pooled, plain, radar], dim=1))
        return torch.cat([learned, plain, place, torch.ones_like(base[:, :1])], dim=1), pooled

    def _entering(self, question: Question, scale: Tensor, pixels: slice) -> Tensor:
        """The looks at some pixels as differences to the base, their ages, 1: (Q, K, 14, P)."""
        looks, base, age = (
            image.flatten(-2)[..., pixels]
            for image in (question.looks, question.base, question.ages)
        )
        entering = looks.new_empty(*looks.shape[:2], SLOTS + 4, looks.shape[-1])
        relative = entering[:, :, :SLOTS]
        torch.sub(looks, base[:, None], out=relative)
        relative.div_(scale[:, None]).clamp_(-6, 6)
        near, side = torch.exp(-age.abs() / 20), age.sign()
        entering[:, :, SLOTS] = side * torch.log1p(age.abs()) / 4
        entering[:, :, SLOTS + 1] = near
        entering[:, :, SLOTS + 2] = near * side
        entering[:, :, SLOTS + 3] = 1
        return entering

    def _pooled(self, looks: Tensor) -> Tensor:
        """Looks (Q, K, 14, P), the last channel 1, each through the small network and weighed:
        (Q, POOLED, P).

        Their mean goes through the last layer instead of each of them: the weights add up to 1.
        """
        enter, leave = weights_of(self.look[0]), weights_of(self.look[2])
        hidden = (torch.cat(enter, dim=1) @ looks).relu_()
        share = (leave[0][:1] @ hidden).softmax(dim=1)
        mean = share[:, 0] * hidden[:, 0]
        for k in range(1, hidden.shape[1]):  # no products of all looks in memory
            mean = torch.addcmul(mean, share[:, k], hidden[:, k])
        return leave[0][1:] @ mean + leave[1][1:]

    def _solve(
        self, features: Tensor, question: Question, scale: Tensor, each: float = 1.0
    ) -> Solved:
        """Ridge regression of each day on what it shows."""
        clear, x = question.clear, features.float()
        seen = x * (each * clear).flatten(2)
        penalty = torch.diag(_PRIOR_ROWS * self.penalty.float().exp())
        gram = seen @ x.transpose(1, 2) + penalty
        moment = seen @ _target(question, scale).flatten(2).transpose(1, 2).float()
        count = each * clear.sum(dim=(2, 3), keepdim=True)
        return Solved(torch.linalg.solve(gram, moment), scale, count)


def size_of(images: Tensor) -> tuple[int, int]:
    """Height and width of images (..., H, W)."""
    return images.shape[-2], images.shape[-1]


def _chunks(size: tuple[int, int]) -> Iterator[slice]:
    """The pixels of an image, so many at once."""
    for first in range(0, size[0] * size[1], AT_ONCE):
        yield slice(first, first + AT_ONCE)


def beside(parts: Sequence[Tensor], dim: int = -1) -> Tensor:
    """Parts as one, without a copy where there is one only."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts), dim=dim)


def as_images(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Pixels in a row (..., H W) as images (..., H, W)."""
    return x.view(*x.shape[:-1], *size)


def weights_of(layer: nn.Module) -> tuple[Tensor, Tensor]:
    """Weights (D, C) and bias (D, 1) of a convolution of single pixels: a matrix product."""
    if not isinstance(layer, nn.Conv2d) or layer.bias is None:
        raise TypeError("this layer is no convolution of single pixels")
    return layer.weight.flatten(1), layer.bias[:, None]


def pointwise(layers: nn.Sequential, x: Tensor) -> Tensor:
    """A convolution of single pixels, ReLU, and another one, on pixels in a row (..., C, P)."""
    (enter, first), (leave, second) = weights_of(layers[0]), weights_of(layers[2])
    return (leave @ (enter @ x).add_(first).relu_()).add_(second)


def _target(question: Question, scale: Tensor) -> Tensor:
    """What the clear pixels say must be added to the base, in scales; extremes are cut."""
    added = (question.start - question.base) * question.clear
    return (added / scale).clamp(-LIMIT, LIMIT)


def _scale(question: Question, each: float = 1.0) -> Tensor:
    """Mean absolute target of the clear pixels; the doubt of the start where there are few."""
    clear = question.clear
    doubt = question.sigma.mean(dim=(2, 3), keepdim=True)
    if not clear.any():
        return (1.5 * doubt).clamp(min=_FAINTEST)
    target = (question.start - question.base) * clear
    count = each * clear.sum(dim=(2, 3), keepdim=True)
    total = each * target.abs().sum(dim=(2, 3), keepdim=True) + 50 * doubt
    return (1.5 * total / (count + 50)).clamp(min=_FAINTEST)


def _spread(error: Tensor, clear: Tensor, patch: int) -> Tensor:
    """The error (Q, 10, H, W) of clear pixels carried to the others, the nearest first: means
    over 3 x 3 pixels, with a tenth of the weight over 7 x 7, with a hundredth over 3 x 3 patches.
    """
    known = torch.cat([error, clear], dim=1)
    kernel = torch.full((7, 7), 0.1 / 49, device=known.device)
    kernel[2:5, 2:5] += 1 / 9
    channels = known.shape[1]
    near = kernel.expand(channels, 1, 7, 7)
    total = nn.functional.conv2d(known, near, padding=3, groups=channels)
    coarse = nn.functional.avg_pool2d(nn.functional.avg_pool2d(known, patch), 3, 1, 1)
    total = total + 0.01 * nn.functional.interpolate(
        coarse, known.shape[-2:], mode="bilinear", align_corners=False
    )
    return total[:, :-1] / (total[:, -1:] + _FADE)
