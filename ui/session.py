"""One opened stack and everything that is asked of it. No widget: the dock listens."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..engine import protocol
from ..engine.clean.left_over import broken_off
from .canvas.latest import Latest
from .clean.results import Stretch, shown_bands, stretch_of
from .curve.asks import CurveAsks
from .project.settings import number_of
from .stack.observations import describe
from .stack.source import StackSource
from .worker.client import WorkerClient
from .worker.python_env import engine_python
from .worker.scratch import scratch_folder

_SMALL = 512 * 512
"""Pixels up to which a frame is made of the whole stack instead of what is visible."""

_LOOK = 512
"""Pixels along a side that are looked at for the stretch."""


class Session(QObject):
    """Asks the worker; of frames and of curves only the latest question counts."""

    opened = pyqtSignal(object)
    """The stack's `StackInfo`."""
    frame_ready = pyqtSignal(object, object, object)
    """File, day (datetime.date), and the `FrameResult`."""
    engine_missing = pyqtSignal()
    """There is no Python for the engine: only dates and raw observations can be shown."""
    warned = pyqtSignal(str)
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.client = WorkerClient(self)
        self.quiet = WorkerClient(self)
        """Rebuilds what is visible of large stacks, which takes long: nobody else waits for it."""
        self.curves = CurveAsks(self.client, self)
        self.info: Optional[dict[str, Any]] = None
        self.folder: Optional[Path] = None
        self.model: Optional[str] = None
        self.stretch: Stretch = {}
        self.bands: tuple[int, ...] = ()
        self._scratch = scratch_folder("kairos")
        self._frames = Latest()
        self.beside: frozenset[str] = frozenset()
        """What is wanted beside each frame: source, days, doubt."""
        self._frame: Optional[str] = None
        self._number = 0

    def open(self, source: StackSource) -> None:
        """Open a stack; `opened` or `failed` follows."""
        self.info = self.folder = self.curves.folder = None
        self._number += 1
        try:
            folder = source.prepared(self._scratch / f"stack-{self._number}")
        except OSError as error:
            self.failed.emit(self.tr("The images cannot be brought together."), str(error))
            return
        self.folder = self.curves.folder = folder
        if engine_python() is None:
            self._begin(describe(self.folder))
            self.engine_missing.emit()
            return
        request = protocol.Open(self.client.next_id(), str(self.folder))
        self.client.ask(request, lambda answer: self._opened(answer, folder), self._told)

    @property
    def has_engine(self) -> bool:
        """Whether frames can be rebuilt."""
        return bool(self.info and self.info["models"])

    @property
    def is_large(self) -> bool:
        """Whether frames are made of the visible part only."""
        return bool(self.info) and self.info["width"] * self.info["height"] > _SMALL

    def new_file(self, name: str) -> Path:
        """A file for the engine to write, gone when QGIS is."""
        self._number += 1
        return self._scratch / f"{name}-{self._number}.tif"

    def ask_frame(self, day: dt.date, window: Optional[protocol.Rectangle]) -> None:
        """Ask for the frame of a day; a question that waits is replaced."""
        if self.folder is None or self.info is None or not self.has_engine:
            return
        if not self.is_large:
            window = None
        self._number += 1
        output = self._scratch / "frames" / f"{day.isoformat()}_{self._number}.tif"
        output.parent.mkdir(exist_ok=True)
        folder = self.folder

        client = self.quiet if self.is_large else self.client

        def send() -> None:
            self._frame = client.next_id()
            request = protocol.Frame(self._frame, str(folder), day.isoformat(), str(output),
                                     self.model, "doubt" in self.beside, window,
                                     "source" in self.beside, "days" in self.beside)  # fmt: skip
            ended = partial(self._framed, output=output, day=day, folder=folder)
            client.ask(request, ended, self._told)

        self._frames.ask(send)

    def drop_frame(self) -> None:
        """Nobody waits for the frame any more that was asked for last."""
        self._frames.drop()
        if self.is_large and self._frame is not None:  # of a small one it is there in no time
            self.quiet.cancel(self._frame, patient=True)

    def clean_request(
        self, output: Path, window: Optional[protocol.Rectangle] = None
    ) -> protocol.Clean:
        """The request of a run of Remove clouds; of a part of the images only, or of all.

        It goes on where the folder holds a run that was broken off.
        """
        return protocol.Clean(
            "run",
            str(self.folder),
            str(output),
            self.model,
            resume=broken_off(output),
            window=window,
            memory=number_of("memory"),
        )

    def close(self) -> None:
        """End the worker and forget the stack."""
        self.client.stop()
        self.quiet.stop()
        self.info = self.folder = self.curves.folder = None

    def _opened(self, answer: protocol.Reply, folder: Path) -> None:
        if folder != self.folder:
            return  # the person has opened another stack
        if not isinstance(answer, protocol.Done):
            self._report(answer)
            return
        self._begin(dict(answer.result))

    def _begin(self, info: dict[str, Any]) -> None:
        if not info["frames"] or self.folder is None:
            self.failed.emit(self.tr("There are no dated images in this folder."), "")
            return
        self.info = info
        self.bands = shown_bands(info["bands"])
        clearest = max(info["frames"], key=lambda frame: frame["clear"])
        file = self.folder / clearest["file"]
        if file.is_file():
            self.stretch = stretch_of(file, self.bands)
            self.opened.emit(info)
        else:
            self._look(info, clearest["date"])

    def _look(self, info: dict[str, Any], day: str) -> None:
        """Take the stretch from the middle of a day's frame: only the engine opens the images."""
        output = self._scratch / f"look-{self._number}.tif"
        height, width = min(info["height"], _LOOK), min(info["width"], _LOOK)
        middle = ((info["height"] - height) // 2, (info["width"] - width) // 2, height, width)
        folder = self.folder

        def looked(answer: protocol.Reply) -> None:
            if folder != self.folder:
                return
            if isinstance(answer, protocol.Done):
                self.bands = shown_bands(info["bands"])
                self.stretch = stretch_of(output, self.bands)
                self.opened.emit(info)
            else:
                self.info = None
                self._report(answer)

        request = protocol.Frame(
            self.client.next_id(), str(folder), day, str(output), "nearest", False, middle
        )
        self.client.ask(request, looked, self._told)

    def _framed(
        self, answer: protocol.Reply, output: Path, day: dt.date, folder: Optional[Path]
    ) -> None:
        if folder != self.folder:
            pass  # of another stack
        elif isinstance(answer, protocol.Done):
            self.frame_ready.emit(output, day, dict(answer.result))
            for old in sorted(output.parent.glob("*.tif"), key=lambda f: f.stat().st_mtime)[:-16]:
                old.unlink()
        else:
            self._report(answer)
        self._frames.answered()

    def _told(self, message: protocol.Reply) -> None:
        if isinstance(message, protocol.Warning):
            self.warned.emit(message.message)

    def _report(self, answer: protocol.Reply) -> None:
        if isinstance(answer, protocol.Failed):
            self.failed.emit(answer.message, answer.details)
