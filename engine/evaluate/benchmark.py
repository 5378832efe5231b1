"""How fast Kairos is on this machine, in one run: methods, slider, curve, worker."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.errors import ModelError
from kairos.engine.evaluate.latency import slider_and_curve, worker_start
from kairos.engine.evaluate.machine import cores, devices, matrix_rate
from kairos.engine.evaluate.network_speed import NetworkSpeed, network_speed_of
from kairos.engine.evaluate.speed import Speed, speed_of
from kairos.engine.progress import Progress, Stage, Steps, silent
from kairos.engine.registry import CLOSED_FORMS, readiness
from kairos.engine.simulate.sample import write_sample

SIZES = ((128, 3), (512, 3))
"""Sides of the stacks, and how often each is measured."""
_FRAMES = 30
_PREPARED = 256


@dataclass(frozen=True)
class Figures:
    """What was measured; times in seconds, memory in MB."""

    machine: dict[str, Any]
    speeds: list[Speed]
    slider_s: float
    """A frame of a prepared stack of 256 x 256 x 30, written to disk."""
    curve_s: float
    """A curve of the same stack."""
    worker_start_s: float
    """From starting the worker to its Ready."""
    networks: tuple[NetworkSpeed, ...] = ()
    """Networks apart from what surrounds them."""

    def as_json(self) -> dict[str, Any]:
        """The figures as plain values."""
        return asdict(self)

    def as_text(self) -> str:
        """The figures as lines for a person."""
        m = self.machine
        lines = [
            f"{m['system']} {m['architecture']}, {m['cores']} cores, Python {m['python']}, "
            f"numpy {m['numpy']}; matrix product {m['matrix_gflops']:.0f} GFLOP/s (float32)",
            "",
            f"{'model':<18} {'device':<6} {'stack':<12} {'s/Mpx-frame':>12} {'peak MB':>8} "
            f"{'GFLOP/s':>8}",
        ]
        for s in self.speeds:
            size = f"{s.width}x{s.height}x{s.frames}"
            head = f"{s.model:<18} {s.device:<6} {size:<12}"
            peak = "-" if s.peak_mb is None else f"{s.peak_mb:.0f}"
            if s.seconds_per_mpx_frame is None or s.matrix_gflops is None:
                lines.append(f"{head} skipped: {s.skipped}")
            else:
                lines.append(
                    f"{head} {s.seconds_per_mpx_frame:>12.3f} {peak:>8} {s.matrix_gflops:>8.0f}"
                )
        return "\n".join(
            [
                *lines,
                "",
                *(network.as_text() for network in self.networks),
                f"slider, prepared 256x256x30: {self.slider_s:.3f} s a frame, written to disk",
                f"curve, prepared 256x256x30: {self.curve_s * 1e3:.0f} ms",
                f"worker, from start to Ready: {self.worker_start_s:.2f} s",
            ]
        )


def measure(
    models: Optional[Sequence[str]] = None, *, quick: bool = False, progress: Progress = silent
) -> Figures:
    """Measure everything, on simulated stacks of ten bands.

    Args:
        models: names; by default all that can run here.
        quick: leave the large stacks out, and measure once.
        progress: told between measurements; may raise CancelledError.

    Raises:
        ModelError: if a model that was named cannot run here.
    """
    ready = readiness()
    chosen = models or [name for name, state in ready.items() if state == "ready"]
    for name in chosen:
        if ready[name] != "ready":
            raise ModelError(f"The model {name} cannot run here: {ready[name]}; leave it out.")
    places = devices() if set(chosen) - set(CLOSED_FORMS) else ("cpu",)
    sizes = ((SIZES[0][0], 1),) if quick else SIZES
    jobs = [
        (side, runs, model, device)
        for side, runs in sizes
        for model in chosen
        for device in (("cpu",) if model in CLOSED_FORMS else places)
    ]
    told = Steps(Stage(progress, "measuring", 0, 1), len(jobs) + 3)
    with tempfile.TemporaryDirectory() as folder:
        stacks = {side: _sample(Path(folder), side) for side in {job[0] for job in jobs}}
        speeds = []
        for side, runs, model, device in jobs:
            speeds.append(speed_of(model, device, stacks[side], runs))
            told.next()
        networks = tuple(
            network_speed_of(model, device, stacks[sizes[0][0]])
            for model in chosen
            if model == "agflow"
            for device in places
        )
        told.next()
        with open_stack(_sample(Path(folder), _PREPARED)) as stack:
            slider, curve = slider_and_curve(stack, Path(folder))
        told.next()
    start = worker_start()
    told.next()
    machine = {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": cores(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "matrix_gflops": round(matrix_rate(), 1),
    }
    return Figures(machine, speeds, round(slider, 4), round(curve, 4), round(start, 3), networks)


def _sample(folder: Path, side: int) -> Path:
    root = folder / f"{side}x{side}x{_FRAMES}"
    write_sample(root, seed=1, size=(side, side), frames=_FRAMES, radar_frames=_FRAMES)
    return root
