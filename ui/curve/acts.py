"""The third act in the window: what the cursor, the clicks and the buttons ask of curves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ...engine.curve.indices import indices_of
from ..model import Curve, Place
from ..session import Session
from ..stack.observations import raw_curve
from ..theme import theme_of
from ..timeline.panel import TimePanel
from .place_marks import PlaceMarks
from .polygon import selected_polygon
from .tool import CurveTool


class CurveActs(QObject):
    """Ties the map, the panel and the session for curves."""

    said = pyqtSignal(str, object)
    """A sentence and its `Qgis.MessageLevel`."""

    def __init__(
        self,
        iface: QgisInterface,
        session: Session,
        panel: TimePanel,
        tool: CurveTool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._iface, self._session, self._panel = iface, session, panel
        self.place: Optional[Place] = None
        """Of the main curve."""
        self.name = ""
        self.marks = PlaceMarks(iface.mapCanvas(), self)
        tool.clicked.connect(self.click)
        tool.hovered.connect(self.hover)
        tool.left.connect(lambda: panel.show_preview(None))
        session.curves.ready.connect(self._show)
        session.curves.pinned.connect(panel.pin)
        session.curves.failed.connect(session.failed)
        panel.indexChanged.connect(lambda _: self.again())
        panel.pinRequested.connect(self._pin)
        panel.curve_row.polygonRequested.connect(self.read_polygon)
        panel.curve_row.refused.connect(self._warn)
        panel.plot.curvesChanged.connect(self._mark)

    def close(self) -> None:
        """Take away what is on the map."""
        self.marks.close()

    def forget(self) -> None:
        """Another stack is opened: its curves are others."""
        self.place, self.name = None, ""
        self._panel.clear_pins()
        self._panel.set_curve(None)

    def offer(self, info: dict[str, Any]) -> None:
        """Offer what a stack allows."""
        names = indices_of(info["bands"])
        self._panel.set_index_names(names if self._session.has_engine else names[:1])
        self._panel.curve_row.offer_radar(bool(info["radar_dates"]))
        self._panel.curve_row.polygon.setEnabled(self._session.has_engine)

    def click(self, point: QgsPointXY) -> None:
        """Read the curve of a place on the map."""
        place = self._place_of(point)
        if place is None:
            if self._session.info is not None:
                self._warn(self.tr("There are no images at this place: click on them."))
            return
        if not self._panel.index():
            text = self.tr("The bands of these images allow no index, so there is no curve.")
            self._warn(text)
            return
        self.read(place)

    def hover(self, point: QgsPointXY) -> None:
        """Preview the curve of a place, or none where there are no images."""
        place = self._place_of(point) if self._panel.index() else None
        if place is None:
            self._panel.show_preview(None)
        else:
            self._ask(place, preview=True)

    def read_polygon(self) -> None:
        """Read the curve of the polygon that is selected."""
        info = self._session.info
        if info is None:
            return
        crs = QgsCoordinateReferenceSystem(info["crs"] or "")
        found = selected_polygon(self._iface.activeLayer(), crs)
        if found is None:
            self._warn(
                self.tr("Select a polygon first: make its layer the active one and click on it.")
            )
            return
        self.read(*found)

    def read(self, place: Place, name: str = "") -> None:
        """Read the main curve of a place; a name says what it is called."""
        self.place, self.name = place, name
        self._panel.set_waiting(True)
        self._ask(place)

    def again(self) -> None:
        """Read the main curve again: the index or the method is another one."""
        if self.place is not None and self._panel.index():
            self._ask(self.place)

    def restore_pin(self, place: Place, index: str, label: str) -> None:
        """Read a curve that was pinned when the project was saved."""
        info = self._session.info
        if info is not None:
            session = self._session
            session.curves.ask_pin(place, info["crs"] or "", index, session.model, label)

    def _ask(self, place: Place, *, preview: bool = False) -> None:
        session, info = self._session, self._session.info
        if info is None:
            return
        if session.has_engine:
            session.curves.ask(
                place, info["crs"], self._panel.index(), session.model, preview=preview
            )
        elif session.folder is not None and not place.area:
            curve = raw_curve(session.folder, info, place.x, place.y)
            if curve is not None:
                self._show(replace(curve, place=place), preview)

    def _show(self, curve: Curve, preview: bool) -> None:
        if preview:
            self._panel.show_preview(curve)
            return
        if self.name:
            curve = replace(curve, label=self.name)
        self._panel.set_waiting(False)
        self._panel.set_curve(curve)

    def _pin(self) -> None:
        curve = self._panel.plot.main()
        if curve is not None:
            self._panel.pin(curve)

    def _mark(self) -> None:
        info, plot = self._session.info, self._panel.plot
        color: QColor = theme_of(plot.palette()).curve
        main = plot.main()
        curves = ([(main, color)] if main is not None else []) + plot.pins()
        self.marks.show(curves, info["crs"] if info else None)

    def _place_of(self, point: QgsPointXY) -> Optional[Place]:
        """The place below a point of the map; None outside of the images."""
        info = self._session.info
        if info is None:
            return None
        here = self._iface.mapCanvas().mapSettings().destinationCrs()
        own = QgsCoordinateReferenceSystem(info["crs"]) if info["crs"] else here
        try:
            there = QgsCoordinateTransform(here, own, QgsProject.instance()).transform(point)
        except QgsCsException:
            return None
        col, row = pixel_of(there.x(), there.y(), info["transform"])
        inside = 0 <= col < info["width"] and 0 <= row < info["height"]
        return Place(there.x(), there.y()) if inside else None

    def _warn(self, text: str) -> None:
        self.said.emit(text, Qgis.MessageLevel.Warning)


def pixel_of(x: float, y: float, transform: list[float]) -> tuple[float, float]:
    """Column and row, with fractions, of a point in the reference system of the images."""
    a, b, c, d, e, f = transform
    x, y, area = x - c, y - f, a * e - b * d
    return (e * x - b * y) / area, (a * y - d * x) / area
