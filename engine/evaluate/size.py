"""How a run grows with the area: Remove clouds, all in, from files to files.

Each run is a process of its own on a simulated stack of ten bands: one scene, laid out in mirrored
copies so that any size is made in seconds. Reading, learning, writing and checking what was written
are included; so is, with workers, the way to them and back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.clean.crew import missing
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.evaluate.machine import cpu_seconds, peak_memory, timed
from kairos.engine.process import prepare
from kairos.engine.progress import Progress, Stage, Steps, silent
from kairos.engine.simulate.sample import write_scene
from kairos.engine.simulate.scene import Scene, simulate

FRAMES = 30
_SCENE = 256
"""Side of the scene that is laid out, pixels."""


@dataclass(frozen=True)
class Size:
    """One run on a stack of side x side pixels."""

    side: int
    frames: int
    bands: int
    model: str
    workers: int
    """Processes of a Dask cluster on this machine; 0 is a run without one."""
    seconds: float
    seconds_per_mpx_frame: float
    cpu_seconds: float
    """Of all processes together; on two cores a run cannot be faster than half of it."""
    peak_mb: Optional[float]
    """Of the largest process."""


def measure_sizes(
    sides: Sequence[int],
    *,
    model: str,
    workers: Sequence[int] = (0,),
    memory: Optional[float] = None,
    progress: Progress = silent,
) -> list[Size]:
    """Measure runs on stacks of these sides, each with each number of workers.

    Args:
        sides: of the stacks, pixels.
        model: name of the method.
        workers: processes of a Dask cluster; 0 for a run without one.
        memory: GB that a process may take; what suits the machine if None.
        progress: told between runs; may raise CancelledError.

    Raises:
        ClusterError: Dask is not installed.
    """
    told = Steps(Stage(progress, "measuring", 0, 1), len(sides) * len(workers) + len(sides))
    found = []
    for side in sides:
        with tempfile.TemporaryDirectory(prefix="kairos-size-") as folder:
            root = write_mirrored(Path(folder) / "stack", side)
            told.next()
            for count in workers:
                options = CleanOptions(model=model, memory=memory, overwrite=True)
                with ProcessPoolExecutor(
                    1, mp_context=get_context("spawn"), initializer=prepare
                ) as pool:
                    run = partial(_measured, root, Path(folder) / "out", options, count)
                    found.append(pool.submit(run).result())
                told.next()
    return found


def growth(sizes: Sequence[Size]) -> Optional[float]:
    """The power of the area with which time grows (1 is linear), by least squares on logarithms;
    None for fewer than two areas."""
    if len({s.side for s in sizes}) < 2:
        return None
    area, seconds = np.log([s.side**2 for s in sizes]), np.log([s.seconds for s in sizes])
    return float(np.polyfit(area, seconds, 1)[0])


def as_text(sizes: Sequence[Size]) -> str:
    """The figures as lines for a person."""
    lines = [
        f"{'stack':<18} {'workers':>7} {'s':>8} {'s/Mpx-frame':>12} {'CPU s':>8} {'peak MB':>8}"
    ]
    for s in sizes:
        peak = "-" if s.peak_mb is None else f"{s.peak_mb:.0f}"
        lines.append(
            f"{f'{s.side}x{s.side}x{s.frames}x{s.bands}':<18} {s.workers or '-':>7} "
            f"{s.seconds:>8.1f} {s.seconds_per_mpx_frame:>12.3f} {s.cpu_seconds:>8.1f} {peak:>8}"
        )
    for count in dict.fromkeys(s.workers for s in sizes):
        power = growth([s for s in sizes if s.workers == count])
        if power is not None:
            who = f"with {count} workers " if count else ""
            lines.append(f"time grows {who}with the area to the power of {power:.2f}")
    return "\n".join(lines)


def write_mirrored(folder: Path, side: int, frames: int = FRAMES) -> Path:
    """A stack of side x side pixels without radar, made of mirrored copies of one scene."""
    scene = simulate(1, (_SCENE, _SCENE), "2021-03-01", 365, frames, 0, 0.4)
    for t in range(frames):  # one frame in memory at a time
        write_scene(_mirrored(scene, t, side), folder)
    return folder


def _mirrored(scene: Scene, t: int, side: int) -> Scene:
    """One frame of a scene, laid out in copies."""
    steps = np.arange(side) % (2 * _SCENE)
    index = np.where(steps < _SCENE, steps, 2 * _SCENE - 1 - steps)
    place = np.ix_(index, index)
    return replace(
        scene,
        dates=scene.dates[t : t + 1],
        reflectance=scene.reflectance[t][:, index][:, :, index][None],
        scl=scene.scl[t][place][None],
    )


def _measured(root: Path, output: Path, options: CleanOptions, workers: int) -> Size:
    """Runs in a process of its own."""
    with open_stack(root) as stack, _cluster_of(workers) as (address, spent):
        options, before = replace(options, cluster=address), cpu_seconds()
        seconds, _ = timed(lambda: remove_clouds(stack, output, options))
        processes = [(cpu_seconds() - before, peak_memory()), *spent()]
        side, dates, bands = stack.grid.width, len(stack.dates), len(stack.bands)
    peaks = [peak for _, peak in processes if peak is not None]
    return Size(
        side=side,
        frames=dates,
        bands=bands,
        model=options.model or "",
        workers=workers,
        seconds=round(seconds, 2),
        seconds_per_mpx_frame=round(seconds / (side * side * dates / 1e6), 4),
        cpu_seconds=round(sum(cpu for cpu, _ in processes), 2),
        peak_mb=round(max(peaks)) if peaks else None,
    )


Spent = list[tuple[float, Optional[float]]]
"""CPU seconds and peak memory (MB) of some processes."""


@contextmanager
def _cluster_of(workers: int) -> Iterator[tuple[Optional[str], Callable[[], Spent]]]:
    """The address of a cluster of so many processes, and what tells what they spent."""
    if workers == 0:
        yield None, list
        return
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        raise missing(error.name) from error
    with LocalCluster(workers, threads_per_worker=1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address

        def spent() -> Spent:
            with Client(address, set_as_default=False) as client:
                return list(client.run(_spent).values())

        yield address, spent


def _spent() -> tuple[float, Optional[float]]:
    return cpu_seconds(), peak_memory()
