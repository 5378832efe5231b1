"""QGIS's own animation shows the frames, and slider and Temporal Controller are one date."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from qgis.core import (
    QgsMapSettings,
    QgsProject,
    QgsTemporalNavigationObject,
    QgsTemporalUtils,
)
from qgis.PyQt.QtGui import QImage

from kairos.ui.canvas.animation import WEEK, days_of
from kairos.ui.clean.results import day_range
from kairos.ui.timeline.play import ACQUISITION, MONTH

FIRST, LAST = dt.date(2021, 1, 31), dt.date(2021, 4, 2)


@pytest.mark.parametrize(
    ("step", "count", "second"),
    [(WEEK, 9, "2021-02-07"), (MONTH, 3, "2021-02-28"), (ACQUISITION, 2, "2021-03-09")],
)
def test_steps_of_an_animation(step, count, second):
    acquired = [FIRST, dt.date(2021, 3, 9), dt.date(2021, 5, 1)]
    days = days_of(step, FIRST, LAST, acquired)
    assert days[0] == FIRST
    assert (len(days), str(days[1])) == (count, second)


@pytest.fixture
def controller(qgis_canvas):
    made = QgsTemporalNavigationObject(qgis_canvas)  # which keeps it
    qgis_canvas.setTemporalController(made)
    yield made
    made.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.NavigationOff)


def test_qgis_exports_the_frames(qtbot, dock, qgis_canvas, controller, tmp_path):
    animation, said = dock.looking.animation, []
    animation.said.connect(lambda text, _: said.append(text))
    frames = dock.panel.date_row.play_menu.actions()[-1].menu()
    next(a for a in frames.actions() if "month" in a.text()).trigger()
    assert animation.running
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert "Temporal Controller" in said[0]
    group = QgsProject.instance().layerTreeRoot().findGroup("Kairos: animation")
    layers = [node.layer() for node in group.findLayers()]
    assert controller.totalFrameCount() == len(layers) >= 8
    settings = QgsMapSettings(qgis_canvas.mapSettings())
    settings.setLayers(layers)
    wanted = QgsTemporalUtils.AnimationExportSettings()
    wanted.outputDirectory, wanted.fileNameTemplate = str(tmp_path), "frame###.png"
    wanted.frameDuration = controller.frameDuration()
    wanted.animationRange = controller.temporalExtents()
    assert QgsTemporalUtils.exportAnimation(settings, wanted)[0]
    pictures = [_pixels(file) for file in sorted(tmp_path.glob("*.png"))]
    assert len(pictures) == len(layers)
    for one, other in zip(pictures, pictures[1:]):
        assert (one < 250).mean() > 0.1  # it shows ground
        assert np.abs(one - other).max() > 8  # and other ground than before


def test_slider_and_controller_are_one_date(qtbot, dock, qgis_canvas, controller):
    start = dt.date.fromisoformat(dock.session.info["dates"][0])
    controller.setTemporalExtents(day_range(start, start + dt.timedelta(200)))
    controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
    controller.updateTemporalRange.connect(qgis_canvas.setTemporalRange)
    controller.setCurrentFrameNumber(30)
    day = qgis_canvas.temporalRange().begin().date()
    assert dock.panel.date() == dt.date(day.year(), day.month(), day.day())
    dock.panel.set_date(start + dt.timedelta(50))
    name = dock.panel.date().isoformat()
    qtbot.waitUntil(lambda: name in dock.frame_layer.layer.name(), timeout=10_000)
    frame = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
    shown = dock.panel.date().toordinal()
    begin = frame.begin().date()
    assert abs(dt.date(begin.year(), begin.month(), begin.day()).toordinal() - shown) <= 1


def test_a_cancelled_animation_leaves_nothing(qtbot, dock):
    dock.looking.animation.start(WEEK, [dock.panel.date()] * 50, None)
    dock.side.cancelWanted.emit()
    assert not dock.looking.animation.running
    assert dock.side.stage() == ""
    qtbot.wait(300)
    assert QgsProject.instance().layerTreeRoot().findGroup("Kairos: animation") is None


def _pixels(file):
    image = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits().asarray(image.sizeInBytes())
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return np.frombuffer(bits, np.uint8).reshape(shape)[..., :3].astype(int)
