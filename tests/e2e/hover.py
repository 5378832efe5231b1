"""How long the worker takes for the curve below the cursor: `hover.py STACK [COUNT]`.

Starts a worker as the dock does, has it make one frame (which prepares the stack), and then asks
for previews of curves at places all over the images, ten a second at most, as the cursor does.
Prints JSON: milliseconds on the wall (p50, p95, worst) for each answer, of processor time for all,
and how long the first ones took that came while the worker still read ahead.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kairos.engine import protocol
from kairos.engine.serve import wire

_EVERY = 0.1
"""Seconds between two questions of a cursor that moves."""
_WARMING = 120
"""Questions while the worker reads ahead."""
WORKER = (sys.executable, "-m", "kairos.engine.worker")


class Worker:
    """One worker and the pipe to it."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(WORKER, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self._number = 0

    def ask(self, kind: type[protocol.StackRequest], *values: Any, **more: Any) -> Any:
        """The result of a request. Raises RuntimeError."""
        self._number += 1
        request = kind(f"h{self._number}", *values, **more)
        self.process.stdin.write((wire.encode(request) + "\n").encode())
        self.process.stdin.flush()
        while True:
            answer = wire.decode(self.process.stdout.readline().strip())
            if isinstance(answer, protocol.Done):
                return answer.result
            if isinstance(answer, protocol.Failed):
                raise RuntimeError(answer.message)

    def processor(self) -> float:
        """Milliseconds of processor time that it has used."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return 1000 * (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def measure(stack: str, count: int) -> dict[str, Any]:
    """The figures of a stack."""
    worker, rng = Worker(), random.Random(7)  # noqa: S311
    with tempfile.TemporaryDirectory() as scratch:
        info = worker.ask(protocol.Open, stack)
        worker.ask(protocol.Frame, stack, info["dates"][3], f"{scratch}/day.tif")
        warming = [_spent(worker, stack, info, rng) for _ in range(_WARMING)]
        used = worker.processor()
        spent = sorted(_spent(worker, stack, info, rng) for _ in range(count))
        used = (worker.processor() - used) / count
    worker.process.stdin.close()
    worker.process.wait(10)
    return {
        "width": info["width"],
        "height": info["height"],
        "dates": len(info["dates"]),
        "p50": round(spent[count // 2], 1),
        "p95": round(spent[int(0.95 * count)], 1),
        "worst": round(spent[-1], 1),
        "worst of the first": round(max(warming), 1),
        "processor": round(used, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _spent(worker: Worker, stack: str, info: dict[str, Any], rng: random.Random) -> float:
    """Milliseconds that one place takes; returns when the cursor would ask again."""
    a, b, c, d, e, f = info["transform"]
    col, row = rng.uniform(0, info["width"]), rng.uniform(0, info["height"])
    x, y = a * col + b * row + c, d * col + e * row + f
    start = time.perf_counter()
    worker.ask(protocol.Curve, stack, x, y, info["crs"], "NDVI", quick=True, rough=True)
    spent = time.perf_counter() - start
    time.sleep(max(0.0, _EVERY - spent))
    return 1000 * spent


if __name__ == "__main__":
    places = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    sys.stdout.write(json.dumps(measure(sys.argv[1], places)) + "\n")
