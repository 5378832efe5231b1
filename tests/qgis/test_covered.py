"""On a large stack the preview of the slider lies over the map, but not over mask and proof."""

from __future__ import annotations

import datetime as dt

import pytest
from qgis.PyQt.QtTest import QTest

from kairos.ui import session
from kairos.ui.dock import KairosDock


@pytest.fixture
def dock(qgis_iface, qgis_new_project, sample, monkeypatch, qtbot):
    monkeypatch.setattr(session, "_SMALL", 100)  # so that this one is large
    made = KairosDock(qgis_iface)
    made.open_folder(sample)
    qtbot.waitUntil(lambda: made.following.preview.visible, timeout=30_000)
    yield made
    made.close_all()


def test_the_mask_is_not_hidden_while_it_is_painted(dock, qtbot):
    preview, brushing = dock.following.preview, dock.tools.brushing
    dock.tools.brush_action.trigger()
    qtbot.waitUntil(lambda: brushing.tool.is_allowed, timeout=30_000)
    assert not preview.visible
    dock.panel.set_date(dock.panel.date() + dt.timedelta(1))
    QTest.qWait(300)
    assert not preview.visible
    brushing.leave()
    dock.panel.set_date(dock.panel.date() + dt.timedelta(1))
    qtbot.waitUntil(lambda: preview.visible, timeout=30_000)


def test_the_proof_is_not_hidden_while_it_is_shown(dock, qtbot):
    preview, proving = dock.following.preview, dock.tools.proving
    with qtbot.waitSignal(proving.proved, timeout=60_000):
        dock.tools.prove_action.trigger()
    assert proving.layers.is_seen
    assert not preview.visible
    dock.panel.set_date(dock.panel.date() + dt.timedelta(1))
    QTest.qWait(300)
    assert not preview.visible
    proving.layers.remove()
    dock.panel.set_date(dock.panel.date() + dt.timedelta(1))
    qtbot.waitUntil(lambda: preview.visible, timeout=30_000)
