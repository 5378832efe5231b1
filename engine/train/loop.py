"""The training loop: one command on two cores, one GPU or several (Lightning Fabric)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from kairos.engine.models.agflow.flow import noise_of, on_path, start_of
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.scene import to
from kairos.engine.train import checkpoint
from kairos.engine.train.config import TrainConfig
from kairos.engine.train.exercise import draw_exercise
from kairos.engine.train.losses import loss_of
from kairos.engine.train.samples import Sample, Samples, samples_of
from kairos.engine.train.sites import real_sites, simulated_site

_LOOKS = 3
"""Exercises per held-out stack."""


def train(
    config: TrainConfig, folder: Path, device: str = "auto", until: Optional[int] = None
) -> Path:
    """Train, or go on where a run in the folder stopped; the checkpoint.

    Args:
        config: what to train.
        folder: of the checkpoint and the log.
        device: `auto`, `cpu` or `cuda`.
        until: a step to stop at before the end.

    Raises:
        StackError: there are no stacks to train on.
    """
    fabric = Fabric(accelerator=device, devices=1)
    fabric.launch()
    torch.manual_seed(config.seed)
    folder.mkdir(parents=True, exist_ok=True)
    network = AGFlow(config.network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=config.decay)
    average = {name: value.clone() for name, value in network.state_dict().items()}
    file, step = folder / "checkpoint.safetensors", 0
    if file.exists():
        step = checkpoint.load(file, network, average, optimiser)
    model, optimiser = fabric.setup(network, optimiser)
    model.mark_forward_method("encode")
    model.mark_forward_method("decode")
    held_out = _held_out(config)
    stream = _stream(config, step)
    log = folder / "log.jsonl"
    losses: list[float] = []
    with tqdm(total=config.steps, initial=step, unit="step") as bar:
        while step < min(config.steps, until or config.steps):
            torch.manual_seed(config.seed + 1_000_003 * step)
            for group in optimiser.param_groups:
                group["lr"] = rate_of(config, step)
            for _ in range(config.batch):
                loss = _loss(fabric, model, next(stream)) / config.batch
                fabric.backward(loss)
                losses.append(float(loss.detach()) * config.batch)
            fabric.clip_gradients(model, optimiser, max_norm=1.0)
            optimiser.step()
            optimiser.zero_grad()
            step += 1
            _blend(average, network, config.average, step)
            bar.update()
            if step % config.every == 0 or step in (config.steps, until):
                checkpoint.save(file, config, step, network, average, optimiser)
                said = {"step": step, "loss": round(float(np.mean(losses)), 4)}
                said.update(_look(fabric, config, average, held_out))
                losses.clear()
                with log.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(said) + "\n")
                bar.set_postfix(said)
    return file


def rate_of(config: TrainConfig, step: int) -> float:
    """Warm-up, then a cosine."""
    if step < config.warm_up:
        return config.rate * (step + 1) / config.warm_up
    done = (step - config.warm_up) / max(config.steps - config.warm_up, 1)
    cosine = 0.5 * (1 + math.cos(math.pi * min(done, 1)))
    return config.least_rate + (config.rate - config.least_rate) * cosine


def _loss(fabric: Fabric, network: AGFlow, sample: Sample) -> Tensor:
    """One sample at a random flow time, half of the time at the start itself."""
    scene, question = to(sample.scene, fabric.device), to(sample.question, fabric.device)
    sample.truth, sample.scored = sample.truth.to(fabric.device), sample.scored.to(fabric.device)
    sample.bands = sample.bands.to(fabric.device)
    config = network.config
    noise = noise_of(question, config.patch, anchored=config.anchored, generator=None)
    tau = torch.rand(len(question.days), device=fabric.device)
    if config.anchored:
        calm = torch.rand(len(question.days), device=fabric.device) < 0.6
        noise = torch.where(calm[:, None, None, None], torch.zeros_like(noise), noise)
        tau = torch.where(calm, torch.zeros_like(tau), tau)
    x_0 = start_of(question, noise, anchored=config.anchored)
    x_1 = torch.where(sample.scored > 0, sample.truth, question.start)
    x_tau = on_path(x_0, x_1, tau, question)
    prediction = network.decode(network.encode(scene), question, x_tau, tau)
    if not config.anchored:
        left = (1 - tau)[:, None, None, None]
        prediction.target = x_tau + left * prediction.target
    return loss_of(prediction, sample)


def _stream(config: TrainConfig, step: int) -> Iterator[Sample]:
    real = list(real_sites(without=config.held_out).values()) if config.real else []
    made = [simulated_site(1000 + i) for i in range(config.simulated)]
    weights = [float(np.sqrt(t.clear.sum() / len(t.clear))) for t in real]
    share = config.simulated_share if real else 1.0
    weights = [w / sum(weights) * (1 - share) for w in weights]
    weights += [share / len(made)] * len(made)
    taken = step * config.batch
    samples = Samples([*real, *made], weights, config.network.patch, config.seed, taken)
    loader = DataLoader(
        samples,
        batch_size=None,
        num_workers=config.workers,
        prefetch_factor=8 if config.workers else None,
    )
    return iter(loader)


def _held_out(config: TrainConfig) -> dict[str, list[Sample]]:
    if not config.held_out:
        return {}
    found: dict[str, list[Sample]] = {}
    for name, tile in real_sites(names=config.held_out).items():
        rng = np.random.default_rng(0)
        found[name] = [
            sample
            for _ in range(_LOOKS)
            for sample in samples_of(
                draw_exercise(tile, rng, vary=False), config.network.patch, rng
            )
        ]
    return found


@torch.no_grad()
def _look(
    fabric: Fabric,
    config: TrainConfig,
    average: dict[str, Tensor],
    held_out: dict[str, list[Sample]],
) -> dict[str, float]:
    """Error of the averaged weights relative to their start, on frames that teach themselves
    (`scene`) and on others (`time`), mean of the held-out stacks."""
    network = AGFlow(config.network)
    network.load_state_dict(average)
    network.to(fabric.device).eval()
    ratios: dict[str, list[float]] = {"scene": [], "time": []}
    for samples in held_out.values():
        sums = {"scene": [0.0, 0.0], "time": [0.0, 0.0]}
        for sample in samples:
            scene, question = to(sample.scene, fabric.device), to(sample.question, fabric.device)
            tau = torch.zeros_like(question.days)
            found = network.decode(network.encode(scene), question, question.start, tau).target
            mask = sample.scored * sample.bands[:, None, None]
            for q in range(len(tau)):
                kind = sums["scene" if question.from_scene[q] else "time"]
                truth, where = sample.truth[q], mask[q]
                kind[0] += float(((found[q].cpu() - truth).abs() * where).sum())
                kind[1] += float(((question.start[q].cpu() - truth).abs() * where).sum())
        for name, (own, start) in sums.items():
            if start:
                ratios[name].append(own / start)
    return {name: round(float(np.mean(r)), 4) for name, r in ratios.items() if r}


@torch.no_grad()
def _blend(average: dict[str, Tensor], network: torch.nn.Module, keep: float, step: int) -> None:
    """Exponential moving average of the weights, shorter at the beginning."""
    keep = min(keep, (1 + step) / (10 + step))
    for name, value in network.state_dict().items():
        average[name].lerp_(value.cpu(), 1 - keep)
