"""The other end of a worker: a real process that tests ask."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import rasterio

from kairos.engine.api import open_stack
from kairos.engine.protocol import (
    Answer,
    Cancelled,
    Done,
    Failed,
    Reply,
    Request,
)
from kairos.engine.serve.wire import decode, encode

WORKER = (sys.executable, "-m", "kairos.engine.worker")
PATIENCE = 20
"""Seconds after which an answer is missed."""


class Asker:
    """The other end of a worker."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(WORKER, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self.heard: queue.Queue[tuple[float, Answer]] = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def write(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def ask(self, request: Request) -> list[tuple[float, Reply]]:
        """All answers to a request, each with the time at which it came."""
        self.write(encode(request))
        return self.answers(request.id)

    def answers(self, id: str) -> list[tuple[float, Reply]]:
        found: list[tuple[float, Reply]] = []
        while not (found and isinstance(found[-1][1], (Done, Failed, Cancelled))):
            when, answer = self.next()
            assert isinstance(answer, Reply)
            assert answer.id == id
            found.append((when, answer))
        return found

    def result(self, request: Request) -> Any:
        last = self.ask(request)[-1][1]
        assert isinstance(last, Done), last
        return last.result

    def failure(self, request: Request) -> Failed:
        last = self.ask(request)[-1][1]
        assert isinstance(last, Failed), last
        return last

    def next(self) -> tuple[float, Answer]:
        return self.heard.get(timeout=PATIENCE)

    def close(self) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        self.listener.join(PATIENCE)
        self.process.stdout.close()
        return code

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            answer = decode(line.rstrip(b"\n"))
            assert isinstance(answer, Answer)
            self.heard.put((time.monotonic(), answer))


def images(folder: Path) -> list[str]:
    """The names of the frames in a folder, each of which must open and read."""
    files = sorted(folder.glob("*.tif")) if folder.exists() else []
    for file in files:
        with rasterio.open(file) as image:
            image.read()
    return [f.name for f in files if not f.stem.endswith(("_SCL", "_SIGMA", "_SOURCE"))]


def center(stack: Path) -> tuple[float, float]:
    grid = open_stack(stack).grid
    x, y = grid.transform * (grid.width / 2, grid.height / 2)
    return x, y
