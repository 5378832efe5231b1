"""A project that is saved and opened again brings Kairos back as it was."""

from __future__ import annotations

import shutil

import pytest
from qgis.core import QgsProject

from kairos.engine.simulate.sample import write_sample
from kairos.ui.dock import KairosDock
from kairos.ui.model import Place
from kairos.ui.project import state
from kairos.ui.project.state import PinState, State

from .time_data import day


@pytest.fixture(scope="module")
def sample_stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("state") / "stack"
    write_sample(folder, seed=3, size=(32, 40), frames=10, radar_frames=6)
    return folder


@pytest.fixture
def docks(qgis_iface, qgis_new_project):
    made = []

    def make():
        while made:
            made.pop().close_all()
        made.append(KairosDock(qgis_iface))
        return made[-1]

    yield make
    for dock in made:
        dock.close_all()


@pytest.fixture
def saved(docks, sample_stack, qtbot, tmp_path):
    """A project with a stack, a left-out image, a day, a curve and two pins; and its dock."""
    folder = tmp_path / "moved" / "stack"
    shutil.copytree(sample_stack, folder)
    dock = docks()
    dock.open_folder(folder)
    qtbot.waitUntil(lambda: dock.frame_layer.layer is not None, timeout=30_000)
    first = dock.album.acquisitions()[0].date
    dock._include(first, False)
    qtbot.waitUntil(lambda: dock.session.info is not None, timeout=30_000)
    dock.panel.curve_row.set_index("EVI")
    dock.curves.read(at(dock, 5, 7), "my field")
    qtbot.waitUntil(lambda: whole(dock), timeout=30_000)
    dock.panel.pinRequested.emit()
    dock.panel.plot.rename_pin(0, "Wood")
    dock.curves.read(at(dock, 20, 17))
    qtbot.waitUntil(
        lambda: whole(dock) and dock.panel.plot.main().place.x == at(dock, 20, 17).x, timeout=30_000
    )
    dock.panel.pinRequested.emit()
    dock.panel.curve_row.seasons.setChecked(True)
    dock.panel.set_date(dock.album.acquisitions()[4].date)
    project = QgsProject.instance()
    file = str(tmp_path / "project.qgz")
    assert project.write(file)
    assert not project.isDirty()
    return file, dock, folder


def at(dock, row, col):
    a, _, c, _, e, f = dock.session.info["transform"]
    return Place(c + a * (col + 0.5), f + e * (row + 0.5))


def whole(dock):
    return dock.panel.plot.main() is not None and dock.panel.plot.main().complete


def test_all_of_it_comes_back(saved, docks, qtbot):
    file, before, _ = saved
    want = before.keeper.state()
    labels = [curve.label for curve, _ in before.panel.plot.pins()]
    day_before = before.panel.date()
    QgsProject.instance().clear()
    before.keeper.close()
    before.keeper.close = lambda: None
    assert QgsProject.instance().read(file)
    after = docks()  # as if QGIS had been started anew
    qtbot.waitUntil(lambda: len(after.panel.plot.pins()) == 2 and whole(after), timeout=30_000)
    assert after.keeper.state() == want
    assert [curve.label for curve, _ in after.panel.plot.pins()] == labels
    assert labels[0] == "Wood"
    assert after.panel.date() == day_before
    assert after.panel.index() == "EVI"
    assert after.panel.curve_row.seasons.isChecked()
    assert not after.album.acquisitions()[0].included


def test_an_open_dock_follows_the_project(saved, qtbot):
    file, dock, _ = saved
    want = dock.keeper.state()
    dock.panel.clear_pins()
    dock.panel.set_date(dock.album.acquisitions()[2].date)
    QgsProject.instance().read(file)
    qtbot.waitUntil(lambda: len(dock.panel.plot.pins()) == 2 and whole(dock), timeout=30_000)
    assert dock.keeper.state() == want


def test_a_stack_that_is_gone_is_told_and_can_be_found_again(saved, docks, qtbot, qgis_iface):
    file, dock, folder = saved
    elsewhere = folder.parent.parent / "elsewhere"
    shutil.move(folder, elsewhere)
    said = []
    dock.push = lambda text, *_: said.append(text)
    QgsProject.instance().read(file)
    # A frame that was under way when the folder went may be complained of, too.
    assert any(str(folder) in text and "no longer" in text for text in said)
    QgsProject.instance().write(file)  # saved meanwhile, nothing is lost
    dock.keeper.move_to(elsewhere)
    qtbot.waitUntil(lambda: len(dock.panel.plot.pins()) == 2 and whole(dock), timeout=30_000)
    assert dock.panel.index() == "EVI"


def test_a_project_without_kairos_stays_without_it(docks, qgis_new_project, tmp_path):
    dock = docks()
    assert dock.keeper.state() is None
    assert QgsProject.instance().write(str(tmp_path / "p.qgz"))
    assert state.read(QgsProject.instance()) is None


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", "{}", '{"folder": 7}', '{"folder": "x", "pins": [{"place": 1}]}']
)
def test_nonsense_in_a_project_is_no_state(qgis_new_project, text):
    QgsProject.instance().writeEntry("kairos", "state", text)
    assert state.read(QgsProject.instance()) is None


def test_a_state_survives_the_project_as_it_is(qgis_new_project):
    pins = [PinState(Place(1.5, 2.5, '{"type": "Polygon"}'), "EVI", "field")]
    kept = State("some/folder", [{"file": "a.tif", "date": None, "included": False}],
                 day(3).isoformat(), "N / R", "linear", Place(1, 2), "x", pins)  # fmt: skip
    state.write(QgsProject.instance(), kept)
    assert state.read(QgsProject.instance()) == kept
    assert kept.date() == day(3)
    assert State("x", day="soon").date() is None
