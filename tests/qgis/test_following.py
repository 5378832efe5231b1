"""The map follows the slider: with a real worker, on canvases of every kind."""

from __future__ import annotations

import datetime as dt
import os
import signal

import numpy as np
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject

from kairos.ui import session
from kairos.ui.dock import KairosDock

from .dock_data import colours, show

DAY = dt.timedelta(1)


def between(dock):
    """A day that was not acquired."""
    days = [dt.date.fromisoformat(text) for text in dock.session.info["dates"]]
    return next(d + DAY for d, e in zip(days, days[1:]) if (e - d).days > 2)


def test_the_canvas_follows_before_the_frame_is_there(qtbot, dock, qgis_canvas):
    preview, day = dock.following.preview, between(dock)
    dock.panel.set_date(day)
    assert preview.visible
    assert "preview" in dock.panel.date_row.status.text()
    with qtbot.waitSignal(preview.shown, timeout=5000) as shown:
        pass
    assert shown.args == [day]
    sharp = colours(qgis_canvas)
    qtbot.waitUntil(lambda: day.isoformat() in dock.frame_layer.layer.name(), timeout=10_000)
    qtbot.waitUntil(lambda: not preview.visible, timeout=10_000)
    inside = (slice(60, 240), slice(110, 290))

    def difference():
        return np.median(np.abs(colours(qgis_canvas)[inside] - sharp[inside]))

    qtbot.waitUntil(lambda: difference() < 12, timeout=10_000)  # the same ground, the same colours


@pytest.mark.parametrize(("crs", "rotation"), [("EPSG:3857", 0), ("EPSG:4326", 30)])
def test_it_lies_where_the_layer_lies(qtbot, dock, qgis_canvas, crs, rotation):
    """On a canvas in another reference system, turned."""
    layer, preview, project = dock.frame_layer.layer, dock.following.preview, QgsProject.instance()
    qgis_canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    qgis_canvas.setRotation(rotation)
    there = QgsCoordinateTransform(layer.crs(), QgsCoordinateReferenceSystem(crs), project)
    with qtbot.waitSignal(dock.canvas.moved):
        qgis_canvas.setExtent(there.transformBoundingBox(layer.extent()))
    qtbot.waitUntil(lambda: preview.complete and not qgis_canvas.isDrawing(), timeout=20_000)
    plain = colours(qgis_canvas)
    day = dt.date.fromisoformat(dock.session.info["dates"][0])
    dock.panel.set_date(day)
    assert preview.visible
    ground = np.any(plain < 250, axis=2)
    assert ground.mean() > 0.05

    def beside():
        return (ground ^ np.any(colours(qgis_canvas) < 250, axis=2)).mean()

    qtbot.waitUntil(lambda: beside() < 0.02, timeout=1000)


def test_a_killed_worker_comes_back(qtbot, dock):
    preview, day = dock.following.preview, between(dock)
    dock.session.frame_ready.disconnect()  # or it would be there before the new worker is
    dock.panel.set_date(day)
    os.kill(preview.client.process_id, signal.SIGKILL)
    dock.panel.set_date(day + DAY)
    assert preview.visible  # what is at hand is shown all the same
    with qtbot.waitSignal(preview.shown, timeout=20_000) as shown:
        pass
    assert shown.args == [day + DAY]


def test_a_layer_removed_while_dragging(qtbot, dock, qgis_canvas):
    preview, day = dock.following.preview, between(dock)
    dock.panel.set_date(day)
    assert preview.visible
    QgsProject.instance().removeAllMapLayers()
    assert not preview.visible
    dock.panel.set_date(day + DAY)
    assert not preview.visible
    qtbot.waitUntil(lambda: dock.frame_layer.layer is not None, timeout=10_000)


def test_a_project_closed_while_dragging(qtbot, dock, qgis_canvas):
    dock.panel.set_date(between(dock))
    QgsProject.instance().clear()
    assert not dock.following.preview.visible
    assert dock.following.preview.view is None


def test_the_newest_day_is_asked_and_no_other(qtbot, dock):
    preview, days = dock.following.preview, []
    preview.shown.connect(days.append)
    start = between(dock)
    for n in range(40):
        dock.panel.set_date(start + n * DAY)
    last = start + 39 * DAY
    qtbot.waitUntil(lambda: last in days, timeout=5000)
    acquired = set(dock.session.info["dates"])
    assert len([d for d in days if d.isoformat() not in acquired]) <= 2


def test_a_large_stack_is_seen_before_its_first_frame(
    qtbot, qgis_iface, qgis_canvas, qgis_new_project, stack, monkeypatch
):
    monkeypatch.setattr(session, "_SMALL", 100)
    qgis_canvas.show()
    dock = KairosDock(qgis_iface)
    dock.open_folder(stack)
    qtbot.waitUntil(lambda: dock.frame_layer.layer is not None, timeout=30_000)
    assert "as it was seen" in dock.panel.date_row.status.text()
    seen = dock.frame_layer.layer.source()
    assert str(dock.session.folder) in seen
    show(dock, qgis_canvas)
    qtbot.waitUntil(lambda: dock.frame_layer.layer.source() != seen, timeout=30_000)
    assert dock.session.quiet.process_id is not None
    qtbot.waitUntil(lambda: not dock.following.preview.visible, timeout=10_000)
    dock.close_all()
    dock.deleteLater()


def test_a_stack_that_was_moved_is_said_once(qtbot, dock, stack):
    said, away = [], stack.with_name("elsewhere")
    dock.session.failed.connect(lambda text, _: said.append(text))
    stack.rename(away)
    try:
        dock.following.preview.forget()
        dock.following.look()
        qtbot.waitUntil(lambda: bool(said), timeout=20_000)
        qtbot.wait(500)
        assert len(said) == 1
    finally:
        away.rename(stack)
