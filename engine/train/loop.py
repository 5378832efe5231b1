"""The training loop: one command on two cores, one GPU, or several under torchrun (Fabric)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Optional

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.optim import AdamW
from torch.utils.data import DataLoader

from kairos.engine.models.agflow.flow import noise_of, on_path, start_of
from kairos.engine.models.agflow.network import AGFlow, Prediction
from kairos.engine.models.agflow.regression import LearnedRegression
from kairos.engine.progress import Progress, silent
from kairos.engine.tile import Tile
from kairos.engine.train import checkpoint
from kairos.engine.train.config import TrainConfig
from kairos.engine.train.log import Log
from kairos.engine.train.look import held_out, look
from kairos.engine.train.losses import loss_of, velocity_loss
from kairos.engine.train.points import mosaics_in
from kairos.engine.train.processes import (
    average_gradients,
    check_same,
    joined,
    keep_exact,
    mean_of,
)
from kairos.engine.train.samples import Sample, Samples
from kairos.engine.train.sites import data_folder, grids_of, real_sites, simulated_site

_STEP, _PART = 1_000_003, 7_919
"""Between the seeds of two steps, and of two processes."""


def train(
    config: TrainConfig,
    folder: Path,
    device: str = "auto",
    until: Optional[int] = None,
    progress: Progress = silent,
) -> Path:
    """Train, or go on where a run in the folder stopped; the checkpoint.

    Args:
        config: what to train.
        folder: of the checkpoint, the log and the loss curve; seen by all processes.
        device: `auto`, `cpu` or `cuda`.
        until: a step to stop at before the end.
        progress: told the share done of what is left, with the last losses and errors.

    Raises:
        ConfigError: the folder holds a run of another network.
        ModelError: CUDA was asked for and there is none.
        StackError: there are no stacks to train on.
    """
    with joined(device) as fabric:
        return _train(fabric, config, folder, until or config.steps, progress)


def _train(
    fabric: Fabric, config: TrainConfig, folder: Path, until: int, progress: Progress
) -> Path:
    """The same, by processes that have joined."""
    folder.mkdir(parents=True, exist_ok=True)
    file, step = folder / "checkpoint.safetensors", 0
    network, optimiser, average = _beginning(config, fabric)
    if file.exists():
        step = checkpoint.load(file, config, network, average, optimiser)
    check_same(fabric, step, folder)
    first, last = step, min(config.steps, until)
    stacks = held_out(config) if fabric.is_global_zero else {}
    stream, log, said = _stream(config, step, fabric.global_rank), Log(folder, step), "training"
    losses: list[Tensor] = []
    while step < last:
        losses.append(_step(fabric, config, network, optimiser, step, stream))
        step += 1
        _blend(average, network, config.average, step)
        if step % config.every == 0 or step == last:
            means = mean_of(fabric, torch.stack(losses)).tolist()
            losses.clear()
            if fabric.is_global_zero:
                checkpoint.save(file, config, step, network, average, optimiser)
                said = log.add(step, means, look(config, average, stacks, fabric.device))
        progress(said, (step - first) / (last - first))
    return file


def _beginning(config: TrainConfig, fabric: Fabric) -> tuple[AGFlow, AdamW, dict[str, Tensor]]:
    """A network, the same in every process, its optimiser and its averaged weights."""
    torch.manual_seed(config.seed)
    network = AGFlow(config.network).to(fabric.device)
    for module in network.modules():
        if isinstance(module, LearnedRegression):
            keep_exact(module)
    optimiser = AdamW(network.parameters(), lr=config.rate, weight_decay=config.decay)
    return network, optimiser, {k: v.clone() for k, v in network.state_dict().items()}


def _step(
    fabric: Fabric,
    config: TrainConfig,
    network: AGFlow,
    optimiser: AdamW,
    step: int,
    stream: Iterator[Sample],
) -> Tensor:
    """One step of all processes together; the mean loss of the samples of this one."""
    torch.manual_seed(config.seed + _STEP * step + _PART * fabric.global_rank)
    for group in optimiser.param_groups:
        group["lr"] = rate_of(config, step)
    total = torch.zeros((), device=fabric.device)
    for _ in range(config.batch):
        loss = loss_on(fabric, network, next(stream)) / config.batch
        fabric.backward(loss)
        total += loss.detach()
    average_gradients(fabric, network)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    return total


def rate_of(config: TrainConfig, step: int) -> float:
    """Warm-up, then a cosine."""
    if step < config.warm_up:
        return config.rate * (step + 1) / config.warm_up
    done = (step - config.warm_up) / max(config.steps - config.warm_up, 1)
    cosine = 0.5 * (1 + math.cos(math.pi * min(done, 1)))
    return config.least_rate + (config.rate - config.least_rate) * cosine


def loss_on(fabric: Fabric, network: AGFlow, sample: Sample) -> Tensor:
    """The loss of one sample at a random flow time, anchored often at the start itself."""
    config, sample = network.config, sample.on(fabric.device)
    question = sample.question
    noise = noise_of(question, config.patch, anchored=config.anchored, generator=None)
    tau = torch.rand(len(question.days), device=fabric.device)
    if config.anchored:
        calm = torch.rand(len(question.days), device=fabric.device) < 0.6
        noise = torch.where(calm[:, None, None, None], torch.zeros_like(noise), noise)
        tau = torch.where(calm, torch.zeros_like(tau), tau)
    x_0 = start_of(question, noise, anchored=config.anchored)
    x_1 = torch.where(sample.scored > 0, sample.truth, question.start)
    x_tau = on_path(x_0, x_1, tau, question)
    with fabric.autocast():
        said = network.decode(network.encode(sample.scene), question, x_tau, tau)
    learned = said.learned if said.learned is None else said.learned.float()
    said = Prediction(said.target.float(), said.scale.float(), learned)
    if config.anchored:
        return loss_of(said, sample)
    reached = x_tau + (1 - tau)[:, None, None, None] * said.target
    return velocity_loss(said, x_0, reached, sample)


def _stream(config: TrainConfig, step: int, part: int) -> Iterator[Sample]:
    """The samples of a process from a step on."""
    kinds = _sites(config)
    tiles = [tile for some, _ in kinds for tile in some]
    weights = [weight for some, share in kinds for weight in _weights(some, share)]
    taken = step * config.batch
    samples = Samples(
        tiles,
        weights,
        config.network.patch,
        config.seed,
        taken,
        part,
        scene=config.scene,
    )
    loader = DataLoader(
        samples,
        batch_size=None,
        num_workers=config.workers,
        prefetch_factor=8 if config.workers else None,
    )
    return iter(loader)


def _sites(config: TrainConfig) -> list[tuple[list[Tile], float]]:
    """Tiles of each kind, and the share of the samples that is theirs."""
    kinds = [([simulated_site(1000 + i) for i in range(config.simulated)], config.simulated_share)]
    if config.points_share:
        mosaics = mosaics_in(data_folder() / "points", config.seed, grids_of(config.held_out))
        kinds.append((mosaics, config.points_share))
    if config.real:
        real = list(real_sites(without=config.held_out).values())
        kinds.append((real, 1 - sum(share for _, share in kinds)))
    return kinds


def _weights(tiles: Sequence[Tile], share: float) -> list[float]:
    """How often each is drawn: the more, the more clear ground it shows in a frame."""
    weights = [float(np.sqrt(tile.clear.sum() / len(tile.clear))) for tile in tiles]
    return [share * weight / sum(weights) for weight in weights]


@torch.no_grad()
def _blend(average: dict[str, Tensor], network: torch.nn.Module, keep: float, step: int) -> None:
    """Exponential moving average of the weights, shorter at the beginning."""
    keep = min(keep, (1 + step) / (10 + step))
    for name, value in network.state_dict().items():
        average[name].lerp_(value, 1 - keep)
