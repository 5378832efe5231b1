"""The third act in the dock: hover, click, polygon, formula, pins, marks."""

from __future__ import annotations

import json
import time

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtTest import QTest

from kairos.engine.simulate.sample import write_sample
from kairos.ui.curve.acts import pixel_of
from kairos.ui.curve.polygon import selected_polygon
from kairos.ui.dock import KairosDock


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acts") / "stack"
    write_sample(folder, seed=9, size=(40, 48), frames=12, radar_frames=8)
    return folder


@pytest.fixture(scope="module")
def opened(qgis_iface, stack):
    """One dock for all tests here: opening it takes longest."""
    QgsProject.instance().clear()
    made = KairosDock(qgis_iface)
    made.resize(1400, 400)
    made.said = []
    made.curves.said.connect(lambda text, _: made.said.append(text))
    made.open_folder(stack)
    end = time.monotonic() + 30
    while made.frame_layer.layer is None and time.monotonic() < end:
        QTest.qWait(20)
    yield made
    made.close_all()
    QgsProject.instance().clear()


@pytest.fixture
def dock(opened):
    opened.curves.forget()
    opened.panel.curve_row.set_index("NDVI")
    opened.said.clear()
    return opened


def point(dock, row, col):
    """The middle of a pixel on the map."""
    a, _, c, _, e, f = dock.session.info["transform"]
    own = QgsCoordinateReferenceSystem(dock.session.info["crs"])
    here = dock.iface.mapCanvas().mapSettings().destinationCrs()
    there = QgsCoordinateTransform(own, here, QgsProject.instance())
    return there.transform(QgsPointXY(c + a * (col + 0.5), f + e * (row + 0.5)))


def main(dock):
    return dock.panel.plot.main()


def field(dock, crs="EPSG:4326", shift=0.0, name="Field A"):
    """A selected rectangle over rows 10-19 and columns 12-23, in the layer that is active."""
    a, _, c, _, e, f = dock.session.info["transform"]
    box = QgsRectangle(c + 12 * a + shift, f + 20 * e, c + 24 * a + shift, f + 10 * e)
    geometry = QgsGeometry.fromRect(box)
    own = QgsCoordinateReferenceSystem(dock.session.info["crs"])
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=name:string", "Fields", "memory")
    geometry.transform(QgsCoordinateTransform(own, layer.crs(), QgsProject.instance()))
    feature = QgsFeature(layer.fields())
    feature.setGeometry(geometry)
    feature.setAttributes([name])
    layer.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(layer)
    layer.selectAll()
    dock.iface.setActiveLayer(layer)
    return layer


def test_a_preview_follows_the_cursor_and_ends_outside(dock, qtbot):
    plot = dock.panel.plot
    dock.canvas.tool.hovered.emit(point(dock, 5, 5))
    qtbot.waitUntil(lambda: plot._preview.curve is not None, timeout=20_000)
    assert plot.main() is None
    dock.canvas.tool.hovered.emit(point(dock, -30, 5))
    assert plot._preview.curve is None
    dock.canvas.tool.hovered.emit(point(dock, 5, 6))
    qtbot.waitUntil(lambda: plot._preview.curve is not None)
    dock.canvas.tool.left.emit()
    assert plot._preview.curve is None
    assert dock.said == []


def test_a_hover_is_answered_quickly_once_prepared(dock, qtbot):
    plot = dock.panel.plot
    spent = []
    for col in range(12):
        plot.show_preview(None)
        start = time.perf_counter()
        dock.canvas.tool.hovered.emit(point(dock, 20, 10 + col))
        qtbot.waitUntil(lambda: plot._preview.curve is not None, timeout=20_000)
        spent.append(time.perf_counter() - start)
    assert sorted(spent)[2] < 0.1  # 20 ms on a quiet machine


def test_a_click_shows_what_is_at_hand_and_then_all(dock, qtbot):
    seen = []
    dock.session.curves.ready.connect(lambda curve, preview: seen.append(curve))
    dock.canvas.tool.clicked.emit(point(dock, 7, 9))
    qtbot.waitUntil(lambda: main(dock) is not None and bool(main(dock).radar), timeout=30_000)
    assert [curve.complete for curve in seen][-1]
    assert not seen[0].of_kind("masked")
    assert main(dock).label == "row 7, column 9"
    assert len(dock.curves.marks._marks) == 1


def test_a_preview_does_not_take_the_place_of_a_click(dock, qtbot):
    dock.canvas.tool.clicked.emit(point(dock, 7, 9))
    for col in range(5):
        dock.canvas.tool.hovered.emit(point(dock, 3, col))
    qtbot.waitUntil(lambda: main(dock) is not None and bool(main(dock).radar), timeout=30_000)
    assert main(dock).label == "row 7, column 9"


def test_a_click_beside_the_images_is_told(dock):
    dock.canvas.tool.clicked.emit(point(dock, 5, 4000))
    assert "no images at this place" in dock.said[0]
    assert main(dock) is None


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_the_mean_of_a_polygon_in_another_reference_system(dock, qtbot, crs):
    field(dock, crs)
    dock.panel.curve_row.polygon.click()
    qtbot.waitUntil(lambda: main(dock) is not None, timeout=30_000)
    assert main(dock).pixels == 120
    assert main(dock).label == "Field A"
    assert "one&nbsp;deviation" in dock.panel.plot.legend.text()
    dock.panel.pinRequested.emit()
    assert len(dock.curves.marks._marks) == 2
    dock.panel.curve_row.set_index("GNDVI")  # reads the same polygon again
    qtbot.waitUntil(lambda: main(dock).index == "GNDVI", timeout=30_000)
    assert (main(dock).pixels, main(dock).label) == (120, "Field A")


def test_a_polygon_beside_the_images_is_told(dock, qtbot):
    field(dock, shift=50_000)
    with qtbot.waitSignal(dock.session.failed, timeout=30_000) as failed:
        dock.curves.read_polygon()
    assert "not on the images" in failed.args[0]


def test_without_a_selected_polygon_one_is_asked_for(dock):
    layer = field(dock)
    layer.removeSelection()
    dock.curves.read_polygon()
    points = QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    QgsProject.instance().addMapLayer(points)
    dock.iface.setActiveLayer(points)
    dock.curves.read_polygon()
    dock.iface.setActiveLayer(dock.frame_layer.layer)
    dock.curves.read_polygon()
    assert len(dock.said) == 3
    assert all("Select a polygon" in text for text in dock.said)


def test_several_polygons_are_one_area(dock):
    layer = field(dock)
    copy = QgsFeature(next(layer.getFeatures()))
    geometry = copy.geometry()
    geometry.translate(0.01, 0)
    copy.setGeometry(geometry)
    layer.dataProvider().addFeatures([copy])
    layer.selectAll()
    own = QgsCoordinateReferenceSystem(dock.session.info["crs"])
    place, name = selected_polygon(layer, own)
    assert json.loads(place.area)["type"] == "MultiPolygon"
    assert name == "Fields"


def test_a_formula_of_the_person(dock, qtbot):
    row, refused = dock.panel.curve_row, dock.said
    assert not row.set_index("B08 - ")
    assert "cannot be read" in refused[-1]
    assert not row.set_index("B08 / B99")
    assert "no band B99" in refused[-1]
    assert row.index() == "NDVI"
    dock.canvas.tool.clicked.emit(point(dock, 7, 9))
    qtbot.waitUntil(lambda: main(dock) is not None and bool(main(dock).radar), timeout=30_000)
    assert row.set_index("B08 * 100")
    qtbot.waitUntil(lambda: main(dock).index == "B08 * 100", timeout=30_000)
    low, high = dock.panel.plot.view.heights
    assert high > 20
    assert low == 0
    with qtbot.waitSignal(dock.session.failed, timeout=30_000) as failed:
        row.set_index("B09 + B08")  # known, but not in this stack
    assert "B09" in failed.args[0]


def test_marks_go_with_the_pins_and_with_the_dock(dock, qtbot):
    scene = dock.iface.mapCanvas().scene()
    before = len(scene.items())
    dock.canvas.tool.clicked.emit(point(dock, 7, 9))
    qtbot.waitUntil(lambda: main(dock) is not None and bool(main(dock).radar), timeout=30_000)
    dock.panel.pinRequested.emit()
    dock.panel.pinRequested.emit()
    assert len(scene.items()) == before + 3
    dock.panel.plot.unpin(0)
    assert len(scene.items()) == before + 2
    dock.iface.mapCanvas().setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    assert len(scene.items()) == before + 2
    dock.curves.forget()
    assert len(scene.items()) == before


def test_pixels_are_found_in_rotated_images():
    transform = [8.0, 6.0, 100.0, 6.0, -8.0, 200.0]
    col, row = pixel_of(100 + 8 * 3 + 6 * 2, 200 + 6 * 3 - 8 * 2, transform)
    assert (col, row) == pytest.approx((3, 2))
