"""Between the canvas, in whatever reference system and turned however, and a stack's pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtGui import QTransform

_ROUND = 10
"""Segments of a quarter of a circle."""


class Ground:
    """The pixels of a stack as the canvas sees them."""

    def __init__(self, canvas: QgsMapCanvas, info: Mapping[str, Any]) -> None:
        self._canvas, self._crs = canvas, info["crs"]
        a, b, c, d, e, f = info["transform"]
        self._to_stack = QTransform(a, d, b, e, c, f)
        self._to_pixels = self._to_stack.inverted()[0]

    def pixel(self, point: QgsPointXY) -> Optional[tuple[float, float]]:
        """The column and row under a point of the canvas; None where that cannot be told."""
        here = QgsPointXY(point)
        if self._crs:
            try:
                here = self._transform().transform(here, QgsCoordinateTransform.ReverseTransform)
            except QgsCsException:
                return None
        return tuple(self._to_pixels.map(here.x(), here.y()))

    def shape(self, points: Sequence[tuple[float, float]], radius: float) -> QgsGeometry:
        """What a round brush covers along points (column, row), on the canvas."""
        places = [QgsPointXY(*point) for point in points]
        single = len(places) == 1
        line = QgsGeometry.fromPointXY(places[0]) if single else QgsGeometry.fromPolylineXY(places)
        shape = line.buffer(radius, _ROUND)
        shape.transform(self._to_stack)
        if self._crs:
            try:
                shape.transform(self._transform())
            except QgsCsException:
                return QgsGeometry()
        return shape

    def _transform(self) -> QgsCoordinateTransform:
        own = QgsCoordinateReferenceSystem(self._crs)
        there = self._canvas.mapSettings().destinationCrs()
        return QgsCoordinateTransform(own, there, QgsProject.instance())
