"""The dock with a stack that only the engine can open: here a list of STAC items."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QSize

from kairos.ui.brush.strokes import CLOUD, Stroke
from kairos.ui.dock import KairosDock

from ..engine.stac.earth import write_scene
from .dock_data import show

DAYS = ("2021-06-01", "2021-06-06", "2021-06-11", "2021-06-16")


@pytest.fixture(scope="module")
def items(tmp_path_factory):
    folder = tmp_path_factory.mktemp("earth")
    features = [write_scene(folder, day, number) for number, day in enumerate(DAYS)]
    file = folder / "items.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


@pytest.fixture
def dock(qtbot, qgis_iface, qgis_canvas, qgis_new_project, items):
    qgis_canvas.resize(QSize(400, 300))
    qgis_canvas.show()
    made = KairosDock(qgis_iface)
    made.open_folder(items)
    qtbot.waitUntil(lambda: made.frame_layer.layer is not None, timeout=30_000)
    yield made
    made.close_all()
    made.deleteLater()


def test_it_is_opened_shown_edited_and_cleaned(dock, qtbot, tmp_path):
    assert [a.date.isoformat() for a in dock.album.acquisitions()] == list(DAYS)
    assert dock.panel.date() is not None
    assert dock.session.stretch
    rules = {dock.album.source.entries[0].rule}
    assert rules == {"datetime of the item"}

    dock._include(dt.date(2021, 6, 6), False)
    qtbot.waitUntil(lambda: dock.session.info is not None, timeout=30_000)
    assert dock.session.info["dates"] == [DAYS[0], DAYS[2], DAYS[3]]
    assert [a.included for a in dock.album.acquisitions()] == [True, False, True, True]

    dock.cleaning.start(str(tmp_path / "out"), items, None)
    qtbot.waitUntil(lambda: dock.task is None, timeout=60_000)
    names = sorted(f.name for f in (tmp_path / "out").glob("*.tif"))
    assert names == ["S2_20210601.tif", "S2_20210611.tif", "S2_20210616.tif"]
    layers = [layer.name() for layer in QgsProject.instance().mapLayers().values()]
    assert {DAYS[0], DAYS[2], DAYS[3]} <= set(layers)


def test_its_masks_are_painted_beside_it(dock, items, qtbot):
    brushing, day = dock.tools.brushing, dock.panel.date()
    dock.tools.brush_action.trigger()
    qtbot.waitUntil(lambda: brushing.tool.is_allowed, timeout=30_000)
    group = QgsProject.instance().layerTreeRoot().findGroups()[0]
    assert [node.name() for node in group.children()][-1] == f"{day.isoformat()}, as acquired"
    brushing.tool.stroked.emit(Stroke(CLOUD, 2.0, ((5.5, 5.5),)))
    with qtbot.waitSignal(brushing.said, timeout=30_000) as said:
        brushing.panel._save.click()
    assert "is saved" in said.args[0]
    paint = items.parent / f"S2_{day.isoformat().replace('-', '')}_BRUSH.tif"
    assert paint.exists()
    frame = next(f for f in dock.session.info["frames"] if f["date"] == day.isoformat())
    assert "painted by hand" in frame["mask_rule"]
    paint.unlink()


def test_it_is_compared_with_what_was_seen(dock, items, qtbot, qgis_canvas, read):
    show(dock, qgis_canvas)
    compare = dock.looking.compare
    compare.second_action.trigger()
    qtbot.waitUntil(lambda: compare.original.layer is not None, timeout=30_000)
    assert compare.original.day == dock.panel.date()
    assert compare.original.layer in compare.second.canvas.layers()
    written = read(Path(compare.original.layer.source()))
    seen = read(next(items.parent.glob(f"*_{dock.panel.date()}_B04.tif")), 1)
    assert np.array_equal(written[dock.session.info["bands"].index("B04")], seen)
    first, other = compare.original.layer, dt.date.fromisoformat(DAYS[2])
    assert dock.panel.date() != other
    dock.panel.set_date(other)
    qtbot.waitUntil(lambda: compare.original.day == other, timeout=30_000)
    assert compare.original.layer is not first
    assert "Original" in compare.second.windowTitle()
    compare.second_action.trigger()
    assert compare.second is None


def test_an_original_that_cannot_be_read_ends_the_comparison(dock, items, qtbot):
    said = []
    dock.looking.compare.said.connect(lambda text, _: said.append(text))
    lost = dock.session.folder.with_name("gone.json")
    dock.session.folder = dock.session.curves.folder = lost
    dock.looking.compare.swipe_action.trigger()
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert not dock.looking.compare.swipe_action.isChecked()
