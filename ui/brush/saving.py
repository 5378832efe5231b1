"""Saving paint: beside the images first, then into the frames that were cleaned before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis, QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine import protocol
from ..clean.task import CleanTask
from ..stack.source import file_of
from .made_runs import runs_of

if TYPE_CHECKING:
    from ..dock import KairosDock


class BrushSaving(QObject):
    """One save at a time."""

    saved = pyqtSignal()
    """The paint lies beside the images."""
    said = pyqtSignal(str, object)
    failed = pyqtSignal(str, str)

    def __init__(self, dock: KairosDock, parent: QObject) -> None:
        super().__init__(parent)
        self._dock = dock
        self.task: Optional[CleanTask] = None
        self._waiting: list[protocol.Clean] = []
        self._again: list[str] = []
        self._painted = 0
        self._strokes = Path()
        self._busy = False
        dock.side.cancelWanted.connect(self._cancel)

    def start(self, strokes: str, names: Mapping[dt.date, Sequence[str]], folder: Path) -> None:
        """Write strokes (JSON) beside the images of these names."""
        session, album = self._dock.session, self._dock.album
        if self._busy or self.task is not None or session.folder is None or album is None:
            return
        self._strokes = folder / "strokes.json"
        self._strokes.write_text(strokes, encoding="utf-8")
        every = [name for some in names.values() for name in some]
        targets = {name: str(album.source.brush_of(name)) for name in every}
        self._busy = True
        request = protocol.Paint(
            session.client.next_id(), str(session.folder), str(self._strokes), targets
        )
        session.client.ask(request, self._written)

    def abandon(self) -> None:
        """End at once: the plugin is going away."""
        self._waiting = []
        task, self.task = self.task, None
        if task is not None:
            task.abandon()

    def _written(self, answer: protocol.Reply) -> None:
        self._busy = False
        dock, session = self._dock, self._dock.session
        if isinstance(answer, protocol.Failed):
            self.failed.emit(answer.message, answer.details)
        if not isinstance(answer, protocol.Done) or dock.album is None or session.info is None:
            return
        if session.folder is not None:
            dock.album.source.bring_masks(session.folder)
        self._learn(answer.result["frames"])
        self._painted, self._again = len(answer.result["files"]), []
        stack = str(session.folder)
        runs = runs_of(dock.album.source.folder, {f["result"] for f in session.info["frames"]})
        runs |= {Path(r.output): r.model or "" for r in dock.cleaning.made if r.stack == stack}
        self._waiting = [
            protocol.Clean("redo", stack, str(folder), model or None, strokes=str(self._strokes))
            for folder, model in runs.items()
        ]
        self.saved.emit()
        dock.following.again()  # the slider's frames see the paint, too
        self._next()

    def _learn(self, frames: Sequence[Mapping[str, Any]]) -> None:
        """The painted images count otherwise now: their bars on the time axis say so."""
        dock = self._dock
        new = {frame["result"]: dict(frame) for frame in frames}
        info = dock.session.info or {"frames": []}
        info["frames"] = [new.get(frame["result"], frame) for frame in info["frames"]]
        if dock.album is not None:
            dock.album.learn(info)
            dock.panel.set_acquisitions(dock.album.acquisitions())

    def _next(self) -> None:
        """Do the next folder of cleaned images again, or say how it went."""
        if not self._waiting:
            self._end()
            return
        self.task = CleanTask(self.tr("Update cleaned images"), self._waiting.pop(0))
        self.task.told.connect(self._told)
        self.task.ended.connect(self._ended)
        self._dock.side.show_progress(0.0, self.tr("updating what was cleaned"))
        QgsApplication.taskManager().addTask(self.task)

    def _told(self, message: protocol.Reply) -> None:
        if isinstance(message, protocol.Progress) and self.task is not None:
            text = self.tr("updating what was cleaned")
            self._dock.side.show_progress(message.done, text)

    def _ended(self, answer: protocol.Reply) -> None:
        self.task = None
        if isinstance(answer, protocol.Done):
            self._again += answer.result["files"]
            self._next()
            return
        self._waiting = []
        self._dock.side.show_idle()
        refresh(None)  # some may be done
        if isinstance(answer, protocol.Failed):
            self.failed.emit(answer.message, answer.details)
        else:
            text = self.tr("The mask is saved; the cleaned images were not all updated.")
            self.said.emit(text, Qgis.MessageLevel.Warning)

    def _end(self) -> None:
        self._dock.side.show_idle()
        refresh(self._again)
        text = self.tr("The mask of {} is saved.").format(self._images(self._painted))
        if self._again:
            more = self.tr("{} updated where you painted.")
            text += " " + more.format(self._cleaned(len(self._again)))
        self.said.emit(text, Qgis.MessageLevel.Success)

    def _images(self, count: int) -> str:
        return self.tr("one image") if count == 1 else self.tr("{} images").format(count)

    def _cleaned(self, count: int) -> str:
        if count == 1:
            return self.tr("One cleaned image was")
        return self.tr("{} cleaned images were").format(count)

    def _cancel(self) -> None:
        if self.task is not None:
            self._dock.side.show_cancelling()
            self.task.cancel()


def refresh(files: Optional[Sequence[str]]) -> None:
    """Read the layers of these files anew; of all files if None."""
    changed = None if files is None else {Path(file) for file in files}
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsRasterLayer):
            file = file_of(layer)
            if file is not None and (changed is None or file in changed):
                layer.dataProvider().reloadData()
                layer.triggerRepaint()
