"""How fast Kairos is on this machine: `python -m kairos.engine.evaluate.bench`.

Seconds per million pixel-frames of ten bands, reading and writing left out; the answer time of a
prepared stack; the peak memory of cleaning a large one, in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Callable, Optional, TypeVar

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.curve import curve_at
from kairos.engine.frame import frame_at
from kairos.engine.reconstruct import Prepared, Reconstruction, sample_of
from kairos.engine.registry import CLOSED_FORMS, fit_of
from kairos.engine.simulate.sample import write_sample
from kairos.engine.stack import Stack

Result = TypeVar("Result")

_DATES_AT_ONCE = 8
_RUNS = 3
_LARGE = (1024, 20)
_SMALL = ((128, 30), (512, 30))
_PREPARED = (256, 30)
_CLEAN = """
import re, sys
from pathlib import Path
from kairos.engine.cli import main
main(["clean", sys.argv[1], "--output", sys.argv[2]])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))
"""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default=",".join(CLOSED_FORMS))
    parser.add_argument("--quick", action="store_true", help="leave the large stacks out")
    options = parser.parse_args(arguments)
    print(f"matrix product: {_matrix_rate():.0f} GFLOP/s (float32)")
    with tempfile.TemporaryDirectory() as folder:
        for size, frames in _SMALL[: 1 if options.quick else None]:
            with _sample(Path(folder), size, frames) as stack:
                for model in options.models.split(","):
                    seconds = min(_speed(stack, model) for _ in range(_RUNS))
                    print(f"{model:<18} {size}x{size}x{frames}: {seconds:.2f} s per Mpx-frame")
        with _sample(Path(folder), *_PREPARED) as stack:
            _answers(stack, Path(folder))
        if not options.quick:
            _memory(_sample(Path(folder), *_LARGE).root, Path(folder) / "cleaned")
    return 0


def _sample(folder: Path, size: int, frames: int) -> Stack:
    root = folder / f"{size}x{frames}"
    write_sample(root, seed=1, size=(size, size), frames=frames, radar_frames=frames)
    return open_stack(root)


def _speed(stack: Stack, model: str) -> float:
    """Seconds per million pixel-frames of fitting and filling every frame."""
    tiles = sample_of(stack)
    spent, method = _timed(lambda: fit_of(model)(tiles))
    ready = Reconstruction(stack, model, method)
    for window in ready.tiles():
        tile = stack.read(window, method.margin)
        seconds, state = _timed(partial(method.prepare, tile))
        spent += seconds
        prepared = Prepared(stack, method, state, tile)
        for i in range(0, len(tile.dates), _DATES_AT_ONCE):
            spent += _timed(partial(prepared.estimates, tile.dates[i : i + _DATES_AT_ONCE]))[0]
    return spent / (len(stack.dates) * stack.grid.width * stack.grid.height / 1e6)


def _answers(stack: Stack, folder: Path) -> None:
    """Answer times of a prepared stack."""
    ready = Reconstruction.of(stack)
    for window in ready.tiles():
        prepared = ready.prepared(window)
        for date in stack.dates:
            prepared.frame(date)
    days = stack.dates[0] + np.arange(20, 60, 7)
    frames = [_timed(partial(frame_at, ready, day, folder / "frame.tif"))[0] for day in days]
    x, y = stack.grid.transform * (100.5, 90.5)
    curve_at(ready, x, y)
    curves = [_timed(partial(curve_at, ready, x + 10 * i, y))[0] for i in range(20)]
    size = f"{stack.grid.width}x{stack.grid.height}x{len(stack.dates)}"
    print(f"prepared frame {size}: median {np.median(frames):.3f} s, written to disk")
    print(f"prepared curve {size}: median {np.median(curves) * 1e3:.0f} ms")


def _memory(stack: Path, output: Path) -> None:
    """Time and peak memory of cleaning a large stack from the command line."""
    if not Path("/proc/self/status").exists():
        return
    command = [sys.executable, "-c", _CLEAN, str(stack), str(output)]
    seconds, done = _timed(lambda: subprocess.run(command, check=True, capture_output=True))  # noqa: S603
    peak = int(done.stdout.split()[-1]) / 1024**2
    print(f"clean {stack.name}: {seconds:.1f} s all in all, peak {peak:.2f} GB")


def _matrix_rate() -> float:
    a = np.random.default_rng(0).random((2048, 2048), np.float32)
    best = min(_timed(lambda: a @ a)[0] for _ in range(5))
    return 2 * 2048**3 / best / 1e9


def _timed(function: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    sys.exit(main())
