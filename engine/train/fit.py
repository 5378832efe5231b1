"""Fit a network to one stack: a minute or two of exercises on its own clear pixels."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import torch

from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.progress import Progress, silent
from kairos.engine.stack import Tile
from kairos.engine.train.losses import loss_of
from kairos.engine.train.samples import Sample, Samples

SECONDS = 100.0
_RATE = 3e-4
_KEEP = 0.97
_HELD_OUT = 4
"""Samples that decide whether the fit is kept."""
_BATCH = 2


@dataclass(frozen=True)
class Fitted:
    """A network fitted to a stack."""

    network: AGFlow
    before: float
    """Error of the bundled weights on held-out exercises, relative to linear interpolation."""
    after: float
    """That of the fitted weights."""
    steps: int


def fit_to(
    network: AGFlow,
    tiles: Sequence[Tile],
    seconds: float = SECONDS,
    seed: int = 0,
    progress: Progress = silent,
) -> Fitted:
    """Go on training a copy on exercises drawn from some tiles of a stack.

    The fitted weights are kept only where they are better on exercises that were held out.

    Args:
        network: the bundled one; stays as it is.
        tiles: of the stack, with all their dates.
        seconds: how long.
        seed: of the exercises.
        progress: told the share done; may raise CancelledError.
    """
    sizes = [float(t.clear.sum()) for t in tiles]
    patch = network.config.patch
    held_out = list(islice(Samples(tiles, sizes, patch, seed + 1), _HELD_OUT))
    before = _error(network, held_out)
    stream = iter(Samples(tiles, sizes, patch, seed))
    fitted, steps = _trained(network, stream, seconds, progress)
    after = _error(fitted, held_out)
    if not after < before:
        return Fitted(network, before, before, steps)
    return Fitted(fitted, before, after, steps)


def _trained(
    network: AGFlow, stream: Iterator[Sample], seconds: float, progress: Progress
) -> tuple[AGFlow, int]:
    """A copy, trained until the time is over, its weights averaged."""
    own = copy.deepcopy(network).requires_grad_(True).train()
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(own.parameters(), lr=_RATE, weight_decay=0.0)
    start, steps = time.monotonic(), 0
    while (spent := time.monotonic() - start) < seconds:
        progress("fitting", spent / seconds)
        for sample in islice(stream, _BATCH):
            question = sample.question
            tau = torch.zeros_like(question.days)
            found = own.decode(own.encode(sample.scene), question, question.start, tau)
            torch.autograd.backward(loss_of(found, sample) / _BATCH)
        torch.nn.utils.clip_grad_norm_(own.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        steps += 1
        keep = min(_KEEP, (1 + steps) / (4 + steps))
        with torch.no_grad():
            for mean, value in zip(average.parameters(), own.parameters()):
                mean.lerp_(value, 1 - keep)
    return average.eval().requires_grad_(False), steps


@torch.no_grad()
def _error(network: AGFlow, samples: Sequence[Sample]) -> float:
    """Mean over samples of the error relative to linear interpolation."""
    ratios = []
    for sample in samples:
        question, tau = sample.question, torch.zeros_like(sample.question.days)
        x_1 = network.decode(network.encode(sample.scene), question, question.start, tau).target
        mask = sample.scored * sample.bands[:, None, None]
        off = ((x_1 - sample.truth).abs() * mask).sum() / mask.sum().clamp(min=1)
        ratios.append(float(off) / sample.linear)
    return sum(ratios) / max(len(ratios), 1)
