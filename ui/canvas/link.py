"""The map canvas as Kairos sees it: where it looks, which day it shows, where it is clicked."""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsTemporalNavigationObject,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...engine.protocol import Rectangle
from ..clean.results import day_range
from ..curve.tool import CurveTool
from .visible import window_of

_REST_MS = 300


class CanvasLink(QObject):
    """Ties the canvas of QGIS to one stack."""

    dayChosen = pyqtSignal(object)
    """The Temporal Controller went to a day (datetime.date)."""
    moved = pyqtSignal()
    """The canvas came to rest on another part of the Earth."""
    drawn = pyqtSignal()
    """The canvas has drawn its layers."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self.canvas = self._canvas = canvas
        self._leading = False
        self.tool = CurveTool(canvas)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.moved)
        canvas.extentsChanged.connect(self._rest.start)
        canvas.rotationChanged.connect(self._rest.start)
        canvas.destinationCrsChanged.connect(self._rest.start)
        canvas.temporalRangeChanged.connect(self._follow)
        canvas.mapCanvasRefreshed.connect(self.drawn)

    def leave(self) -> None:
        """Let go of the canvas."""
        self._rest.stop()
        self._canvas.extentsChanged.disconnect(self._rest.start)
        self._canvas.rotationChanged.disconnect(self._rest.start)
        self._canvas.destinationCrsChanged.disconnect(self._rest.start)
        self._canvas.temporalRangeChanged.disconnect(self._follow)
        self._canvas.mapCanvasRefreshed.disconnect(self.drawn)
        self.tool.leave()

    def listen(self) -> None:
        """Take the cursor for curves."""
        self._canvas.setMapTool(self.tool)

    def visible(self, info: dict[str, Any]) -> Optional[Rectangle]:
        """What it shows of a stack in pixels; None where it shows nothing of it."""
        if not info["crs"]:
            return None
        box = self._to_stack(info).transformBoundingBox(self._canvas.mapSettings().visibleExtent())
        corners = (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum())
        return window_of(corners, info["transform"], info["width"], info["height"])

    def shows(self, layer: Optional[QgsRasterLayer]) -> bool:
        """Whether a layer is switched on."""
        return layer is not None and layer in self._canvas.layers()

    def corners_of(self, window: Rectangle, info: dict[str, Any]) -> list[QgsPointXY]:
        """The corners of a part of a stack, clockwise from its first pixel, on the map."""
        row, col, height, width = window
        a, b, c, d, e, f = info["transform"]
        own = QgsCoordinateReferenceSystem(info["crs"])
        here = self._canvas.mapSettings().destinationCrs()
        there = QgsCoordinateTransform(own, here, QgsProject.instance())
        places = ((col, row), (col + width, row), (col + width, row + height), (col, row + height))
        return [
            there.transform(QgsPointXY(a * x + b * y + c, d * x + e * y + f)) for x, y in places
        ]

    def size_of(self, corners: list[QgsPointXY]) -> tuple[int, int]:
        """Height and width on the screen, in its own pixels, of what has these corners."""
        to_pixel, ratio = self._canvas.getCoordinateTransform(), self._canvas.devicePixelRatioF()
        first, right, _, below = (to_pixel.transform(corner) for corner in corners)
        height, width = first.distance(below) * ratio, first.distance(right) * ratio
        return max(1, round(height)), max(1, round(width))

    def in_stack(self, point: QgsPointXY, info: dict[str, Any]) -> QgsPointXY:
        """A point of the canvas in the reference system of a stack."""
        return self._to_stack(info).transform(point)

    def show_day(self, day: dt.date) -> None:
        """Let QGIS show a day, and its Temporal Controller go there if it plays an animation."""
        if self._day() == day:
            return  # the controller leads, perhaps by more than a day
        self._leading = True
        controller = self._canvas.temporalController()
        if (
            isinstance(controller, QgsTemporalNavigationObject)
            and controller.navigationMode() == QgsTemporalNavigationObject.NavigationMode.Animated
        ):
            frame = controller.findBestFrameNumberForFrameStart(day_range(day).begin())
            controller.setCurrentFrameNumber(frame)
        self._canvas.setTemporalRange(day_range(day))
        self._leading = False

    def zoom_to(self, layer: QgsRasterLayer) -> None:
        """Show the whole of a layer; in an empty project in its own reference system."""
        self._zoom(layer.extent(), layer.crs(), len(QgsProject.instance().mapLayers()) == 1)

    def zoom_to_stack(self, info: dict[str, Any]) -> None:
        """The same, of the ground of a stack of which there is no layer yet."""
        if not info["crs"]:
            return
        a, _, c, _, e, f = info["transform"]
        ground = QgsRectangle(c, f, c + a * info["width"], f + e * info["height"])
        own = QgsCoordinateReferenceSystem(info["crs"])
        self._zoom(ground, own, len(QgsProject.instance().mapLayers()) < 2)

    def _zoom(self, extent: QgsRectangle, crs: QgsCoordinateReferenceSystem, alone: bool) -> None:
        canvas = self._canvas
        if alone:
            QgsProject.instance().setCrs(crs)
            canvas.setDestinationCrs(crs)
        here = canvas.mapSettings().destinationCrs()
        there = QgsCoordinateTransform(crs, here, QgsProject.instance())
        canvas.setExtent(there.transformBoundingBox(extent))
        canvas.refresh()

    def _to_stack(self, info: dict[str, Any]) -> QgsCoordinateTransform:
        own = QgsCoordinateReferenceSystem(info["crs"])
        here = self._canvas.mapSettings().destinationCrs()
        return QgsCoordinateTransform(here, own, QgsProject.instance())

    def _day(self) -> Optional[dt.date]:
        """The first day of what the canvas shows; None where it shows all times."""
        span = self._canvas.temporalRange()
        if span.isInfinite() or not span.begin().isValid():
            return None
        date = span.begin().date()
        return dt.date(date.year(), date.month(), date.day())

    def _follow(self) -> None:
        day = self._day()
        if day is not None and not self._leading:
            self.dayChosen.emit(day)
