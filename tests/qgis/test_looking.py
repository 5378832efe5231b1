"""What explains the frame: layers of trust, the swipe, the second map."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest

from kairos.ui.explain.trust_layers import DAYS, DOUBT, SOURCE

from .dock_data import colours
from .time_data import move


def cloudy(dock):
    """A day with cloud and clear ground."""
    frames = dock.session.info["frames"]
    return dt.date.fromisoformat(min(frames, key=lambda f: abs(f["clear"] - 0.5))["date"])


def legend(layer):
    return [label for label, _ in layer.renderer().legendSymbologyItems()]


@pytest.mark.parametrize(
    ("kind", "word"), [(SOURCE, "Observed"), (DAYS, "days"), (DOUBT, "reflectance")]
)
def test_a_layer_of_trust_comes_with_its_legend_and_follows(qtbot, dock, kind, word):
    trust = dock.looking.trust
    dock.panel.set_date(cloudy(dock))
    trust.actions[kind].trigger()
    qtbot.waitUntil(lambda: trust.layers.layer(kind) is not None, timeout=10_000)
    layer = trust.layers.layer(kind)
    assert any(word in label for label in legend(layer))
    dock.panel.set_date(cloudy(dock) + dt.timedelta(1))
    day = dock.panel.date().isoformat()
    qtbot.waitUntil(lambda: day in layer.name(), timeout=10_000)
    trust.actions[kind].trigger()
    assert trust.layers.layer(kind) is None
    assert not QgsProject.instance().layerTreeRoot().findGroup("Kairos: trust")


def test_a_layer_of_trust_removed_by_hand_is_unticked(qtbot, dock):
    trust = dock.looking.trust
    trust.actions[SOURCE].trigger()
    qtbot.waitUntil(lambda: trust.layers.layer(SOURCE) is not None, timeout=10_000)
    QgsProject.instance().removeMapLayer(trust.layers.layer(SOURCE).id())
    assert not trust.actions[SOURCE].isChecked()
    assert dock.session.beside == frozenset()


@pytest.mark.parametrize("rotation", [0, 25])
def test_the_swipe_shows_the_original_left_of_the_line(qtbot, dock, qgis_canvas, rotation):
    qgis_canvas.setRotation(rotation)
    dock.panel.set_date(cloudy(dock))
    day = dock.panel.date().isoformat()
    qtbot.waitUntil(lambda: day in dock.frame_layer.layer.name(), timeout=10_000)
    qtbot.waitUntil(lambda: not dock.following.preview.visible, timeout=10_000)
    qtbot.waitUntil(lambda: not qgis_canvas.isDrawing(), timeout=10_000)
    plain = colours(qgis_canvas)
    compare = dock.looking.compare
    compare.swipe_action.trigger()
    qtbot.waitUntil(lambda: compare.swipe.item.image is not None, timeout=10_000)
    qtbot.wait(50)
    both, middle = colours(qgis_canvas), qgis_canvas.width() // 2
    changed = np.abs(both - plain).max(axis=2) > 8
    assert changed[60:, : middle - 20].mean() > 0.03
    assert changed[60:, middle + 20 :].mean() < 0.01
    view = qgis_canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(middle, 40))
    move(view, middle + 80, 40, held=True)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(middle + 80, 40))
    assert compare.swipe.item.x() == pytest.approx(middle + 80, abs=2)
    QTest.keyClick(qgis_canvas, Qt.Key.Key_Escape)
    assert compare.swipe.item is None
    assert not compare.swipe_action.isChecked()


def test_the_second_map_moves_with_the_first(qtbot, dock, qgis_canvas):
    compare = dock.looking.compare
    compare.second_action.trigger()
    second = compare.second
    second.show()
    before = qgis_canvas.scale()
    second.canvas.resize(300, 200)
    qtbot.wait(100)
    second.canvas.resize(180, 240)
    qtbot.wait(100)
    assert qgis_canvas.scale() == pytest.approx(before)  # no hand moved it
    assert compare.original.layer in second.canvas.layers()
    assert "Original" in second.windowTitle()
    qgis_canvas.setRotation(30)
    qgis_canvas.zoomByFactor(0.5)
    assert second.canvas.rotation() == 30
    assert second.canvas.scale() == pytest.approx(qgis_canvas.scale(), rel=0.01)
    centre = second.canvas.center()
    centre.setX(centre.x() + 100)
    second.canvas.setCenter(centre)
    assert qgis_canvas.center().x() == pytest.approx(centre.x(), abs=1)
    dock.panel.set_date(cloudy(dock))
    day = cloudy(dock).isoformat()
    qtbot.waitUntil(lambda: day in dock.frame_layer.layer.name(), timeout=10_000)
    assert compare.original.day == cloudy(dock)
    second.close()
    assert not compare.second_action.isChecked()
    assert compare.second is None


def test_without_a_frame_there_is_nothing_to_compare(qtbot, dock):
    QgsProject.instance().removeAllMapLayers()
    said = []
    dock.looking.compare.said.connect(lambda text, _: said.append(text))
    dock.looking.compare.swipe_action.trigger()
    assert said
    assert not dock.looking.compare.swipe_action.isChecked()
