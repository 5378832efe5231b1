"""How far a request is and how long the rest will take, told at a steady beat."""

from __future__ import annotations

import time
from threading import Event, Lock, Thread
from typing import Callable, Optional

from kairos.engine.protocol import Progress

_SELDOM, _OFTEN = 0.3, 0.1
"""Seconds between two tellings, at most and at least."""


class Ticker:
    """Tells the progress of one request: not too often, and also while the engine is silent."""

    def __init__(self, id: str, send: Callable[[Progress], None]) -> None:
        self._id, self._send = id, send
        self._stage, self._done = "starting", 0.0
        self._pace = Pace()
        self._sent = time.monotonic()  # what is over at once tells nothing
        self._lock = Lock()
        self._stopped = Event()
        self._thread = Thread(target=self._repeat, name="ticker", daemon=True)

    def __enter__(self) -> Ticker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def __call__(self, stage: str, done: float) -> None:
        """Take note of the progress, and tell it if it is time to."""
        with self._lock:
            self._stage, self._done = stage, min(max(float(done), 0.0), 1.0)
            self._pace.note(self._done, time.monotonic())
            self._tell(_OFTEN)

    def _repeat(self) -> None:
        while not self._stopped.wait(max(0.01, self._sent + _SELDOM - time.monotonic())):
            with self._lock:
                self._tell(_SELDOM)

    def _tell(self, apart: float) -> None:
        now = time.monotonic()
        if now - self._sent >= apart:
            self._sent = now
            left = self._pace.remaining(now)
            self._send(Progress(self._id, self._stage, self._done, left))


class Pace:
    """How long the rest will take, if it goes on as fast as it went so far."""

    def __init__(self) -> None:
        self._first: Optional[tuple[float, float]] = None
        self._end: Optional[float] = None

    def note(self, done: float, now: float) -> None:
        """Take note of the share that is done at a time in seconds."""
        if self._first is None:
            self._first = (done, now)
        start, since = self._first
        if done > start:
            self._end = now + (now - since) * (1 - done) / (done - start)

    def remaining(self, now: float) -> Optional[float]:
        """Seconds from now to the end; None as long as nobody knows."""
        return None if self._end is None else round(max(self._end - now, 0.0), 1)
