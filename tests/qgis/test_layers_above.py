"""Vector layers above the frame are seen on the preview, those below are not."""

from __future__ import annotations

import datetime as dt

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from .dock_data import colours

RED = (255, 0, 0)


@pytest.fixture
def field(dock):
    """A red field over the left half of the images."""
    ground = QgsRectangle(dock.frame_layer.layer.extent())
    ground.setXMaximum(ground.center().x())
    layer = QgsVectorLayer(
        f"Polygon?crs={dock.frame_layer.layer.crs().authid()}", "field", "memory"
    )
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(ground))
    layer.dataProvider().addFeature(feature)
    symbol = QgsFillSymbol.createSimple({"color": "255,0,0", "outline_style": "no"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    QgsProject.instance().addMapLayer(layer, False)
    return layer


def red(canvas):
    """The share of the canvas that is red."""
    return (colours(canvas) == RED).all(axis=2).mean()


def drag(dock, qtbot):
    """Move the slider to a day that was acquired; the preview shows it."""
    day = dock.panel.date()
    dates = [dt.date.fromisoformat(text) for text in dock.session.info["dates"]]
    dock.panel.set_date(next(d for d in dates if d != day))
    assert dock.following.preview.visible


def settle(dock, canvas, qtbot):
    qtbot.wait(50)
    qtbot.waitUntil(lambda: not canvas.isDrawing(), timeout=10_000)
    qtbot.waitUntil(lambda: dock.following.preview.complete, timeout=20_000)


@pytest.mark.parametrize(("crs", "rotation"), [("", 0), ("EPSG:4326", 30)])
def test_a_field_above_stays_while_the_slider_moves(qtbot, dock, qgis_canvas, field, crs, rotation):
    frame, following = dock.frame_layer.layer, dock.following
    dock.session.frame_ready.disconnect()  # the preview stays
    if crs:
        there = QgsCoordinateReferenceSystem(crs)
        turned = QgsCoordinateTransform(frame.crs(), there, QgsProject.instance())
        qgis_canvas.setDestinationCrs(there)
        qgis_canvas.setRotation(rotation)
        with qtbot.waitSignal(dock.canvas.moved):
            qgis_canvas.setExtent(turned.transformBoundingBox(frame.extent()))
    qgis_canvas.setLayers([field, frame])
    qgis_canvas.refresh()
    settle(dock, qgis_canvas, qtbot)
    plain = red(qgis_canvas)
    assert plain > 0.1
    with qtbot.waitSignal(following.above.drawn, timeout=10_000, check_params_cb=bool):
        drag(dock, qtbot)
    assert red(qgis_canvas) == pytest.approx(plain, rel=0.03)
    following.preview.hide()
    drag(dock, qtbot)  # at once, the second time
    assert red(qgis_canvas) == pytest.approx(plain, rel=0.03)


def test_when_the_map_moves_nothing_old_is_laid_on_it(qtbot, dock, qgis_canvas, field):
    dock.session.frame_ready.disconnect()
    qgis_canvas.setLayers([field, dock.frame_layer.layer])
    settle(dock, qgis_canvas, qtbot)
    with qtbot.waitSignal(dock.following.above.drawn, timeout=10_000, check_params_cb=bool):
        drag(dock, qtbot)
    with qtbot.waitSignal(dock.following.above.drawn, timeout=10_000) as moved:
        qgis_canvas.setExtent(qgis_canvas.extent().buffered(50))
    assert moved.args == [None]


def test_a_field_below_is_covered(qtbot, dock, qgis_canvas, field):
    dock.session.frame_ready.disconnect()
    qgis_canvas.setLayers([dock.frame_layer.layer, field])
    settle(dock, qgis_canvas, qtbot)
    drag(dock, qtbot)
    qtbot.wait(300)
    assert red(qgis_canvas) < 0.01
