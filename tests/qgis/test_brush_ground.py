"""Strokes by day, and the way from a canvas to the pixels of a stack."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY

from kairos.ui.brush.ground import Ground
from kairos.ui.brush.strokes import CLOUD, USABLE, Stroke, Strokes

DAY = dt.date(2021, 6, 1)


def test_undo_and_redo_by_day():
    strokes, other = Strokes(), dt.date(2021, 7, 1)
    one, two = Stroke(CLOUD, 2, ((1.0, 2.0),)), Stroke(USABLE, 3, ((4.0, 5.0), (6.0, 7.0)))
    strokes.add(DAY, one)
    strokes.add(DAY, two)
    strokes.add(other, two)
    strokes.undo(DAY)
    assert strokes.of(DAY) == (one,)
    assert strokes.can_redo(DAY)
    strokes.redo(DAY)
    assert strokes.of(DAY) == (one, two)
    strokes.undo(DAY)
    strokes.add(DAY, one)
    assert not strokes.can_redo(DAY)
    for _ in range(3):
        strokes.undo(DAY)
    assert strokes.days == [other]
    assert strokes.as_json() == '{"2021-07-01": [[1, 3, [[4.0, 5.0], [6.0, 7.0]]]]}'


@pytest.mark.parametrize("crs", ["EPSG:32632", "EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("rotation", [0, 37])
def test_a_pixel_is_found_on_any_canvas(qgis_iface, crs, rotation):
    canvas = qgis_iface.mapCanvas()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    canvas.setRotation(rotation)
    info = {"crs": "EPSG:32632", "transform": [10, 0, 600000, 0, -10, 5400000]}
    ground = Ground(canvas, info)
    shape = ground.shape([(100.0, 40.0)], 3.0)
    middle = shape.centroid().asPoint()
    assert ground.pixel(middle) == pytest.approx((100, 40), abs=0.01)
    rim = [ground.pixel(QgsPointXY(v)) for v in shape.vertices()]
    assert all(np.hypot(x - 100, y - 40) == pytest.approx(3, abs=0.1) for x, y in rim)
    canvas.setRotation(0)


def test_without_a_crs_the_canvas_is_the_images_own(qgis_iface):
    ground = Ground(qgis_iface.mapCanvas(), {"crs": None, "transform": [1, 0, 0, 0, 1, 0]})
    assert ground.pixel(QgsPointXY(7.5, 8.5)) == (7.5, 8.5)
