"""Prove it, from the button to the sentence and the map."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...engine import protocol
from ..clean.task import CleanTask
from ..session import Session
from ..side_column import SideColumn
from ..worker.scratch import scratch_folder
from .prove_layers import ProveLayers
from .prove_words import details_of, sentence_of

PLAIN = "linear"

_AFTER_MS = 300
"""Old QGIS says of every task that it ended; what is worth reading comes on top of that."""


class Proving(QObject):
    """At most one proof at a time; its progress stands in the left column."""

    said = pyqtSignal(str, object)
    """A sentence and its `Qgis.MessageLevel`."""
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""
    proved = pyqtSignal(str, object)
    """The sentence, and the report (Path)."""

    def __init__(self, session: Session, side: SideColumn, parent: QObject) -> None:
        super().__init__(parent)
        self.task: Optional[CleanTask] = None
        self.layers = ProveLayers()
        self._session, self._side = session, side
        self._name = ""

    def start(self, name: str, window: Optional[protocol.Rectangle]) -> None:
        """Prove it on the part of the stack that the map shows, or on all of it."""
        session = self._session
        if self.task is not None or session.info is None or session.folder is None:
            return
        if session.model == PLAIN:
            text = self.tr("This method is plain interpolation itself: choose another one first.")
            self.said.emit(text, Qgis.MessageLevel.Info)
            return
        self._name = name
        request = protocol.Prove(
            "proof", str(session.folder), str(scratch_folder("proof")), session.model, window
        )
        self.task = CleanTask(self.tr("Prove it"), request)
        self.task.told.connect(self._told)
        self.task.ended.connect(self._ended)
        self._side.show_progress(0.0, self.tr("starting"))
        QgsApplication.taskManager().addTask(self.task)

    def cancel(self) -> None:
        """Stop it, if it goes on."""
        if self.task is not None:
            self._side.show_cancelling()
            self.task.cancel()

    def abandon(self) -> None:
        """End it at once: the plugin is going away."""
        task, self.task = self.task, None
        if task is not None:
            task.abandon()

    def _told(self, message: protocol.Reply) -> None:
        if self.task is None or self.task.isCanceled():
            return
        if isinstance(message, protocol.Progress):
            self._side.show_progress(message.done, self.tr("hiding clear ground, rebuilding it"))

    def _ended(self, answer: protocol.Reply) -> None:
        self.task = None
        self._side.show_idle()
        if isinstance(answer, protocol.Failed):
            self.failed.emit(answer.message, answer.details)
        elif isinstance(answer, protocol.Done):
            sentence = sentence_of(answer.result)
            about = f"{sentence} {details_of(answer.result)}"
            name = self.tr("{}: proof, ratio {:.2f}").format(self._name, answer.result["ratio"])
            self.layers.show(Path(answer.result["error"]), name, about)
            page = Path(answer.result["page"])
            QTimer.singleShot(_AFTER_MS, lambda: self.proved.emit(sentence, page))
        else:
            self.said.emit(self.tr("Cancelled; nothing was proved."), Qgis.MessageLevel.Info)
