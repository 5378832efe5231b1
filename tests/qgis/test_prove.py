"""Prove it in the dock: the button, the run, the map with its legend, the sentence."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtGui import QDesktopServices

from kairos.engine.simulate.sample import write_sample
from kairos.ui.dock import KairosDock
from kairos.ui.explain.prove_layers import ProveLayers
from kairos.ui.explain.prove_words import details_of, sentence_of

RESULT = {
    "part": "part", "mae": 0.0109, "linear": 0.0271, "ratio": 0.402, "low": 0.35, "high": 0.46,
    "dates": 12,
}  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(48, 48), frames=14, radar_frames=0)
    return folder


@pytest.fixture
def dock(qgis_iface, qgis_new_project):
    made = KairosDock(qgis_iface)
    yield made
    made.close_all()


@pytest.fixture
def opened(dock, stack, qtbot):
    dock.open_folder(stack)
    qtbot.waitUntil(lambda: dock.frame_layer.layer is not None, timeout=30_000)
    return dock


def groups():
    return [g.name() for g in QgsProject.instance().layerTreeRoot().findGroups()]


def test_the_sentence_a_person_reads():
    assert sentence_of({**RESULT, "part": "whole"}) == (
        "On your images Kairos is off by 0.011 reflectance; plain interpolation by 0.027."
    )
    assert details_of(RESULT) == (
        "The ratio is 0.40, nine times in ten 0.35 to 0.46; seen on 12 days, on what the map "
        "showed."
    )
    worse = sentence_of({**RESULT, "ratio": 1.02})
    assert worse.startswith("In this view Kairos is off by 0.011 reflectance, no less than")
    assert "seen on one day," in details_of({**RESULT, "dates": 1})


def test_one_button_gives_a_map_a_sentence_and_a_report(opened, qtbot, monkeypatch):
    read = []
    monkeypatch.setattr(QDesktopServices, "openUrl", read.append)
    for _ in range(2):  # a second proof takes the place of the first
        with qtbot.waitSignal(opened.tools.proving.proved, timeout=60_000) as proved:
            opened.tools.prove_action.trigger()
            assert opened.tools.proving.task is not None
            assert not opened.side.tools.isEnabled()
    assert proved.args[0].startswith("On your images Kairos is off by 0.0")
    assert opened.side.tools.isEnabled()
    assert groups()[0].startswith("sample: proof, ratio 0.")
    assert len(groups()) == 1
    best, line = (n.layer() for n in QgsProject.instance().layerTreeRoot().children()[0].children())
    assert (best.renderer().band(), line.renderer().band()) == (1, 2)
    assert best.metadata().abstract().startswith(proved.args[0])
    ramp = best.renderer().shader().rasterShaderFunction()
    labels = [item.label for item in ramp.colorRampItemList()]
    assert labels[0] == "under 0.01"
    assert labels[-1] == "0.1 reflectance or more"
    assert proved.args[1].read_text(encoding="utf-8").startswith("<!doctype html>")
    opened.tools.proving.proved.emit(*proved.args)
    bar = opened.iface.messageBar()
    button = bar.currentItem().findChildren(type(opened.side._clean))[-1]
    assert button.text() == "Read the report"
    button.click()
    assert read[0].toLocalFile() == str(proved.args[1])


def test_a_killed_worker_is_told_and_the_dock_goes_on(opened, qtbot):
    with qtbot.waitSignal(opened.tools.proving.failed, timeout=30_000) as failed:
        opened.tools.prove_action.trigger()
        task = opened.tools.proving.task
        qtbot.waitUntil(lambda: bool(task.worker_process_id), timeout=10_000)
        os.kill(task.worker_process_id, signal.SIGKILL)
    assert "unexpectedly" in failed.args[0]
    assert opened.tools.proving.task is None
    assert opened.side.tools.isEnabled()
    assert groups() == []


def test_a_cancel_ends_it_at_once(opened, qtbot):
    with qtbot.waitSignal(opened.tools.proving.said, timeout=5_000) as said:
        opened.tools.prove_action.trigger()
        opened.side.cancelWanted.emit()
    assert "Cancelled" in said.args[0]
    assert groups() == []


def test_plain_interpolation_is_not_compared_with_itself(opened, qtbot):
    opened.session.model = "linear"
    with qtbot.waitSignal(opened.tools.proving.said, timeout=1_000) as said:
        opened.tools.prove_action.trigger()
    assert "plain interpolation itself" in said.args[0]


def test_too_little_clear_ground_is_explained(dock, write, make_stack, tmp_path, qtbot):
    made = make_stack(tmp_path / "stack")
    clear = np.zeros((20, 24), "uint8")
    clear[0, :3] = 1
    for file in made.files:
        write(file.with_name(f"{file.stem}_CLEAR.tif"), clear)
    dock.open_folder(made.folder)
    qtbot.waitUntil(lambda: dock.frame_layer.layer is not None, timeout=30_000)
    with qtbot.waitSignal(dock.tools.proving.failed, timeout=30_000) as failed:
        dock.tools.prove_action.trigger()
    assert "clear" in failed.args[0]
    assert "Show more of the images" in failed.args[0]


def test_a_file_that_is_no_image_shows_nothing(tmp_path, qgis_new_project):
    file = tmp_path / "error.tif"
    file.write_text("no image")
    assert not ProveLayers().show(file, "sample", "")
    assert groups() == []
