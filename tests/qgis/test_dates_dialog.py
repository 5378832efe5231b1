"""The table of dates: sensor, thumbnails, days for the layers."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QApplication

from kairos.ui.clean.results import stretch_of
from kairos.ui.stack.album import Album
from kairos.ui.stack.dates_dialog import DatesDialog
from kairos.ui.stack.sensor import sensor_of
from kairos.ui.stack.source import StackSource
from kairos.ui.stack.thumbnail import thumbnail, tooltip


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack", count=4)


@pytest.fixture
def dialog(made, qtbot):
    look = stretch_of(made.files[0], (3, 2, 1))
    dialog = DatesDialog(Album(StackSource.of_folder(made.folder)), None, (3, 2, 1), look)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize(
    ("name", "sensor"),
    [
        ("S2A_MSIL2A_20190208T105221_N0211.tif", "Sentinel-2A"),
        ("S2_20190208.tif", "Sentinel-2"),
        ("T31TCJ_20190208.tif", "Sentinel-2"),
        ("HLS.L30.T10SEH.2019039.tif", "Landsat 8/9 (HLS)"),
        ("HLS.S30.T10SEH.2019039.tif", "Sentinel-2 (HLS)"),
        ("LC08_L2SP_199026_20190208.tif", "Landsat 8"),
        ("SENTINEL2B_20190208-105857.tif", "Sentinel-2B"),
        ("dresden2_20190208.tif", ""),
    ],
)
def test_the_name_tells_the_sensor(name, sensor):
    assert sensor_of(name) == sensor


def test_the_sensor_has_a_column(dialog):
    assert {dialog._table.item(row, 5).text() for row in range(4)} == {"Sentinel-2"}


def test_a_thumbnail_is_small_and_not_empty(made):
    look = stretch_of(made.files[0], (3, 2, 1))
    picture = thumbnail(made.files[0], (3, 2, 1), look)
    assert (picture.width(), picture.height()) == (192, 160)
    colors = {picture.pixel(x, y) for x in range(0, 192, 8) for y in range(0, 160, 8)}
    assert len(colors) > 10
    assert thumbnail(made.folder / "nothing.tif", (1,), {}) is None
    assert tooltip(made.folder / "nothing.tif", (1,), ()) == ""
    assert tooltip(made.files[0], (3, 2, 1), ()).startswith("<img src")


def test_resting_on_an_image_shows_it(dialog, qtbot):
    from qgis.PyQt.QtCore import QEvent
    from qgis.PyQt.QtGui import QHelpEvent
    from qgis.PyQt.QtWidgets import QToolTip

    table = dialog._table
    at = table.visualItemRect(table.item(1, 2)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), event)
    assert "base64" in QToolTip.text()
    assert "S2_20200506" in QToolTip.text()


def test_layers_get_their_days_on_request_only(dialog, made, qgis_new_project):
    layers = [QgsRasterLayer(str(file), file.stem) for file in made.files[:2]]
    other = QgsRasterLayer(str(made.files[0].with_name("S2_20200501_CLEAR.tif")), "mask")
    QgsProject.instance().addMapLayers([*layers, other])
    assert not layers[0].temporalProperties().isActive()
    dialog._table.item(1, 0).setText("2021-02-03")  # mended a moment ago
    dialog._set.click()
    assert "2 layers" in dialog._said.text()
    first, second = (layer.temporalProperties().fixedTemporalRange() for layer in layers)
    assert first.begin().date().toString("yyyy-MM-dd") == "2020-05-01"
    assert second.begin().date().toString("yyyy-MM-dd") == "2021-02-03"
    assert not other.temporalProperties().isActive()
    QgsProject.instance().removeAllMapLayers()
    dialog._set.click()
    assert "None" in dialog._said.text()
