"""The engine as a process of its own: requests come in as JSON lines, answers go out as such.

One thread reads the requests, so that Cancel is heard while work goes on; the main thread works
through them one at a time, in order; a third repeats the last progress while the engine is busy.
The engine is imported late: nothing that it prints, not even while it is loaded, may reach the
stream of the answers.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import closing
from threading import Thread, Timer
from typing import TYPE_CHECKING

from kairos.engine import process, protocol
from kairos.engine.errors import CancelledError, KairosError
from kairos.engine.notices import heard_by
from kairos.engine.serve import wire
from kairos.engine.serve.channel import Inbox, Outbox, claim_stdout, lines
from kairos.engine.serve.ticker import Ticker
from kairos.engine.stopping import stopped_by

if TYPE_CHECKING:
    from kairos.engine.serve.desk import Desk

_GRACE = 2.0
"""Seconds that a request has to stop when the worker leaves."""

_NICE = 5
"""How far the worker stands back: while it takes all processors the window stays fluid."""

_DETAILS = 20_000
"""Characters of a traceback that are sent."""


def main() -> int:
    """Answer requests until standard input ends; returns the exit code."""
    if hasattr(os, "nice"):  # Windows favours the window in front by itself
        os.nice(_NICE)
    process.prepare()
    return Worker(claim_stdout()).run()


class Worker:
    """Reads requests from standard input and answers them."""

    def __init__(self, descriptor: int) -> None:
        self._inbox = Inbox(at_rest=process.give_back_memory)
        self._outbox = Outbox(descriptor, broken=self._leave)
        self._deadline = Timer(_GRACE, os._exit, (1,))
        self._deadline.daemon = True

    def run(self) -> int:
        """Say Ready, then answer until there is nobody to answer to."""
        try:
            from kairos.engine.registry import readiness
            from kairos.engine.serve.desk import Desk
        except (ImportError, OSError) as error:  # a library is missing or cannot be loaded
            self._outbox.send(_failed("", error, f"The engine of Kairos cannot start: {error}."))
            return 1
        python = ".".join(str(part) for part in sys.version_info[:3])
        ready = protocol.Ready(protocol.PROTOCOL, protocol.VERSION, python, readiness())
        self._outbox.send(ready)
        Thread(target=self._listen, name="listen", daemon=True).start()
        try:
            with closing(Desk()) as desk:
                for request in self._inbox:
                    self._answer(request, desk)
                    while self._inbox.is_idle and desk.look_ahead():
                        pass
        except KeyboardInterrupt:
            return CancelledError.exit_code
        finally:
            self._deadline.cancel()
        return 0

    def _listen(self) -> None:
        try:
            for line in lines(0):
                try:
                    message = wire.decode(line)
                except wire.ProtocolError as error:
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
        elif isinstance(message, protocol.StackRequest):
            self._inbox.put(message)
        else:
            name = type(message).__name__
            error = wire.ProtocolError(f"{name} is an answer, no request.")
            self._outbox.send(_failed("", error, str(error)))

    def _answer(self, request: protocol.StackRequest, desk: Desk) -> None:
        def warn(text: str) -> None:
            self._outbox.send(protocol.Warning(request.id, text))

        def check() -> None:
            if self._inbox.is_cancelled:
                raise CancelledError("Cancelled; images that were finished are kept.")

        try:
            with Ticker(request.id, self._outbox.send) as ticker:

                def progress(stage: str, done: float) -> None:
                    check()
                    ticker(stage, done)

                with heard_by(warn), stopped_by(check):
                    result = desk.answer(request, progress, warn)
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


def _failed(id: str, error: Exception, message: str) -> protocol.Failed:
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return protocol.Failed(id, type(error).__name__, " ".join(message.split()), trace[-_DETAILS:])


if __name__ == "__main__":
    sys.exit(main())
