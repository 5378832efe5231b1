"""Fit a network to one stack: its learned regression practises on the stack's own clear ground.

Most of what a general network lacks on a stack is in the features that its regression is solved
on. These are few weights, and every frame with its clear pixels is a task that takes
milliseconds, so that a minute teaches a lot; all else stays as bundled.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from kairos.engine.errors import StackError
from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.pixels import PixelHead
from kairos.engine.models.agflow.refiner import Refiner
from kairos.engine.models.agflow.regression import LIMIT, LearnedRegression
from kairos.engine.models.agflow.scene import Question
from kairos.engine.models.gate import kept_back
from kairos.engine.models.weights import file_of
from kairos.engine.progress import Progress, silent
from kairos.engine.stack import Tile
from kairos.engine.train.practice import Page, pages_of

STEPS = 1200
_RATE = 4e-3
_WARM_UP = 30
_KEEP = 0.99
_WORSE = 1.01
"""A fit whose error on frames that were kept back grows by more is dropped."""
_LOOKS = 4
"""Clouds laid over each frame that was kept back, to see what the fit gave."""


@dataclass(frozen=True)
class Fitted:
    """A network fitted to a stack."""

    network: AGFlow
    before: float
    """Error of the bundled regression on frames that were kept back, relative to the base."""
    after: float
    """That of the fitted one."""
    steps: int


def fit_to(
    network: AGFlow,
    sample: Sequence[Tile],
    steps: int = STEPS,
    seed: int = 0,
    progress: Progress = silent,
) -> Fitted:
    """Fit a copy to a sample of a stack; it is dropped where it is worse on frames kept back.

    Args:
        network: the bundled one; stays as it is.
        sample: of the stack, all tiles with the same dates.
        steps: tasks to practise on.
        seed: of the tasks.
        progress: told the share done; may raise CancelledError.

    Raises:
        StackError: no frame shows enough to practise on.
    """
    back = kept_back(sample)
    others = np.setdiff1d(np.arange(len(sample[0].dates)), back)
    patch = network.config.patch
    pages = list(pages_of(sample, [int(t) for t in others], patch, seed))
    if not pages:
        raise StackError("No image shows enough clear ground to fit a model to these images.")
    held_out = list(pages_of(sample, [int(t) for t in back], patch, seed + 1))
    fitted = AGFlow(replace(network.config, scene=True))
    fitted.load_state_dict(network.state_dict())
    own = _practised(_regression(fitted), pages, steps, seed, progress)
    before, after = _error(_regression(network), held_out), _error(own, held_out)
    if after > _WORSE * before:
        return Fitted(network, before, before, steps)
    _regression(fitted).load_state_dict(own.state_dict())
    return Fitted(fitted.eval().requires_grad_(False), before, after, steps)


def _regression(network: AGFlow) -> LearnedRegression:
    if not isinstance(network.head, PixelHead):
        raise StackError("Only the anchored configuration can be fitted to a stack.")
    return network.head.regression


def _practised(
    bundled: LearnedRegression, pages: Sequence[Page], steps: int, seed: int, progress: Progress
) -> LearnedRegression:
    """A copy after so many tasks, its weights averaged."""
    own = copy.deepcopy(bundled).requires_grad_(True).train()
    average = copy.deepcopy(bundled).requires_grad_(False)
    optimiser = torch.optim.AdamW(own.parameters(), lr=_RATE, weight_decay=0.0)
    rng = np.random.default_rng(seed)
    for step in range(steps):
        progress("fitting", step / steps)
        task = pages[int(rng.integers(len(pages)))].task(rng)
        if task is None:
            continue
        for group in optimiser.param_groups:
            group["lr"] = _rate(step, steps)
        optimiser.zero_grad()
        torch.autograd.backward(_off(own, *task)[0])
        torch.nn.utils.clip_grad_norm_(own.parameters(), 1.0)
        optimiser.step()
        keep = min(_KEEP, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, value in zip(average.parameters(), own.parameters()):
                mean.lerp_(value, 1 - keep)
    return average.eval()


def _rate(step: int, steps: int) -> float:
    """Warm-up, then a cosine."""
    rising = min(1.0, (step + 1) / _WARM_UP)
    return _RATE * rising * (0.5 * (1 + math.cos(math.pi * step / steps)) + 0.02)


def _off(
    regression: LearnedRegression, question: Question, hidden: Tensor
) -> tuple[Tensor, Tensor]:
    """Mean absolute error on hidden pixels in scales of the frame, and that of the base alone."""
    answer, _, scale, _ = regression.solved(question)
    # The start is what was observed there; what is far off is cloud that the mask missed.
    truth = ((question.start - question.base) / scale).clamp(-LIMIT, LIMIT)
    off, base = ((answer - truth).abs() * hidden).sum(), (truth.abs() * hidden).sum()
    return off / hidden.sum(), base / hidden.sum()


@torch.no_grad()
def _error(regression: LearnedRegression, pages: Sequence[Page]) -> float:
    """Error relative to the base, geometric mean over frames, with the same clouds for every
    regression; 1 where nothing could be asked."""
    rng, logs = np.random.default_rng(0), []
    for page in pages:
        tasks = [page.task(rng) for _ in range(_LOOKS)]
        pairs = [_off(regression, *task) for task in tasks if task is not None]
        off, base = sum(float(o) for o, _ in pairs), sum(float(b) for _, b in pairs)
        if off and base:
            logs.append(math.log(off / base))
    return math.exp(sum(logs) / len(logs)) if logs else 1.0


def fitted_method(sample: Sequence[Tile]) -> AGFlowMethod:
    """The bundled network, fitted to a sample of a stack before it answers: for the yardstick."""
    network = fit_to(network_of(file_of("agflow")).cpu(), sample).network
    return AGFlowMethod.judged(sample, partial(Refiner.of, network), scene=network.config.scene)
