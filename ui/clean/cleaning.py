"""A run of Remove clouds, from the button to the layers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...engine import protocol
from ..brush.made_runs import note
from ..canvas.frame_layer import FrameLayer
from ..session import Session
from ..side_column import SideColumn
from ..worker.scratch import scratch_folder
from ..worker.stages import stage_words
from .results import Stretch, add_frames
from .task import CleanTask


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
        self.made: list[protocol.Clean] = []
        """The runs that left images, the last of each folder."""
        self._session, self._side, self._frame = session, side, frame
        self._name, self._output, self._place = "", Path(), Path()
        self._request: Optional[protocol.Clean] = None
        self._look: tuple[tuple[int, ...], Stretch] = (), {}
        self._outcome: tuple[str, Qgis.MessageLevel] = "", Qgis.MessageLevel.Info
        self._days: dict[str, dt.date] = {}
        self._layers: Iterator[object] = iter(())
        self._slice = QTimer(self)
        self._slice.timeout.connect(self._add_one)

    def start(self, folder: str, place: Path, window: Optional[protocol.Rectangle]) -> None:
        """Start a run into a folder (a temporary one if empty) of the images in a place."""
        if self.task is not None or self._session.info is None:
            return
        output = Path(folder) if folder else scratch_folder("cleaned")
        self._output, self._look = output, (self._session.bands, self._session.stretch)
        frames = self._session.info["frames"]
        self._days = {f["result"]: dt.date.fromisoformat(f["date"]) for f in frames}
        self._name, self._place = self.tr("{}: cleaned").format(place.name), place
        self._request = self._session.clean_request(output, window)
        self.task = CleanTask(self.tr("Remove clouds"), self._request)
        self.task.told.connect(self._told)
        self.task.ended.connect(self._ended)
        self._side.show_progress(0.0, self.tr("starting"))
        QgsApplication.taskManager().addTask(self.task)

    def cancel(self) -> None:
        """Stop the run, if there is one; finished images are kept."""
        if self._slice.isActive():
            self._idle()
        elif self.task is not None:
            self._side.show_cancelling()
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
            self.said.emit(*self._outcome)
        except RuntimeError:  # the group went with its project
            self._idle()

    @property
    def _made_by(self) -> str:
        return (self._request.model if self._request is not None else None) or ""

    def _idle(self) -> None:
        self.task = None
        self._slice.stop()
        self._side.show_idle()

    def _told(self, message: protocol.Reply) -> None:
        if self.task is None or self.task.isCanceled():
            return
        if isinstance(message, protocol.Progress):
            left = "" if message.remaining is None else self._left(message.remaining)
            self._side.show_progress(message.done, f"{stage_words(message.stage)}{left}")
        elif isinstance(message, protocol.Warning):
            self.said.emit(message.message, Qgis.MessageLevel.Warning)

    def _left(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr(", {:.0f} s left").format(seconds)
        return self.tr(", {:.0f} min left").format(seconds / 60)

    def _ended(self, answer: protocol.Reply) -> None:
        output = self._output
        files = [(output / name, day) for name, day in self._days.items()]
        if isinstance(answer, protocol.Failed):
            self._idle()
            self.failed.emit(answer.message, answer.details)
        elif isinstance(answer, protocol.Done):
            text = self.tr("{} images cleaned.").format(len(files))
            self._add(files, text, Qgis.MessageLevel.Success)
        else:
            files = [pair for pair in files if pair[0].exists()]
            text = self.tr("Cancelled; {} images were finished.").format(len(files))
            self._add(files, text, Qgis.MessageLevel.Info)

    def _add(
        self, files: Sequence[tuple[Path, dt.date]], text: str, level: Qgis.MessageLevel
    ) -> None:
        """Add what is finished, layer by layer, and then say how it went."""
        self._outcome = text, level
        if files and self._request is not None:
            others = [run for run in self.made if run.output != self._request.output]
            self.made = [*others, self._request]
        if not files:
            self._idle()
            self.said.emit(text, level)
            return
        above = self._frame.layer.id() if self._frame.layer is not None else ""
        made = partial(note, place=self._place, model=self._made_by)
        self._layers = add_frames(self._name, files, *self._look, above=above, note=made)
        self._side.show_progress(1.0, self.tr("adding layers"))
        self._slice.start()
