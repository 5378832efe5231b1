"""How long a person waits: for the slider, for a curve, for the worker to start."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

import numpy as np

from kairos.engine.curve.pixel import curve_at
from kairos.engine.errors import KairosError
from kairos.engine.evaluate.machine import timed
from kairos.engine.frame.day import frame_at
from kairos.engine.protocol import Ready
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.serve.wire import ProtocolError, decode
from kairos.engine.stack import Stack

_STARTS = 3
_PATIENCE = 60.0
"""Seconds until a worker that says nothing is given up."""


def slider_and_curve(stack: Stack, folder: Path) -> tuple[float, float]:
    """Median seconds of a frame (written to disk) and of a curve, once the stack is prepared."""
    ready = Reconstruction.of(stack)
    for window in ready.tiles():
        prepared = ready.prepared(window)
        for date in stack.dates:
            prepared.frame(date)
    days = stack.dates[0] + np.arange(20, 60, 7)
    frames = [timed(partial(frame_at, ready, day, folder / "frame.tif"))[0] for day in days]
    grid = stack.grid
    places = [grid.transform * (grid.width * f, grid.height * f) for f in np.linspace(0.1, 0.9, 20)]
    curve_at(ready, *places[0])
    curves = [timed(partial(curve_at, ready, *place))[0] for place in places]
    return float(np.median(frames)), float(np.median(curves))


def worker_start() -> float:
    """Seconds from starting the worker to its Ready, median of three.

    Raises:
        KairosError: if it does not start.
    """
    return float(np.median([timed(lambda: asyncio.run(_start()))[0] for _ in range(_STARTS)]))


async def _start() -> None:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kairos.engine", "worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        if worker.stdout is None or not _is_ready(
            await asyncio.wait_for(worker.stdout.readline(), _PATIENCE)
        ):
            raise KairosError("The worker does not start; run `kairos worker` to see why.")
    except asyncio.TimeoutError as error:
        raise KairosError("The worker does not start; run `kairos worker` to see why.") from error
    finally:
        worker.kill()
        await worker.wait()


def _is_ready(line: bytes) -> bool:
    try:
        return isinstance(decode(line.decode("utf-8", "replace")), Ready)
    except ProtocolError:
        return False
