"""Where the curves are read, on the map: a mark in the colour of each curve."""

from __future__ import annotations

from typing import Optional, Union

from osgeo import ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand, QgsVertexMarker
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QColor

from ..model import Curve, Place

Mark = Union[QgsVertexMarker, QgsRubberBand]


class PlaceMarks(QObject):
    """Marks of the main curve and of the pins; QGIS draws them above the layers."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._shown: list[tuple[Place, QColor]] = []
        self._crs: Optional[str] = None
        self._marks: list[Mark] = []
        canvas.destinationCrsChanged.connect(self._draw)

    def show(self, curves: list[tuple[Curve, QColor]], crs: Optional[str]) -> None:
        """Mark the places of curves, given in a reference system."""
        shown = [(curve.place, color) for curve, color in curves if curve.place is not None]
        if (shown, crs) != (self._shown, self._crs):
            self._shown, self._crs = shown, crs
            self._draw()

    def close(self) -> None:
        """Take the marks away, for good."""
        self._canvas.destinationCrsChanged.disconnect(self._draw)
        self._shown = []
        self._draw()

    def _draw(self) -> None:
        for mark in self._marks:
            self._canvas.scene().removeItem(mark)
        self._marks = [m for m in (self._mark(*shown) for shown in self._shown) if m is not None]

    def _mark(self, place: Place, color: QColor) -> Optional[Mark]:
        try:
            if place.area:
                return self._outline(place, color)
            point = self._to_canvas().transform(QgsPointXY(place.x, place.y))
        except QgsCsException:
            return None  # the map cannot show it
        mark = QgsVertexMarker(self._canvas)
        mark.setIconType(QgsVertexMarker.ICON_CIRCLE)
        mark.setIconSize(self._canvas.fontMetrics().height() * 3 // 4)
        mark.setPenWidth(3)
        mark.setColor(color)
        mark.setCenter(point)
        return mark

    def _outline(self, place: Place, color: QColor) -> QgsRubberBand:
        geometry = QgsGeometry.fromWkt(ogr.CreateGeometryFromJson(place.area).ExportToWkt())
        geometry.transform(self._to_canvas())
        band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        band.setToGeometry(geometry, None)
        band.setStrokeColor(color)
        band.setFillColor(QColor(0, 0, 0, 0))
        band.setWidth(2)
        return band

    def _to_canvas(self) -> QgsCoordinateTransform:
        here = self._canvas.mapSettings().destinationCrs()
        own = QgsCoordinateReferenceSystem(self._crs) if self._crs else here
        return QgsCoordinateTransform(own, here, QgsProject.instance())
