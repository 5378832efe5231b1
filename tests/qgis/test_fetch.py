"""Get images for this area: with a real worker and a real server on this computer."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRasterLayer, QgsRectangle
from qgis.PyQt.QtCore import QDate, QSize, Qt
from qgis.PyQt.QtTest import QTest

from kairos.ui.stack.fetch_area import area_of
from kairos.ui.stack.fetch_dialog import FetchDialog

from ..engine.stac.earth import EAST, NORTH, write_scene
from ..engine.stac.server import Server

DAYS = ("2021-06-01", "2021-06-06", "2021-06-11")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earth")
    made = Server(folder)
    for number, day in enumerate(DAYS):
        item = copy.deepcopy(write_scene(folder, day, number))
        for asset in item["assets"].values():
            asset["href"] = f"{made.url}/files/{Path(asset['href']).name}"
        made.items.append(item)
    yield made
    made.close()


@pytest.fixture
def canvas(qgis_canvas, qgis_new_project, monkeypatch):
    monkeypatch.setenv("KAIROS_STALL_SECONDS", "2")
    qgis_canvas.resize(QSize(300, 300))
    qgis_canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32631"))
    qgis_canvas.setExtent(QgsRectangle(EAST + 100, NORTH - 500, EAST + 500, NORTH - 100))
    return qgis_canvas


@pytest.fixture
def dialog(qtbot, canvas, server):
    server.trouble.clear()
    made = FetchDialog(canvas)
    qtbot.addWidget(made)
    made.show()
    made.catalogue.setEditText(server.url)
    made.first.setDate(QDate(2021, 6, 1))
    made.last.setDate(QDate(2021, 6, 30))
    yield made
    made.abandon()


def press(dialog):
    QTest.mouseClick(dialog._get, Qt.MouseButton.LeftButton)


def test_images_come_and_are_told(qtbot, dialog, tmp_path):
    dialog.folder.setFilePath(str(tmp_path / "mine"))
    told = []
    dialog.fetched.connect(lambda folder, warning: told.append((folder, warning)))
    press(dialog)
    assert not dialog._get.isEnabled()
    assert not dialog.catalogue.isEnabled()
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    assert told == [(tmp_path / "mine", "")]
    names = sorted(f.name for f in (tmp_path / "mine").glob("*.tif"))
    assert names[:2] == ["S2_L2A_20210601.tif", "S2_L2A_20210601_SCL.tif"]
    assert len(names) == 6
    assert not dialog.isVisible()


def test_coarser_pixels(qtbot, dialog, tmp_path):
    dialog.folder.setFilePath(str(tmp_path / "mine"))
    before = dialog._area.text()
    dialog.pixel.setValue(20)
    assert dialog._area.text() != before
    with qtbot.waitSignal(dialog.fetched, timeout=30_000):
        press(dialog)
    layer = QgsRasterLayer(str(tmp_path / "mine" / "S2_L2A_20210601.tif"))
    assert layer.rasterUnitsPerPixelX() == 20


def test_errors_are_a_sentence_and_another_try_is_possible(qtbot, dialog, server):
    server.trouble["/search"] = "500"
    press(dialog)
    qtbot.waitUntil(lambda: "does not answer" in dialog._said.text(), timeout=30_000)
    assert dialog.isVisible()
    assert dialog._get.isEnabled()


def test_cancel_is_answered_at_once_while_the_server_hangs(qtbot, dialog, server):
    server.trouble["/files/"] = "slow"
    press(dialog)
    qtbot.waitUntil(lambda: dialog._said.text().startswith("Loading"), timeout=30_000)
    cancel = dialog._box.button(dialog._box.StandardButton.Cancel)
    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.task is None, timeout=2_500)
    assert "Cancelled" in dialog._said.text()
    assert dialog.isVisible()


def test_what_hinders_is_said(dialog, canvas):
    assert dialog._get.isEnabled()
    width, height = area_of(canvas).size
    assert 0.3 < height < 0.6
    assert f"{width:.1f} x {height:.1f} km" in dialog._area.text()
    dialog.last.setDate(QDate(2021, 5, 1))
    assert "before the first" in dialog._said.text()
    dialog.last.setDate(QDate(2021, 7, 1))
    dialog.catalogue.setEditText("my friend")
    assert not dialog._get.isEnabled()
    dialog.catalogue.setCurrentIndex(0)
    assert dialog._get.isEnabled()
    canvas.setExtent(QgsRectangle(0, 4e6, 9e5, 6e6))
    assert "zoom in" in dialog._said.text()


def test_the_area_in_other_systems(canvas):
    west, south, east, north = area_of(canvas).box
    assert 4 < west < east < 5
    assert 51 < south < north < 52
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3832"))  # across 180 degrees
    canvas.setExtent(QgsRectangle(3.32e6, 0, 3.36e6, 1e4))
    west, _, east, _ = area_of(canvas).box
    assert west > 179
    assert east < -179
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem())
    assert area_of(canvas) is None
