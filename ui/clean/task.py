"""A run in the background, such as Remove clouds: a QgsTask that owns it.

The worker's process lives on the GUI thread; the task waits for its answers on a queue, so that
QGIS shows it among its tasks, with its progress and its cancel.
"""

from __future__ import annotations

import queue
from typing import Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import pyqtSignal

from ...engine import protocol
from ..worker.client import WorkerClient

_FLAGS = QgsTask.Flag.CanCancel | getattr(QgsTask.Flag, "Silent", QgsTask.Flag.CanCancel)
"""The dock says how it went; QGIS 3.22 cannot be told to be silent and says it, too."""
_LEAVE_MS = 2000
_BEAT = 0.1
"""Seconds between looks at whether the task was cancelled."""


class CleanTask(QgsTask):
    """One run with a worker of its own."""

    told = pyqtSignal(object)
    """A `protocol.Progress` or `protocol.Warning`."""
    ended = pyqtSignal(object)
    """A `protocol.Done`, `protocol.Failed` or `protocol.Cancelled`, on the GUI thread."""
    _stop = pyqtSignal()

    def __init__(self, description: str, request: protocol.StackRequest) -> None:
        super().__init__(description, _FLAGS)
        self.request = request
        self.answer: Optional[protocol.Reply] = None
        self._answers: queue.Queue[protocol.Reply] = queue.Queue()
        self._client = WorkerClient()
        self._stop.connect(lambda: self._client.cancel(request.id))
        self._client.ask(request, self._answers.put, self._hear)

    @property
    def worker_process_id(self) -> Optional[int]:
        """Of the worker, while it runs."""
        return self._client.process_id

    def run(self) -> bool:
        """Wait for the end of the run. Called on a thread of QGIS."""
        while self.answer is None:
            try:
                self.answer = self._answers.get(timeout=_BEAT)
            except queue.Empty:
                continue
        return isinstance(self.answer, protocol.Done)

    def cancel(self) -> None:
        """Tell the worker at once."""
        self._stop.emit()
        super().cancel()

    def abandon(self) -> None:
        """End at once and without a word, before the plugin goes away under the task."""
        self.told.disconnect()
        self.ended.disconnect()
        self._client.stop()
        self._answers.put(protocol.Cancelled(self.request.id))
        super().cancel()
        self.waitForFinished(_LEAVE_MS)

    def finished(self, result: bool) -> None:
        """Say how it ended. Called on the GUI thread."""
        self._client.stop()
        self.ended.emit(self.answer or protocol.Cancelled(self.request.id))

    def _hear(self, message: protocol.Reply) -> None:
        if isinstance(message, protocol.Progress):
            self.setProgress(100 * message.done)
        self.told.emit(message)
