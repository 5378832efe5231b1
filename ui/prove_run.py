"""Prove it, from the button to the sentence and the map."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QObject, pyqtSignal

from ..engine import protocol
from .clean_task import CleanTask
from .prove_layers import ProveLayers
from .scratch import scratch_folder
from .session import Session
from .side_column import SideColumn

PLAIN = "linear"


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
            self.layers.show(Path(answer.result["error"]), self._name, sentence)
            self.proved.emit(sentence, Path(answer.result["page"]))
        else:
            self.said.emit(self.tr("Cancelled; nothing was proved."), Qgis.MessageLevel.Info)


def sentence_of(result: Mapping[str, Any]) -> str:
    """What a `ProveResult` says, for a person."""
    ground = {
        "whole": _tr("On your images"),
        "part": _tr("On the part of your images that the map shows"),
        "blocks": _tr("On ground spread over your images"),
    }[result["part"]]
    ours, line = f"{result['mae']:.3f}", f"{result['linear']:.3f}"
    if result["ratio"] >= 1:
        text = _tr("{} Kairos is off by {} reflectance, no less than plain interpolation ({}).")
    else:
        text = _tr("{} Kairos is off by {} reflectance; plain interpolation by {}.")
    spread = f"{result['low']:.2f}", f"{result['high']:.2f}"
    days = _tr("one day") if result["dates"] == 1 else _tr("{} days").format(result["dates"])
    more = _tr("That is {:.2f} of its error ({} to {} nine times in ten), seen on {}.")
    return f"{text.format(ground, ours, line)} " + more.format(result["ratio"], *spread, days)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("Proving", text))
