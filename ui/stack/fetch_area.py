"""The area that the map shows, as a catalogue of images wants it."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
)
from qgis.gui import QgsMapCanvas

_KM = 111.32
"""Kilometres of a degree of latitude."""
WIDEST = 200.0
"""Kilometres along a side."""


@dataclass(frozen=True)
class Area:
    """West, south, east and north in degrees; west is greater than east at the antimeridian."""

    box: tuple[float, float, float, float]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in kilometres."""
        west, south, east, north = self.box
        width = (east - west) % 360 * _KM * cos(radians((south + north) / 2))
        return width, (north - south) * _KM


def area_of(canvas: QgsMapCanvas) -> Optional[Area]:
    """What a canvas shows; None where that has no place on the Earth."""
    here = canvas.mapSettings().destinationCrs()
    extent = canvas.mapSettings().visibleExtent()
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    if not here.isValid() or extent.isEmpty():
        return None
    try:
        box = QgsCoordinateTransform(here, degrees, QgsProject.instance()).transformBoundingBox(
            extent, handle180Crossover=True
        )
    except QgsCsException:
        return None
    west, south, east, north = box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()
    if not (-90 <= south < north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
        return None
    return Area((west, south, east, north))
