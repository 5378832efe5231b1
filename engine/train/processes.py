"""How a run is spread: one process, or as many as torchrun started.

Each process learns from its own part of the samples, the mean of their gradients moves the same
weights everywhere, and only the first one writes. Gradients are averaged here and not by
DistributedDataParallel: a sample without radar leaves weights without gradient, which that
averages wrongly where a step has several samples.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from kairos.engine.errors import ModelError, OutputError


def _asked(name: str, default: int) -> int:
    """What torchrun says; the default where there is no torchrun."""
    launched = torch.distributed.is_available() and torch.distributed.is_torchelastic_launched()
    return int(os.environ.get(name, default)) if launched else default


def writes() -> bool:
    """Whether this process is the one that writes and talks."""
    return _asked("RANK", 0) == 0


@contextmanager
def joined(device: str) -> Iterator[Fabric]:
    """The processes of the run, on their devices, until its end; bf16 where a GPU can.

    Args:
        device: `auto`, `cpu` or `cuda`.

    Raises:
        ModelError: CUDA was asked for and there is none.
    """
    fabric = _fabric_of(device)
    fabric.launch()
    yield fabric
    if fabric.world_size > 1:  # who leaves without a word takes threads down that still run
        fabric.barrier()
        torch.distributed.destroy_process_group()


def _fabric_of(device: str) -> Fabric:
    cuda = device != "cpu" and torch.cuda.is_available()
    if device == "cuda" and not cuda:
        raise ModelError("There is no CUDA device here; leave --device out to use the CPU.")
    together, here = _asked("WORLD_SIZE", 1), _asked("LOCAL_WORLD_SIZE", 1)
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    return Fabric(
        accelerator="cuda" if cuda else "cpu",
        devices=here,
        num_nodes=together // here,
        strategy="ddp" if together > 1 else "auto",
        precision="bf16-mixed" if cuda and torch.cuda.is_bf16_supported() else "32-true",
    )


def mean_of(fabric: Fabric, values: Tensor) -> Tensor:
    """The mean over all processes."""
    return cast(Tensor, fabric.all_reduce(values)) if fabric.world_size > 1 else values


def average_gradients(fabric: Fabric, network: nn.Module) -> None:
    """Replace each gradient by its mean over all processes; what no process has stays away."""
    if fabric.world_size == 1:
        return
    weights = list(network.parameters())
    had = torch.tensor([float(w.grad is not None) for w in weights], device=fabric.device)
    flat = [(w.grad if w.grad is not None else torch.zeros_like(w)).flatten() for w in weights]
    mean = mean_of(fabric, torch.cat([had, *flat]))
    had, *parts = torch.split(mean, [len(weights), *(w.numel() for w in weights)])
    for weight, any_had, part in zip(weights, had.tolist(), parts):
        weight.grad = part.view_as(weight) if any_had else None


def check_same(fabric: Fabric, step: int, folder: Path) -> None:
    """Check that all processes go on from the same step.

    Raises:
        OutputError: the folder does not show all of them the same checkpoint.
    """
    if fabric.world_size > 1 and fabric.broadcast(step) != step:
        raise OutputError(
            f"{folder} holds another checkpoint here than on the first machine; "
            "give a folder that all machines share with --output."
        )


def keep_exact(module: nn.Module) -> tuple[RemovableHandle, RemovableHandle]:
    """Let a module work in float32 where all around it works in bf16, as a solver must."""
    entered: list[ExitStack] = []

    def enter(inside: nn.Module, _: object) -> None:
        device = next(inside.parameters()).device.type
        entered.append(ExitStack())
        entered[-1].enter_context(torch.autocast(device, enabled=False))

    def leave(*_: object) -> None:
        entered.pop().close()

    return (
        module.register_forward_pre_hook(enter),
        module.register_forward_hook(leave, always_call=True),
    )
