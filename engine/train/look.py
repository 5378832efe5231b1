"""Looks at stacks that are held out, while a run goes on: how far its averaged weights are."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from kairos.engine.models.agflow.flow import integrate, noise_of
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.scene import to
from kairos.engine.train.config import TrainConfig
from kairos.engine.train.exercise import draw_exercise
from kairos.engine.train.samples import Sample, samples_of
from kairos.engine.train.sites import real_sites

_EXERCISES = 3
"""Of each held-out stack."""
_SCENE, _TIME, _LINEAR = "scene", "time", "linear"


def held_out(config: TrainConfig) -> dict[str, list[Sample]]:
    """Samples of the held-out stacks, by name, the same in every run.

    Raises:
        StackError: there are no such stacks.
    """
    if not config.held_out:
        return {}
    found: dict[str, list[Sample]] = {}
    for name, tile in real_sites(names=config.held_out).items():
        rng = np.random.default_rng(0)
        found[name] = [
            sample
            for _ in range(_EXERCISES)
            for sample in samples_of(
                draw_exercise(tile, rng, vary=False, scene=config.scene),
                config.network.patch,
                rng,
                scene=config.scene,
            )
        ]
    return found


@torch.no_grad()
def look(
    config: TrainConfig,
    average: dict[str, Tensor],
    stacks: dict[str, list[Sample]],
    device: torch.device,
) -> dict[str, float]:
    """Error of the averaged weights, mean of the held-out stacks: relative to their start on frames
    that teach themselves (`scene`) and on others (`time`), and of both relative to linear
    interpolation (`linear`)."""
    network = AGFlow(config.network)
    network.load_state_dict(average)
    network.to(device).eval()
    ratios: dict[str, list[float]] = {_LINEAR: [], _SCENE: [], _TIME: []}
    for samples in stacks.values():
        for name, (own, other) in _errors(network, samples, device).items():
            if other:
                ratios[name].append(own / other)
    return {name: round(float(np.mean(r)), 4) for name, r in ratios.items() if r}


def _errors(
    network: AGFlow, samples: list[Sample], device: torch.device
) -> dict[str, tuple[float, float]]:
    """Summed error on hidden ground, and that of what it is compared with."""
    sums = {name: np.zeros(2) for name in (_LINEAR, _SCENE, _TIME)}
    draws = torch.Generator().manual_seed(0)
    for sample in samples:
        found = _answer(network, sample, device, draws)
        mask = sample.scored * sample.bands[:, None, None]
        own = ((found - sample.truth).abs() * mask).sum(dim=(1, 2, 3))
        start = ((sample.question.start - sample.truth).abs() * mask).sum(dim=(1, 2, 3))
        for q, from_scene in enumerate(sample.question.from_scene.tolist()):
            sums[_SCENE if from_scene else _TIME] += float(own[q]), float(start[q])
        sums[_LINEAR] += float(own.sum()), sample.linear * float(mask.sum())
    return {name: (float(own), float(other)) for name, (own, other) in sums.items()}


def _answer(
    network: AGFlow, sample: Sample, device: torch.device, draws: torch.Generator
) -> Tensor:
    """Where the flow ends (Q, 10, H, W), on the CPU; from the start itself where it is anchored."""
    config = network.config
    scene, question = to(sample.scene, device), to(sample.question, device)
    noise = None
    if not config.anchored:
        noise = noise_of(question, config.patch, anchored=False, generator=draws)
    known = network.encode(scene)
    return integrate(network, known, question, config.steps, noise).target.cpu()
