"""Painting the masks of a stack, from the button to the images that were done again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject
from qgis.gui import QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine import protocol
from ..timeline.ticks import date_text
from ..worker.scratch import scratch_folder
from .ground import Ground
from .layers import BrushLayers
from .panel import BrushPanel
from .saving import BrushSaving
from .strokes import CLOUD, USABLE, Stroke, Strokes
from .tool import BrushTool, band_on

if TYPE_CHECKING:
    from ..dock import KairosDock


class Brushing(QObject):
    """The brush while it is in the hand; what is painted is kept for each day until it is saved."""

    said = pyqtSignal(str, object)
    """A sentence and its `Qgis.MessageLevel`."""
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""

    def __init__(self, dock: KairosDock) -> None:
        super().__init__(dock)
        self._dock, self._iface = dock, dock.iface
        self.strokes = Strokes()
        self.layers = BrushLayers()
        self.panel = BrushPanel()
        self.saving = BrushSaving(dock, self)
        self.tool: Optional[BrushTool] = None
        self._day: Optional[dt.date] = None
        self._names: dict[dt.date, list[str]] = {}
        self._bands: list[QgsRubberBand] = []
        self._value, self._number = CLOUD, 0
        self._folder = Path()
        self._connect()

    @property
    def is_open(self) -> bool:
        """Whether the brush is in the hand."""
        return self.tool is not None

    def open(self) -> None:
        """Take the brush and show the mask of the day."""
        dock = self._dock
        day = dock.panel.date()
        if self.is_open or dock.session.info is None or day is None:
            return
        canvas = self._iface.mapCanvas()
        self._folder = scratch_folder("mask")
        self.tool = tool = BrushTool(canvas)
        tool.ground = Ground(canvas, dock.session.info)
        tool.stroked.connect(self._add)
        tool.widthChanged.connect(self.panel.set_width)
        tool.undoWanted.connect(self._undo)
        tool.redoWanted.connect(self._redo)
        tool.swapWanted.connect(lambda: self._take(USABLE if self._value == CLOUD else CLOUD))
        tool.leaveWanted.connect(self._escape)
        canvas.mapToolSet.connect(self._other_tool)
        dock.side.show_instead(self.panel)
        dock.following.preview.hide()
        self.panel.set_width(tool.width)
        self._take(CLOUD)
        self.show_day(day)

    def leave(self) -> None:
        """Put the brush away; strokes that are not saved are lost."""
        tool, self.tool = self.tool, None
        if tool is None:
            return
        canvas = self._iface.mapCanvas()
        canvas.mapToolSet.disconnect(self._other_tool)
        had_cursor = canvas.mapTool() is tool
        tool.leave()
        self._wipe()
        self.strokes.clear()
        self._names.clear()
        self._day = None
        self.layers.remove()
        self._dock.side.show_instead(None)
        if had_cursor:
            self._dock.canvas.listen()
        day = self._dock.panel.date()
        if day is not None and self._dock.session.is_large:
            self._dock.following.ask(day)  # the map was left to the mask

    def show_day(self, day: dt.date) -> None:
        """Show the image and the mask of a day, if it has one."""
        session = self._dock.session
        if self.tool is None or session.info is None or day == self._day:
            return
        self._day = day
        self.tool.drop()
        self.tool.is_allowed = False
        self._draw()
        title = self.tr("Mask of {}").format(date_text(day, short=True))
        if day.isoformat() not in session.info["dates"]:
            self.layers.remove()
            hint = self.tr("No image was acquired on this day: step to one with Page Up or Down.")
            self.panel.set_day(title, hint, can_paint=False)
            return
        self.panel.set_day(title, self.tr("Reading the mask..."), can_paint=False)
        self._number += 1
        output = self._folder / f"mask-{self._number}.tif"
        opaque = self._dock.album is not None and self._dock.album.source.opaque
        image = self._folder / f"image-{self._number}.tif" if opaque else None
        request = protocol.Mask(
            session.client.next_id(), str(session.folder), day.isoformat(), str(output),
            str(image) if image is not None else None,
        )  # fmt: skip
        session.client.ask(request, lambda answer: self._shown(answer, day, image))

    def save(self) -> None:
        """Write the strokes beside the images; the brush is put away once they are there."""
        if self.tool is not None and self.strokes.days:
            self.tool.drop()
            self.saving.start(self.strokes.as_json(), self._names, self._folder)

    def close(self) -> None:
        """End everything: for unloading."""
        self.saving.abandon()
        self.leave()

    def _connect(self) -> None:
        panel, dock = self.panel, self._dock
        panel.valueChosen.connect(self._take)
        panel.widthChosen.connect(self._widen)
        panel.undoWanted.connect(self._undo)
        panel.redoWanted.connect(self._redo)
        panel.saveWanted.connect(self.save)
        panel.leaveWanted.connect(self.leave)
        dock.panel.dateSettled.connect(self.show_day)
        dock.session.opened.connect(self.leave)  # another stack: other images
        QgsProject.instance().cleared.connect(self.leave)
        self.saving.saved.connect(self.leave)
        self.saving.said.connect(self.said)
        self.saving.failed.connect(self.failed)

    def _shown(self, answer: protocol.Reply, day: dt.date, image: Optional[Path]) -> None:
        """The mask of a day has come; the person may have moved on."""
        if self.tool is None or day != self._day:
            return
        title = self.tr("Mask of {}").format(date_text(day, short=True))
        if isinstance(answer, protocol.Failed):
            self.panel.set_day(title, answer.message, can_paint=False)
            return
        if not isinstance(answer, protocol.Done):
            return
        session = self._dock.session
        names = self._names[day] = list(answer.result["frames"])
        files = [image] if image is not None else [session.folder / name for name in names]
        look = (session.bands, session.stretch)
        self.layers.show(day, files, Path(answer.result["file"]), look)
        hint = self.tr("Orange counts as cloud. Paint on the map what the mask got wrong.")
        self.panel.set_day(title, hint, can_paint=True)
        self.tool.is_allowed = True

    def _take(self, value: int) -> None:
        """Paint this value from now on, with the brush in the hand again."""
        if self.tool is not None:
            self._value = value
            self.tool.set_value(value)
            self._iface.mapCanvas().setMapTool(self.tool)
            self.panel.set_value(value)

    def _widen(self, width: int) -> None:
        if self.tool is not None:
            self.tool.set_width(width)

    def _other_tool(self, new: Optional[QgsMapTool], old: Optional[QgsMapTool] = None) -> None:
        self.panel.set_value(self._value if new is self.tool else None)

    def _add(self, stroke: Stroke) -> None:
        if self._day is not None:
            self.strokes.add(self._day, stroke)
            self._draw()

    def _undo(self) -> None:
        if self._day is not None:
            self.strokes.undo(self._day)
            self._draw()

    def _redo(self) -> None:
        if self._day is not None:
            self.strokes.redo(self._day)
            self._draw()

    def _escape(self) -> None:
        """Leave, unless something would be lost."""
        if not self.strokes.days:
            self.leave()
            return
        text = self.tr("The strokes are not saved: choose Save the mask or Discard.")
        self.said.emit(text, Qgis.MessageLevel.Info)

    def _draw(self) -> None:
        """Show the strokes of the day, and what can be done with them."""
        self._wipe()
        if self.tool is None or self.tool.ground is None or self._day is None:
            return
        shown = self.strokes.of(self._day)
        for stroke in shown:
            band = band_on(self._iface.mapCanvas(), stroke.value)
            band.setToGeometry(self.tool.ground.shape(stroke.points, stroke.radius), None)
            self._bands.append(band)
        self.panel.set_history(
            undo=bool(shown),
            redo=self.strokes.can_redo(self._day),
            unsaved=bool(self.strokes.days),
        )

    def _wipe(self) -> None:
        for band in self._bands:
            self._iface.mapCanvas().scene().removeItem(band)
        self._bands = []
