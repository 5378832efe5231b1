"""The map follows the slider: a preview while it moves, then the frame of the day itself.

The slider, the map and QGIS's Temporal Controller show one date, whoever moves it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..session import Session
from ..timeline.panel import TimePanel
from .frame_layer import FrameLayer
from .layers_above import LayersAbove
from .link import CanvasLink
from .preview import Preview, View, in_colour

_QUIET_MS = 600
"""How long the slider rests before a large stack is rebuilt in full resolution."""

_FULL = 2_000_000
"""Pixels up to which what is visible of a large stack is rebuilt in full resolution."""


class Following(QObject):
    """Brings the frames of a session to the canvas."""

    shown = pyqtSignal(object, object)
    """The layer shows this day (datetime.date), of this `FrameResult`."""

    def __init__(
        self, session: Session, panel: TimePanel, canvas: CanvasLink, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._panel, self._canvas = session, panel, canvas
        self.layer = FrameLayer("Kairos")
        self.preview = Preview(canvas.canvas, self)
        self.above = LayersAbove(canvas.canvas, self)
        self.above.drawn.connect(self.preview.item.set_above)
        self.preview.appeared.connect(self._keep_above)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(_QUIET_MS)
        self._quiet.timeout.connect(self._ask_in_full)
        self._covered = self._zoomed = False
        self._seen: Optional[dt.date] = None
        session.frame_ready.connect(self._show)
        panel.dateChanged.connect(self._drag)
        panel.dateSettled.connect(self._settle)
        canvas.dayChosen.connect(self._follow)
        canvas.moved.connect(self._look_again)
        canvas.drawn.connect(self._uncover)
        self.preview.shown.connect(self._sharpened)
        self.preview.failed.connect(session.failed)
        QgsProject.instance().layersRemoved.connect(self._layers_gone)
        panel.player.seen = self.has_caught_up
        self.covered_by: list[Callable[[], bool]] = []
        """Whether something lies on the map that a preview must not hide."""

    def ask(self, day: dt.date) -> None:
        """Ask for the frame of a day."""
        info = self._session.info
        if info is None:
            return
        self._panel.set_status(self.tr("reconstructing..."))
        if not self._session.is_large or not info["crs"]:
            self._session.ask_frame(day, None)
            return
        if not self._zoomed and (self.layer.layer is None or self.layer.is_empty):
            self._begin(day, info)
            return
        self.look()
        if self.preview.view is not None and not self._is_covered():
            self.preview.show_day(day)
        self._quiet.start()

    def _begin(self, day: dt.date, info: dict[str, Any]) -> None:
        """Show a large stack at once: the image of a day as it was seen, until it is rebuilt."""
        back = self.layer.is_empty  # a project has brought it, and where to look
        frames = [f for f in info["frames"] if f["date"] == day.isoformat()]
        best = max(frames, key=lambda f: f["clear"], default=None)
        if best is not None and self._session.folder is not None:
            file = self._session.folder / best["file"]
            self.layer.show(file, day, self._session.bands, self._session.stretch)
        if self.layer.layer is not None and best is not None:
            self._panel.set_status(self.tr("as it was seen, {:.0%} clear").format(best["clear"]))
        self._zoomed = True
        if not back:
            self._canvas.zoom_to_stack(info)
        self._canvas.show_day(day)
        self._quiet.start()

    def has_caught_up(self) -> bool:
        """Whether the map shows the day of the slider, be it as a preview."""
        return self._seen == self._panel.date()

    def again(self) -> None:
        """Show the same day of other images, or by another method."""
        day = self._panel.date()
        if day is not None:
            self.preview.forget()
            self.ask(day)

    def forget(self) -> None:
        """The stack is another one."""
        self._quiet.stop()
        self._zoomed = False
        self.preview.forget()
        self.layer.remove()

    def close(self) -> None:
        """Give everything back."""
        self._quiet.stop()
        self.above.close()
        self.preview.close()
        QgsProject.instance().layersRemoved.disconnect(self._layers_gone)

    def _drag(self, day: dt.date) -> None:
        self._quiet.stop()
        self._covered = False
        if not self._is_on():
            return
        if self.preview.view is None:
            self.look()
        self._session.drop_frame()
        if self.preview.show_day(day):
            self._seen = day
            self._panel.set_status(self.tr("preview"))
        else:
            self._panel.set_status(self.tr("preparing the preview..."))

    def _settle(self, day: dt.date) -> None:
        if self._session.is_large and self.preview.visible:
            self._quiet.start()
        else:
            self.ask(day)

    def _ask_in_full(self) -> None:
        day, info = self._panel.date(), self._session.info
        if day is None or info is None:
            return
        if self.preview.view is None:
            self.look()
        seen = self._canvas.visible(info)
        if seen is not None and seen[2] * seen[3] <= _FULL:
            self._session.ask_frame(day, seen)

    def _sharpened(self, day: dt.date) -> None:
        """The preview shows the day itself."""
        if day == self._panel.date():
            self._seen = day
            seen = self.preview.view.window if self.preview.view is not None else None
            small = not self._session.is_large or (seen is not None and seen[2] * seen[3] <= _FULL)
            self._panel.set_status(
                self.tr("preview, full resolution follows")
                if small
                else self.tr("preview; zoom in for full resolution")
            )

    def _show(self, file: Path, day: dt.date, result: dict[str, Any]) -> None:
        if day != self._panel.date():
            return  # the person has moved on
        first = self.layer.layer is None
        self.layer.show(file, day, self._session.bands, self._session.stretch)
        layer = self.layer.layer
        if first and layer is not None and not self._zoomed:
            self._canvas.zoom_to(layer)
        self._covered, self._seen = True, day
        self._canvas.show_day(day)
        self._panel.set_status(self._status(result))
        self.shown.emit(day, result)
        if self.preview.view is None:
            self.look()

    def _uncover(self) -> None:
        """The map has drawn the frame itself: the preview goes."""
        if self._covered:
            self._covered = False
            self.preview.hide()

    def _keep_above(self) -> None:
        """What lies above the frame stays seen on the preview."""
        self.above.draw(self.layer.layer)

    def look(self) -> None:
        """Prepare the preview of what the canvas shows."""
        session, day = self._session, self._panel.date()
        info, folder = session.info, session.folder
        if info is None or folder is None or day is None or not session.has_engine:
            return
        seen = self._canvas.visible(info)
        if seen is None or not self._is_on():
            self.preview.forget()
            return
        bands, stretch = in_colour(session.bands, session.stretch)
        days = tuple(dt.date.fromisoformat(text).toordinal() for text in info["dates"])
        corners = self._canvas.corners_of(seen, info)
        height, width = self._canvas.size_of(corners)
        size = min(height, seen[2]), min(width, seen[3])  # there is no more to be seen
        view = View(folder, days, bands, stretch, session.model, seen, size)
        self.preview.look(view, corners, day)

    def _look_again(self) -> None:
        """Another part of the Earth is visible."""
        day = self._panel.date()
        if day is None or not self._is_on():
            return
        if self._session.is_large:
            self.ask(day)
        else:
            self.look()

    def _is_covered(self) -> bool:
        return any(covers() for covers in self.covered_by)

    def _is_on(self) -> bool:
        """Whether the person wants to see the frame of the slider."""
        if self._is_covered():
            return False
        layer = self.layer.layer
        return self._canvas.shows(layer) if layer is not None else self._session.is_large

    def _follow(self, day: dt.date) -> None:
        """The Temporal Controller and the slider are one date."""
        if self._panel.reaches(day) and day != self._panel.date():
            self._panel.set_date(day)

    def _layers_gone(self) -> None:
        if self.layer.layer is None:
            self._quiet.stop()
            self.preview.forget()
            self.layer.remove()  # one of the same id may come back with its project

    def _status(self, result: dict[str, Any]) -> str:
        if result["observed"] >= 0.995:
            return self.tr("observed")
        doubt = f"±{1.645 * result['sigma']:.3f}"
        if result["observed"] > 0:
            return self.tr("cleaned, {:.0%} observed, doubt {}").format(result["observed"], doubt)
        return self.tr("reconstructed, doubt {}").format(doubt)
