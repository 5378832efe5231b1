"""Layers whose files are gone when QGIS closes come back with their project."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from qgis.core import QgsProject, QgsRasterLayer

from kairos.ui import session
from kairos.ui.canvas.lasting import is_empty
from kairos.ui.dock import KairosDock
from tests.qgis.dock_data import show


def names():
    return sorted(layer.name() for layer in QgsProject.instance().mapLayers().values())


def layers():
    return list(QgsProject.instance().mapLayers().values())


@pytest.fixture
def saved(dock, qtbot, stack, tmp_path):
    """A project with the frame of a day, its sources, and nothing of QGIS's session left."""
    folder = shutil.copytree(stack, tmp_path / "stack")
    dock.open_folder(folder)
    qtbot.waitUntil(lambda: dock.frame_layer.layer is not None, timeout=30_000)
    dock.looking.trust.actions["source"].setChecked(True)
    qtbot.waitUntil(lambda: dock.looking.trust.layers.layer("source") is not None, timeout=30_000)
    dock.frame_layer.layer.setOpacity(0.75)
    file = tmp_path / "project.qgz"
    assert QgsProject.instance().write(str(file))
    before = names(), dock.frame_layer.layer.extent(), dock.panel.date()
    shutil.rmtree(dock.session._scratch)
    dock.session._scratch.mkdir()
    return str(file), folder, before


def test_a_saved_project_has_no_broken_layer(saved):
    QgsProject.instance().clear()
    opened = QgsProject()
    assert opened.read(saved[0])
    found = list(opened.mapLayers().values())
    assert sorted(layer.name() for layer in found) == saved[2][0]
    for layer in found:
        assert isinstance(layer, QgsRasterLayer)
        assert layer.isValid()
        assert is_empty(layer)
        assert layer.extent() == saved[2][1]


def test_they_are_filled_again(dock, saved, qtbot, qgis_canvas):
    file, _, (before, extent, day) = saved
    assert QgsProject.instance().read(file)
    ids = sorted(layer.id() for layer in layers())
    show(dock, qgis_canvas)
    qtbot.waitUntil(lambda: not any(is_empty(a) for a in layers()), timeout=30_000)
    assert sorted(layer.id() for layer in layers()) == ids
    assert names() == before
    assert dock.panel.date() == day
    frame = dock.frame_layer.layer
    assert frame.extent() == extent
    assert frame.opacity() == 0.75
    block = frame.dataProvider().block(1, extent, 20, 20)
    assert np.isfinite([block.value(i, i) for i in range(20)]).all()
    assert dock.looking.trust.actions["source"].isChecked()
    root = QgsProject.instance().layerTreeRoot()
    dock.looking.trust.actions["source"].setChecked(False)
    assert root.findGroup("Kairos: trust") is None


def test_a_large_stack_is_seen_at_once_where_the_project_looks(
    dock, saved, qtbot, qgis_canvas, monkeypatch
):
    monkeypatch.setattr(session, "_SMALL", 100)
    assert QgsProject.instance().read(saved[0])
    show(dock, qgis_canvas)
    qgis_canvas.setExtent(qgis_canvas.extent().scaled(0.5))
    before = qgis_canvas.extent()
    qtbot.waitUntil(lambda: not dock.frame_layer.is_empty, timeout=30_000)
    assert str(dock.session.folder) in dock.frame_layer.layer.source()  # as it was seen
    assert qgis_canvas.extent() == before


def test_without_the_images_none_stays(dock, saved):
    file, folder, _ = saved
    shutil.rmtree(folder)
    said = []
    dock.push = lambda text, *_: said.append(text)
    assert QgsProject.instance().read(file)
    assert "no longer" in said[0]
    assert names() == []


def test_images_that_cannot_be_opened_leave_none(dock, saved, qtbot):
    file, folder, _ = saved
    for image in folder.glob("*.tif"):
        image.write_bytes(b"no image")
    assert QgsProject.instance().read(file)
    qtbot.waitUntil(lambda: names() == [], timeout=30_000)


def test_what_a_person_does_asks_to_be_saved(dock, qtbot, tmp_path):
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "project.qgz"))
    dock.panel.slider.step_acquisition(1)
    qtbot.wait(300)
    project.setDirty(False)  # the frame has come
    dock.panel.slider.setValue(dock.panel.slider.value() + 1)
    assert not project.isDirty()
    dock.curves.read(dock.curves._place_of(dock.frame_layer.layer.extent().center()))
    qtbot.waitUntil(lambda: bool(dock.panel.curves()), timeout=30_000)
    project.setDirty(False)
    dock.panel.curve_row.pin.click()
    assert project.isDirty()
    for edit in (
        lambda: dock.panel.curve_row.pinRenamed.emit(0, "Wood"),
        lambda: dock.panel.curve_row.pinRemoved.emit(0),
        lambda: dock.panel.includeToggled.emit(dock.album.acquisitions()[0].date, False),
    ):
        project.setDirty(False)
        edit()
        assert project.isDirty()


def test_another_dock_fills_them_too(dock, saved, qtbot, qgis_iface, qgis_canvas):
    QgsProject.instance().clear()
    dock.keeper.close()
    dock.keeper.close = lambda: None
    assert QgsProject.instance().read(saved[0])
    other = KairosDock(qgis_iface)
    try:
        show(other, qgis_canvas)
        qtbot.waitUntil(lambda: not any(is_empty(a) for a in layers()), timeout=30_000)
    finally:
        other.close_all()
