"""The worker's ends of the line to QGIS: lines come in and wait, answers go out whole."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterator
from threading import Condition, Lock
from typing import Callable, Optional

from kairos.engine import protocol
from kairos.engine.protocol import StackRequest
from kairos.engine.serve import wire

_SOON = 5.0
"""Seconds within which a person who is at work asks for the next thing."""


def claim_stdout() -> int:
    """Take standard output for the protocol alone.

    Whatever else writes to it from now on, C libraries included, writes to standard error.

    Returns:
        The file descriptor that standard output was.
    """
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return own


def lines(descriptor: int) -> Iterator[bytes]:
    """The lines that arrive, without their ends; the rest after the last end is dropped.

    Not the standard reader: a thread that waits in it keeps Python from ending, and it takes
    lines of any length into memory. Of those that are too long enough is kept to see it.
    """
    line = b""
    while chunk := os.read(descriptor, 1 << 16):
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            yield line + part
            line = b""
        line += rest[: wire.LONGEST + 1 - len(line)]


class Inbox:
    """The requests that wait. One thread fills it, another works through it.

    Args:
        at_rest: what that other one does when nothing has come for a while.
        soon: seconds of that while.
    """

    def __init__(self, at_rest: Callable[[], None] = lambda: None, soon: float = _SOON) -> None:
        self._at_rest, self._soon = at_rest, soon
        self._waiting: deque[StackRequest] = deque()
        self._running: Optional[str] = None
        self._changed = Condition()
        self._closed = False
        self.is_cancelled = False
        """Whether the request that was given out last is to stop."""

    def __iter__(self) -> Iterator[StackRequest]:
        """The requests in order, each when its turn has come, until the inbox is closed."""
        while True:
            with self._changed:
                self._running = None
                come = self._changed.wait_for(self._has_come, self._soon)
            if not come:
                self._at_rest()
            with self._changed:
                self._changed.wait_for(self._has_come)
                if self._closed:
                    return
                request = self._waiting.popleft()
                self._running, self.is_cancelled = request.id, False
            yield request

    def _has_come(self) -> bool:
        return bool(self._waiting) or self._closed

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits, and nobody has left."""
        with self._changed:
            return not self._waiting and not self._closed

    def put(self, request: StackRequest) -> None:
        """Add a request."""
        with self._changed:
            if not self._closed:
                self._waiting.append(request)
                self._changed.notify()

    def cancel(self, target: str) -> bool:
        """Tell a request to stop. Returns whether it was waiting and so will never start."""
        with self._changed:
            if self._running == target:
                self.is_cancelled = True
                return False
            staying = [request for request in self._waiting if request.id != target]
            was_waiting = len(staying) < len(self._waiting)
            self._waiting = deque(staying)
            return was_waiting

    def close(self) -> Optional[list[StackRequest]]:
        """Cancel the running request and return those that waited; None if closed before."""
        with self._changed:
            if self._closed:
                return None
            dropped = list(self._waiting)
            self._waiting.clear()
            self._closed = self.is_cancelled = True
            self._changed.notify()
            return dropped


class Outbox:
    """Writes answers, each as a whole line, whichever thread sends it."""

    def __init__(self, descriptor: int, broken: Callable[[], None]) -> None:
        self._descriptor, self._broken = descriptor, broken
        self._lock = Lock()

    def send(self, answer: protocol.Answer) -> None:
        """Write an answer. Where nobody reads any more, `broken` is called and nothing raised.

        Raises:
            ProtocolError: if the answer cannot be a line.
        """
        rest = f"{wire.encode(answer)}\n".encode("ascii")
        try:
            with self._lock:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._broken()
