"""How fast a method is, and how much memory it takes: in a process of its own.

Seconds per million pixel-frames of fitting, preparing and estimating every frame of a stack;
reading and writing are left out. Peak memory is of the whole process, libraries included.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Optional

from kairos.engine.api import open_stack
from kairos.engine.errors import KairosError
from kairos.engine.evaluate.machine import matrix_rate, peak_memory, timed
from kairos.engine.process import prepare
from kairos.engine.reconstruct import Prepared, Reconstruction, sample_of
from kairos.engine.registry import fit_of
from kairos.engine.stack import Stack

_DATES_AT_ONCE = 8


@dataclass(frozen=True)
class Speed:
    """One method on one stack on one device."""

    model: str
    device: str
    width: int
    height: int
    frames: int
    bands: int
    seconds_per_mpx_frame: Optional[float] = None
    """Best of the runs."""
    peak_mb: Optional[float] = None
    matrix_gflops: Optional[float] = None
    """The machine's float32 matrix product just before: others may use the machine too."""
    skipped: Optional[str] = None


def speed_of(model: str, device: str, root: Path, runs: int) -> Speed:
    """Measure a method on the stack at `root`; where it cannot run, the reason."""
    with open_stack(root) as stack:
        grid = stack.grid
        what = partial(
            Speed, model, device, grid.width, grid.height, len(stack.dates), len(stack.bands)
        )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=prepare) as pool:
        try:
            rate, seconds, peak = pool.submit(_measured, model, device, root, runs).result()
        except KairosError as error:
            return what(skipped=error.message)
        except (MemoryError, BrokenProcessPool):
            return what(skipped="it needs more memory than this machine has")
    return what(round(seconds, 4), None if peak is None else round(peak), round(rate, 1))


def _measured(
    model: str, device: str, root: Path, runs: int
) -> tuple[float, float, Optional[float]]:
    """Matrix rate, seconds per million pixel-frames, and peak memory of this process."""
    os.environ["KAIROS_DEVICE"] = device
    rate = matrix_rate()
    with open_stack(root) as stack:
        seconds = min(_run(stack, model) for _ in range(runs))
    return rate, seconds, peak_memory()


def _run(stack: Stack, model: str) -> float:
    tiles = sample_of(stack)
    spent, method = timed(lambda: fit_of(model)(tiles))
    ready = Reconstruction(stack, model, method)
    for window in ready.tiles():
        tile = stack.read(window, method.margin)
        seconds, state = timed(partial(method.prepare, tile))
        spent += seconds
        prepared = Prepared(stack, method, state, tile)
        for i in range(0, len(tile.dates), _DATES_AT_ONCE):
            spent += timed(partial(prepared.estimates, tile.dates[i : i + _DATES_AT_ONCE]))[0]
    return spent / (len(stack.dates) * stack.grid.width * stack.grid.height / 1e6)
