"""The canvas follows the slider while it moves.

A worker of its own reads the visible part of the stack once at the size of the screen and makes
a picture of every acquired day. While the slider moves, the two pictures around its day are
blended on the canvas and the picture of the day itself is asked for; where it rests, that is what
is seen. One question is under way at a time, and the next one is chosen when it is answered:
what is stale is never asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QImage

from ...engine import protocol
from ..clean.results import Stretch
from ..worker.client import WorkerClient
from ..worker.scratch import scratch_folder
from .key_frames import KeyFrames
from .preview_item import PreviewItem

_STILL_MS = 60
"""How long the slider stands still before the picture of the day itself is asked for: while it
moves the blend is enough, and the processor is the window's."""
_FAILURES = 3
"""Questions in a row that may fail before nothing more is asked of a view."""


@dataclass(frozen=True)
class View:
    """What the pictures show."""

    stack: Path
    days: tuple[int, ...]
    """The acquired days that take part."""
    bands: tuple[int, int, int]
    stretch: tuple[float, float, float, float, float, float]
    model: Optional[str]
    window: Optional[protocol.Rectangle]
    size: tuple[int, int]


def in_colour(bands: Sequence[int], stretch: Stretch) -> tuple[Any, Any]:
    """Bands and stretch of red, green and blue; of a single band three times the same."""
    three = tuple(bands) if len(bands) == 3 else (bands[0],) * 3
    return three, tuple(value for band in three for value in stretch[band])


class Preview(QObject):
    """Pictures of any day at the size of the screen, on top of the map."""

    appeared = pyqtSignal()
    """The map is covered now."""
    prepared = pyqtSignal(float)
    """The share of the pictures of a view that is there."""
    shown = pyqtSignal(object)
    """The picture of this very day (datetime.date) is on the canvas, at the size of the screen."""
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.client = WorkerClient(self)
        self.item = PreviewItem(canvas)
        self.view: Optional[View] = None
        self._frames = KeyFrames([])
        self._folder: Optional[Path] = None
        self._numbers = count()
        self._asked: Optional[str] = None
        self._failures = 0
        self._day = 0
        self._wanted: Optional[int] = None
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._still.timeout.connect(self._pump)

    @property
    def visible(self) -> bool:
        """Whether the canvas shows a picture."""
        return bool(self.item.isVisible())

    @property
    def complete(self) -> bool:
        """Whether there is a picture of every acquired day."""
        return self.view is not None and self._frames.ready() == 1

    def look(self, view: View, corners: list[QgsPointXY], day: dt.date) -> None:
        """Make pictures of a view, those near a day first; nothing new is asked of the same."""
        self._day = day.toordinal()
        self.item.place(corners)
        if view == self.view and self._failures < _FAILURES:
            self._pump()
            return
        self.forget()
        self.view, self._frames = view, KeyFrames(list(view.days))
        self._pump()

    def forget(self) -> None:
        """Let go of the view; the worker stays."""
        self.hide()
        self._frames.clear()
        self.view, self._failures = None, 0
        if self._asked is not None:
            self.client.cancel(self._asked)

    def show_day(self, day: dt.date) -> bool:
        """Show a day as well as can be at once, and as it is a moment later.

        Returns whether the canvas shows it.
        """
        self._day = self._wanted = day.toordinal()
        found = self._frames.around(self._day)
        if found is not None:
            self._cover(*found)
        if self._day in self._frames:
            self._arrived()
        else:
            self._still.start()
        return found is not None

    def hide(self) -> None:
        """Uncover the map."""
        self._wanted = None
        self._still.stop()
        self.item.drop()

    def close(self) -> None:
        """End the worker and leave the canvas."""
        self.forget()
        self.client.stop()
        self._asked = None
        if self.item.scene() is not None:
            self.item.scene().removeItem(self.item)

    def _pump(self) -> None:
        """Ask for what is wanted most, unless something is under way."""
        view = self.view
        if self._asked is not None or view is None or self._failures >= _FAILURES:
            return
        day = self._wanted
        if day is None or day in self._frames or self._still.isActive():
            day = self._frames.lacking(self._day)
        if day is None:
            return
        if self._folder is None or not self._folder.is_dir():
            self._folder = scratch_folder("kairos-preview")
        output = self._folder / f"{next(self._numbers)}.npy"
        request = protocol.Preview(
            self.client.next_id(), str(view.stack), dt.date.fromordinal(day).isoformat(),
            str(output), view.bands, view.stretch, view.size, view.window, view.model,
        )  # fmt: skip
        self._asked = request.id
        self.client.ask(request, lambda answer: self._answered(answer, view, day, output))

    def _answered(self, answer: protocol.Reply, view: View, day: int, output: Path) -> None:
        self._asked = None
        if view is not self.view:
            output.unlink(missing_ok=True)  # of a view that nobody looks at any more
        elif isinstance(answer, protocol.Done):
            self._failures = 0
            self._frames.add(day, output)
            self.prepared.emit(self._frames.ready())
            if day == self._wanted:
                self._sharpen(day)
        elif isinstance(answer, protocol.Failed):
            self._failures += 1
            if answer.kind != "Lost":  # a new worker can answer
                self._wanted = None
            if self._failures == _FAILURES:
                self.failed.emit(answer.message, answer.details)
        self._pump()

    def _sharpen(self, day: int) -> None:
        found = self._frames.around(day)
        if found is not None:
            self._cover(*found)
            self._arrived()

    def _cover(self, one: QImage, other: QImage, share: float) -> None:
        new = not self.visible
        self.item.show_blend(one, other, share)
        if new:
            self.appeared.emit()

    def _arrived(self) -> None:
        day, self._wanted = self._day, None
        self.shown.emit(dt.date.fromordinal(day))
