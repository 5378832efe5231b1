"""The engine as a process of its own: requests come in as JSON lines, answers go out as such.

One thread reads the requests, so that Cancel is heard while work goes on; the main thread works
through them one at a time, in order; a third repeats the last progress while the engine is busy.
The engine is imported late: nothing that it prints, not even while it is loaded, may reach the
stream of the answers.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Callable, Optional

from kairos.engine import protocol
from kairos.engine.errors import CancelledError, KairosError

if TYPE_CHECKING:
    from kairos.engine.desk import Desk, Work

_SELDOM, _OFTEN = 0.3, 0.1
"""Seconds between two Progress of one request, at most and at least."""

_GRACE = 2.0
"""Seconds that a request has to stop when the worker leaves."""

_DETAILS = 20_000
"""Characters of a traceback that are sent."""


def main() -> int:
    """Answer requests until standard input ends; returns the exit code."""
    return Worker(claim_stdout()).run()


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


class Worker:
    """Reads requests from standard input and answers them."""

    def __init__(self, descriptor: int) -> None:
        self._inbox = Inbox()
        self._outbox = Outbox(descriptor, broken=self._leave)
        self._deadline = threading.Timer(_GRACE, os._exit, (1,))
        self._deadline.daemon = True

    def run(self) -> int:
        """Say Ready, then answer until there is nobody to answer to."""
        try:
            from kairos.engine.desk import Desk
            from kairos.engine.registry import readiness
        except (ImportError, OSError) as error:  # a library is missing or cannot be loaded
            self._outbox.send(_failed("", error, f"The engine of Kairos cannot start: {error}."))
            return 1
        python = ".".join(str(part) for part in sys.version_info[:3])
        ready = protocol.Ready(protocol.PROTOCOL, protocol.VERSION, python, readiness())
        self._outbox.send(ready)
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        try:
            with closing(Desk()) as desk:
                for request in self._inbox:
                    self._answer(request, desk)
        except KeyboardInterrupt:
            return CancelledError.exit_code
        finally:
            self._deadline.cancel()
        return 0

    def _listen(self) -> None:
        try:
            for line in lines(0):
                try:
                    message = protocol.decode(line)
                except protocol.ProtocolError as error:
                    self._outbox.send(_failed("", error, str(error)))
                    continue
                if isinstance(message, protocol.Shutdown):
                    break
                self._take(message)
        finally:
            self._leave()

    def _take(self, message: protocol.Message) -> None:
        if isinstance(message, protocol.Cancel):
            if self._inbox.cancel(message.target):
                self._outbox.send(protocol.Cancelled(message.target))
        elif isinstance(
            message,
            (protocol.Open, protocol.Prepare, protocol.Clean, protocol.Frame, protocol.Curve),
        ):
            self._inbox.put(message)
        else:
            name = type(message).__name__
            error = protocol.ProtocolError(f"{name} is an answer, no request.")
            self._outbox.send(_failed("", error, str(error)))

    def _answer(self, request: Work, desk: Desk) -> None:
        from kairos.engine.desk import Listener

        def warn(text: str) -> None:
            self._outbox.send(protocol.Warning(request.id, text))

        try:
            with Ticker(request.id, self._outbox.send) as ticker:

                def progress(stage: str, done: float) -> None:
                    if self._inbox.is_cancelled:
                        raise CancelledError("Cancelled; images that were finished are kept.")
                    ticker(stage, done)

                result = desk.answer(request, Listener(progress, warn))
            self._outbox.send(protocol.Done(request.id, result))
        except CancelledError:
            self._outbox.send(protocol.Cancelled(request.id))
        except KairosError as error:
            message = " ".join(error.message.split())
            kind = type(error).__name__
            self._outbox.send(protocol.Failed(request.id, kind, message, error.details))
        except Exception as error:  # noqa: BLE001  # one bad request must not end the worker
            self._outbox.send(
                _failed(
                    request.id,
                    error,
                    f"Kairos met an error it does not know ({type(error).__name__}); "
                    "the log has the details.",
                )
            )

    def _leave(self) -> None:
        """Cancel everything; whoever does not stop in time is stopped."""
        dropped = self._inbox.close()
        if dropped is None:
            return
        self._deadline.start()
        for request in dropped:
            self._outbox.send(protocol.Cancelled(request.id))


class Inbox:
    """The requests that wait. One thread fills it, another works through it."""

    def __init__(self) -> None:
        self._waiting: deque[Work] = deque()
        self._running: Optional[str] = None
        self._changed = threading.Condition()
        self._closed = False
        self.is_cancelled = False
        """Whether the request that was given out last is to stop."""

    def __iter__(self) -> Iterator[Work]:
        """The requests in order, each when its turn has come, until the inbox is closed."""
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                request = self._waiting.popleft()
                self._running, self.is_cancelled = request.id, False
            yield request

    def put(self, request: Work) -> None:
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

    def close(self) -> Optional[list[Work]]:
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
        self._lock = threading.Lock()

    def send(self, answer: protocol.Answer) -> None:
        """Write an answer. Where nobody reads any more, `broken` is called and nothing raised.

        Raises:
            ProtocolError: if the answer cannot be a line.
        """
        rest = f"{protocol.encode(answer)}\n".encode("ascii")
        try:
            with self._lock:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            self._broken()


class Ticker:
    """Tells the progress of one request: not too often, and also while the engine is silent."""

    def __init__(self, id: str, send: Callable[[protocol.Answer], None]) -> None:
        self._id, self._send = id, send
        self._stage, self._done = "starting", 0.0
        self._pace = Pace()
        self._sent = time.monotonic()  # what is over at once tells nothing
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="ticker", daemon=True)

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
            self._send(protocol.Progress(self._id, self._stage, self._done, left))


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
        line += rest[: protocol.LONGEST + 1 - len(line)]


def _failed(id: str, error: Exception, message: str) -> protocol.Failed:
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return protocol.Failed(id, type(error).__name__, " ".join(message.split()), trace[-_DETAILS:])


if __name__ == "__main__":
    sys.exit(main())
