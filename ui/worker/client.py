"""The other end of the worker: one process, requests in, answers out, on the GUI thread.

A worker that dies, hangs or speaks nonsense fails the requests that wait for it with a sentence
for the person, and the next request starts a new one.
"""

from __future__ import annotations

import itertools
import logging
from dataclasses import dataclass, replace
from typing import Callable, Optional

from qgis.PyQt.QtCore import QCoreApplication, QObject, QProcess, QTimer, pyqtSignal

from ...engine import protocol
from ...engine.serve import wire
from .python_env import engine_environment, engine_python
from .words import in_own_language

LOG = logging.getLogger("kairos")

NO_PYTHON = QCoreApplication.translate(
    "WorkerClient", "The engine of Kairos is not set up yet: choose its Python in the settings."
)

_OBEY_MS = 1000
"""How long a worker may take to obey a cancel before it is ended."""
PATIENCE_MS = 30_000
"""How long a worker at work may be silent; it speaks twice a second when all is well."""
_NONSENSE = 3
"""Lines that are no messages before a worker is ended."""


@dataclass
class _Pending:
    """A request that waits for its end."""

    ended: Callable[[protocol.Reply], None]
    told: Optional[Callable[[protocol.Reply], None]]


class WorkerClient(QObject):
    """Talks to one worker process."""

    ready = pyqtSignal(object)
    """A `protocol.Ready`."""
    lost = pyqtSignal(str)
    """Why the worker ended although it should not have."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._pending: dict[str, _Pending] = {}
        self._process: Optional[QProcess] = None
        self._buffer = b""
        self._nonsense = 0
        self._watch = QTimer(self)
        self._watch.timeout.connect(self._hangs)

    @property
    def process_id(self) -> Optional[int]:
        """Of the worker, while it runs."""
        return int(self._process.processId()) if self._process is not None else None

    def next_id(self) -> str:
        """An id for a new request."""
        return f"q{next(self._numbers)}"

    def start(self) -> bool:
        """Start the worker if it does not run; False where there is no Python for it."""
        if self._process is not None:
            return True
        python = engine_python()
        if python is None:
            return False
        process = QProcess(self)
        process.setProcessEnvironment(engine_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_log)
        process.finished.connect(lambda *_: self._finished(process))
        process.errorOccurred.connect(lambda error: self._failed_to_start(process, error))
        self._process, self._buffer, self._nonsense = process, b"", 0
        process.start(str(python), ["-m", "kairos.engine.worker"])
        return True

    def ask(
        self,
        request: protocol.StackRequest,
        ended: Callable[[protocol.Reply], None],
        told: Optional[Callable[[protocol.Reply], None]] = None,
    ) -> str:
        """Send a request; `ended` gets its Done, Failed or Cancelled, `told` what comes before."""
        if not self.start():
            ended(protocol.Failed(request.id, "SetUp", NO_PYTHON, ""))
            return request.id
        self._pending[request.id] = _Pending(ended, told)
        self._send(request)
        self._watch.start(PATIENCE_MS)
        return request.id

    def cancel(self, request_id: str, *, patient: bool = False) -> None:
        """Cancel a request; the worker is ended if it does not obey within a second.

        `patient`: it is not; what it has learned is worth more than that second.
        """
        if request_id not in self._pending:
            return
        self._send(protocol.Cancel(self.next_id(), request_id))
        if patient:
            return
        QTimer.singleShot(_OBEY_MS, lambda: self._enforce(request_id))

    def stop(self) -> None:
        """End the worker and forget what waits; nothing is answered any more."""
        self._pending.clear()
        self._watch.stop()
        self._end()

    def _send(self, message: protocol.Message) -> None:
        if self._process is not None:
            self._process.write((wire.encode(message) + "\n").encode())

    def _read(self) -> None:
        if self._process is None:
            return
        self._buffer += bytes(self._process.readAllStandardOutput())
        *lines, self._buffer = self._buffer.split(b"\n")
        if len(self._buffer) > wire.LONGEST:
            self._give_up()
            return
        for line in lines:
            try:
                message = wire.decode(line)
            except wire.ProtocolError as error:
                LOG.warning("The worker said what is no message: %s", error)
                self._nonsense += 1
                if self._nonsense >= _NONSENSE:
                    self._give_up()
                    return
                continue
            self._hear(message)

    def _give_up(self) -> None:
        """End a worker that speaks nonsense."""
        self._buffer = b""
        self._end()
        self._fail_all(
            self.tr("The engine gave answers that cannot be understood; is its Python right?")
        )

    def _hear(self, message: protocol.Message) -> None:
        if isinstance(message, protocol.Ready):
            if message.protocol != protocol.PROTOCOL:
                self._give_up()
                return
            self.ready.emit(message)
        elif isinstance(message, protocol.Failed) and not message.id:
            self._fail_all(message.message)
        elif isinstance(message, protocol.Reply):
            if isinstance(message, (protocol.Failed, protocol.Warning)):
                message = replace(message, message=in_own_language(message.message))
            pending = self._pending.get(message.id)
            if pending is None:
                return
            if self._pending:
                self._watch.start(PATIENCE_MS)
            if isinstance(message, (protocol.Done, protocol.Failed, protocol.Cancelled)):
                del self._pending[message.id]
                if not self._pending:
                    self._watch.stop()
                pending.ended(message)
            elif pending.told is not None:
                pending.told(message)

    def _read_log(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError()).decode("utf-8", "replace")
            for line in text.splitlines():
                LOG.info("worker: %s", line)

    def _enforce(self, request_id: str) -> None:
        if request_id in self._pending:
            pending = self._pending.pop(request_id)
            self._end()
            self._fail_all(self.tr("The engine was ended because it did not answer a cancel."))
            pending.ended(protocol.Cancelled(request_id))

    def _hangs(self) -> None:
        self._end()
        self._fail_all(self.tr("The engine did not answer any more and was ended; try again."))

    def _failed_to_start(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # the others are followed by finished
            self._finished(process)

    def _finished(self, process: QProcess) -> None:
        if process is not self._process:
            return
        self._read()
        self._process = None
        process.deleteLater()
        if self._pending:
            self._fail_all(self.tr("The engine ended unexpectedly; the log tells more. Try again."))

    def _fail_all(self, why: str) -> None:
        pending, self._pending = self._pending, {}
        self._watch.stop()
        LOG.warning("%s", why)
        self.lost.emit(why)
        for request_id, one in pending.items():
            one.ended(protocol.Failed(request_id, "Lost", why, ""))

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for signal in (process.finished, process.errorOccurred):
            signal.disconnect()
        process.setParent(QCoreApplication.instance())  # the window does not wait for its end
        process.finished.connect(process.deleteLater)
        process.kill()
