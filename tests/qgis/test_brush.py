"""The brush in the dock: real strokes on a real canvas, saved beside real images."""

from __future__ import annotations

import datetime as dt
import shutil
import time

import numpy as np
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsProject
from qgis.gui import QgsMapToolPan
from qgis.PyQt.QtCore import QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QResizeEvent, QWheelEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from kairos.engine.simulate.sample import write_sample
from kairos.ui.brush.strokes import CLOUD, UNTOUCHED, USABLE
from kairos.ui.dock import KairosDock
from tests.qgis.time_data import move

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def sample_stack(tmp_path_factory):
    """A stack for tests that write nothing into it."""
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(48, 48), frames=10, radar_frames=0)
    return folder


@pytest.fixture
def stack(sample_stack, tmp_path):
    """A copy, to be painted on."""
    return shutil.copytree(sample_stack, tmp_path / "sample")


def until(holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        QTest.qWait(10)


@pytest.fixture
def dock(qgis_iface, qgis_new_project, stack):
    canvas = qgis_iface.mapCanvas()
    canvas.resize(600, 600)
    QApplication.sendEvent(canvas, QResizeEvent(canvas.size(), canvas.size()))  # it is never shown
    made = KairosDock(qgis_iface)
    made.open_folder(stack)
    until(lambda: made.frame_layer.layer is not None)
    canvas.setRotation(0)
    canvas.setDestinationCrs(made.frame_layer.layer.crs())
    canvas.setExtent(made.frame_layer.layer.extent())
    yield made
    made.close_all()


@pytest.fixture
def brushing(dock):
    return taken(dock)


def taken(dock):
    """The brush in the hand."""
    brushing = dock.tools.brushing
    dock.tools.brush_action.trigger()
    until(lambda: brushing.tool.is_allowed)
    return brushing


def where(dock, col, row):
    """The place on the canvas of a place on the images."""
    a, _, c, _, e, f = dock.session.info["transform"]
    canvas = dock.iface.mapCanvas()
    own = QgsPointXY(c + a * col, f + e * row)
    there = canvas.mapSettings().layerToMapCoordinates(dock.frame_layer.layer, own)
    return canvas.getCoordinateTransform().transform(there).toQPointF().toPoint()


def paint(dock, *places):
    view = dock.iface.mapCanvas().viewport()
    first, *others = [where(dock, *place) for place in places]
    QTest.mousePress(view, LEFT, pos=first)
    for place in others:
        move(view, place.x(), place.y(), held=True)
    QTest.mouseRelease(view, LEFT, pos=others[-1] if others else first)


def names():
    return [g.name() for g in QgsProject.instance().layerTreeRoot().findGroups()]


def test_the_brush_takes_the_place_of_the_settings(brushing, dock):
    assert dock.side._full.isHidden()
    assert not brushing.panel.isHidden()
    assert names()[0].startswith("Mask of ")
    tree = QgsProject.instance().layerTreeRoot().children()[0]
    assert tree.children()[0].name() == "What counts as cloud"
    assert "as acquired" in tree.children()[1].name()
    assert dock.iface.mapCanvas().mapTool() is brushing.tool
    brushing.panel._leave.click()
    assert not brushing.is_open
    assert not dock.side._full.isHidden()
    assert names() == []
    assert dock.iface.mapCanvas().mapTool() is dock.canvas.tool


def test_what_is_painted_lies_beside_the_images_and_counts(brushing, dock, stack, read, qtbot):
    day = dock.panel.date()
    frame = next(f for f in dock.session.info["frames"] if f["date"] == day.isoformat())
    before = sorted(f.name for f in stack.iterdir())
    brushing.tool.set_width(6)
    paint(dock, (10, 10), (20, 10), (30, 10))
    assert len(brushing.strokes.of(day)) == 1
    brushing.panel._undo.trigger()
    assert not brushing.panel._save.isEnabled()
    brushing.panel._redo.trigger()
    brushing.panel._values.button(USABLE).click()
    paint(dock, (10, 30))
    with qtbot.waitSignal(brushing.said, timeout=30_000) as said:
        brushing.panel._save.click()
    assert said.args[0] == "The mask of one image is saved."
    file = f"{frame['file'][:-4]}_BRUSH.tif"
    assert sorted(f.name for f in stack.iterdir()) == sorted([*before, file])
    values = read(stack / file, 1)
    assert (values[8:12, 12:28] == CLOUD).all()
    assert values[30, 10] == USABLE
    assert (values[15:25] == UNTOUCHED).all()
    now = next(f for f in dock.session.info["frames"] if f["date"] == day.isoformat())
    assert "painted by hand" in now["mask_rule"]
    assert now["clear"] < frame["clear"]
    shown = next(a for a in dock.album.acquisitions() if a.date == day)
    assert shown.clear == now["clear"]
    assert not brushing.is_open


def open_again(dock, file):
    """As if QGIS had been closed and opened again with a project."""
    assert QgsProject.instance().write(str(file))
    QgsProject.instance().clear()
    dock.cleaning.made = []
    assert QgsProject.instance().read(str(file))
    until(lambda: dock.session.info is not None and not dock.frame_layer.is_empty)


@pytest.mark.parametrize("earlier", [False, True])
def test_cleaned_images_are_updated_where_it_was_painted(
    dock, stack, read, tmp_path, qtbot, earlier
):
    out = tmp_path / "out"
    dock.cleaning.start(str(out), stack, None)
    qtbot.waitUntil(lambda: dock.task is None, timeout=60_000)
    before = {f.name: read(f) for f in out.glob("*.tif")}
    if earlier:
        open_again(dock, tmp_path / "project.qgz")
    brushing, day = taken(dock), dock.panel.date()
    layer = next(
        la for la in QgsProject.instance().mapLayers().values()
        if la.source().startswith(str(out)) and day.isoformat().replace("-", "") in la.source()
    )  # fmt: skip
    a, _, c, _, e, f = dock.session.info["transform"]
    spot = QgsPointXY(c + 10.5 * a, f + 10.5 * e)
    seen = layer.dataProvider().sample(spot, 1)[0]
    brushing.tool.set_width(5)
    paint(dock, (10.5, 10.5))
    with qtbot.waitSignal(brushing.said, timeout=60_000) as said:
        brushing.panel._save.click()
    assert said.args[0].endswith(f"{len(before)} cleaned images were updated where you painted.")
    file = next(n for n in before if day.isoformat().replace("-", "") in n)
    after = read(out / file)
    assert not np.array_equal(after[:, 8:13, 8:13], before[file][:, 8:13, 8:13])
    assert layer.dataProvider().sample(spot, 1)[0] == after[0, 10, 10] != seen


def test_on_a_turned_canvas_in_another_crs_the_same_ground_is_painted(brushing, dock, qtbot):
    canvas = dock.iface.mapCanvas()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    canvas.setRotation(30)
    extent = canvas.mapSettings().layerExtentToOutputExtent(
        dock.frame_layer.layer, dock.frame_layer.layer.extent()
    )
    canvas.setExtent(extent)
    paint(dock, (20, 12), (30, 18))
    stroke = brushing.strokes.of(dock.panel.date())[0]
    assert stroke.points[0] == pytest.approx((20, 12), abs=1.2)  # a pixel of the screen
    assert stroke.points[-1] == pytest.approx((30, 18), abs=1.2)
    canvas.setRotation(0)


def test_the_keyboard_and_the_wheel(brushing, dock, qtbot):
    view, tool, day = dock.iface.mapCanvas().viewport(), brushing.tool, dock.panel.date()
    canvas = dock.iface.mapCanvas()
    width = tool.width
    QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert tool.width > width
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert tool.width < width
    assert brushing.panel._width.text() == f"{tool.width} pixels"
    before, at = tool.width, QPointF(100, 100)
    wheel = QWheelEvent(
        at, QPointF(view.mapToGlobal(QPoint(100, 100))), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, wheel)
    assert tool.width > before
    QTest.keyClick(canvas, Qt.Key.Key_X)
    paint(dock, (10, 10))
    assert brushing.strokes.of(day)[0].value == USABLE
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert brushing.strokes.of(day) == ()
    QTest.keyClick(canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(brushing.strokes.of(day)) == 1


def test_escape_drops_a_stroke_keeps_what_is_unsaved_and_else_leaves(brushing, dock, qtbot):
    canvas, day = dock.iface.mapCanvas(), dock.panel.date()
    QTest.mousePress(canvas.viewport(), LEFT, pos=where(dock, 10, 10))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=where(dock, 20, 10))
    assert brushing.strokes.of(day) == ()
    assert brushing.is_open
    paint(dock, (10, 10))
    with qtbot.waitSignal(brushing.said) as said:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert "not saved" in said.args[0]
    assert brushing.is_open
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not brushing.is_open


def test_on_a_day_without_an_image_nothing_can_be_painted(brushing, dock, qtbot):
    first = dock.panel.date()
    paint(dock, (10, 10))
    empty = next(
        first + dt.timedelta(n) for n in range(1, 9)
        if (first + dt.timedelta(n)).isoformat() not in dock.session.info["dates"]
    )  # fmt: skip
    dock.panel.set_date(empty)
    dock.panel.dateSettled.emit(empty)
    assert "No image" in brushing.panel._hint.text()
    paint(dock, (10, 10))
    assert brushing.strokes.days == [first]
    assert names() == []
    dock.panel.set_date(first)
    dock.panel.dateSettled.emit(first)
    until(lambda: brushing.tool.is_allowed)
    assert len(brushing._bands) == 1


def test_layers_that_go_and_other_tools_do_no_harm(brushing, dock):
    QgsProject.instance().removeAllMapLayers()
    canvas = dock.iface.mapCanvas()
    canvas.setMapTool(pan := QgsMapToolPan(canvas))
    assert brushing.panel._values.checkedId() == -1
    brushing.panel._values.button(CLOUD).click()
    assert canvas.mapTool() is brushing.tool
    assert pan is not None
    brushing.leave()
    assert not brushing.is_open


def test_a_new_project_and_another_stack_put_the_brush_away(brushing, dock, stack, qtbot):
    QgsProject.instance().clear()
    assert not brushing.is_open
    dock.tools.brush_action.trigger()
    assert brushing.is_open
    dock.open_folder(stack)
    with qtbot.waitSignal(dock.session.opened, timeout=30_000):
        pass
    assert not brushing.is_open


def test_a_folder_that_cannot_be_written_is_told_and_the_strokes_stay(brushing, dock, qtbot):
    day = dock.panel.date()
    paint(dock, (10, 10))
    name = brushing._names[day][0]
    entry = dock.album.source.names()[name]
    object.__setattr__(entry, "file", entry.file.parent / "gone" / entry.file.name)
    with qtbot.waitSignal(brushing.failed, timeout=30_000) as failed:
        brushing.panel._save.click()
    assert "cannot be written" in failed.args[0]
    assert brushing.is_open
    assert len(brushing.strokes.of(day)) == 1


def test_a_damaged_mask_is_told_where_the_person_looks(dock, stack):
    brushing, day = dock.tools.brushing, dock.panel.date()
    name = next(f["file"] for f in dock.session.info["frames"] if f["date"] == day.isoformat())
    (stack / f"{name[:-4]}_BRUSH.tif").write_text("no image")
    dock.tools.brush_action.trigger()
    until(lambda: "BRUSH" in brushing.panel._hint.text())
    assert "not a readable image" in brushing.panel._hint.text()
    assert not brushing.tool.is_allowed
