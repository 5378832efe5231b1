"""The machine that figures of speed were measured on."""

from __future__ import annotations

import os
import re
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Callable, Optional, TypeVar

import numpy as np

Result = TypeVar("Result")

_STATUS = Path("/proc/self/status")
_SIDE = 2048


def timed(function: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that a call takes, and what it returns."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def matrix_rate() -> float:
    """GFLOP/s of a product of float32 matrices of 2048 x 2048 on all cores, best of five."""
    a = np.random.default_rng(0).random((_SIDE, _SIDE), np.float32)
    return 2 * _SIDE**3 / min(timed(lambda: a @ a)[0] for _ in range(5)) / 1e9


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def devices() -> tuple[str, ...]:
    """Where learned models can run here."""
    if find_spec("torch") is None:
        return ("cpu",)
    from kairos.engine.models.device import device_of  # torch takes a second to load

    return ("cpu", "cuda") if device_of().type == "cuda" else ("cpu",)


def cpu_seconds() -> float:
    """Seconds that the cores have spent on this process so far; others on the machine do not
    change it much."""
    times = os.times()
    return times.user + times.system


def peak_memory() -> Optional[float]:
    """Most memory that this process has held so far, MB; None where the system does not say."""
    if not _STATUS.exists():
        return None
    found = re.search(r"VmHWM:\s+(\d+)", _STATUS.read_text(encoding="ascii", errors="replace"))
    return int(found.group(1)) / 1024 if found else None
