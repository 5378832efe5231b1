"""A run of Remove clouds, from the button to the layers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..engine import protocol
from .clean_task import CleanTask
from .frame_layer import FrameLayer
from .results import add_frames
from .scratch import scratch_folder
from .session import Session
from .side_column import SideColumn


class Cleaning(QObject):
    """At most one run at a time; its progress in the left column, its results in the project."""

    said = pyqtSignal(str, object)
    """A sentence and its `Qgis.MessageLevel`."""
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""

    def __init__(
        self, session: Session, side: SideColumn, frame: FrameLayer, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.task: Optional[CleanTask] = None
        self._session, self._side, self._frame = session, side, frame
        self._name = ""
        self._days: dict[str, dt.date] = {}
        self._layers: Iterator[object] = iter(())
        self._slice = QTimer(self)
        self._slice.timeout.connect(self._add_one)

    def start(self, folder: str, name: str) -> None:
        """Start a run into a folder (a temporary one if empty), its results named so."""
        if self.task is not None or self._session.info is None:
            return
        output = Path(folder) if folder else scratch_folder("cleaned")
        frames = self._session.info["frames"]
        self._days = {f["file"]: dt.date.fromisoformat(f["date"]) for f in frames}
        self._name = self.tr("{}: cleaned").format(name)
        self.task = CleanTask(self.tr("Remove clouds"), self._session.clean_request(output))
        self.task.told.connect(self._told)
        self.task.ended.connect(self._ended)
        self._side.show_progress(0.0, self.tr("starting"))
        QgsApplication.taskManager().addTask(self.task)

    def cancel(self) -> None:
        """Stop the run, if there is one; finished images are kept."""
        if self.task is not None:
            self.task.cancel()

    def abandon(self) -> None:
        """End the run at once: the plugin is going away."""
        self._slice.stop()
        task, self.task = self.task, None
        if task is not None:
            task.abandon()

    def _add_one(self) -> None:
        """Add one layer and let the window breathe."""
        try:
            next(self._layers)
        except StopIteration:
            self._idle()
            text = self.tr("{} images cleaned.").format(len(self._days))
            self.said.emit(text, Qgis.MessageLevel.Success)
        except RuntimeError:  # the group went with its project
            self._idle()

    def _idle(self) -> None:
        self.task = None
        self._slice.stop()
        self._side.show_idle()

    def _told(self, message: protocol.Reply) -> None:
        if isinstance(message, protocol.Progress):
            left = "" if message.remaining is None else self._left(message.remaining)
            self._side.show_progress(message.done, f"{message.stage}{left}")
        elif isinstance(message, protocol.Warning):
            self.said.emit(message.message, Qgis.MessageLevel.Warning)

    def _left(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr(", {:.0f} s left").format(seconds)
        return self.tr(", {:.0f} min left").format(seconds / 60)

    def _ended(self, answer: protocol.Reply) -> None:
        if isinstance(answer, protocol.Done):
            files = [(Path(f), self._days[Path(f).name]) for f in answer.result["files"]]
            session = self._session
            self._layers = add_frames(
                self._name, files, session.bands, session.stretch, self._frame.layer
            )
            self._side.show_progress(1.0, self.tr("adding layers"))
            self._slice.start()
            return
        self._idle()
        if isinstance(answer, protocol.Failed):
            self.failed.emit(answer.message, answer.details)
        else:
            text = self.tr("Cancelled; images that were finished are kept.")
            self.said.emit(text, Qgis.MessageLevel.Info)
