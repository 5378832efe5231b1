"""The whole right side: one date, one axis."""

from __future__ import annotations

import datetime as dt

import pytest
from qgis.PyQt.QtCore import QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QInputDialog

from kairos.ui.timeline.panel import TimePanel

from .time_data import curve, day, year

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot):
    panel = TimePanel()
    qtbot.addWidget(panel)
    panel.set_index_names(["NDVI", "EVI"])
    panel.set_acquisitions(year())
    panel.set_date(day(100))
    panel.resize(900, 400)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_without_a_stack_there_is_one_sentence(qtbot):
    panel = TimePanel()
    qtbot.addWidget(panel)
    panel.show()
    assert panel.date() is None
    assert not panel.slider.isVisible()
    assert not panel.curve_row.isVisible()
    panel.set_acquisitions(year())
    assert panel.slider.isVisible()
    assert panel.date() == day(360)  # the last of the clearest
    panel.set_acquisitions([])
    assert panel.date() is None


@pytest.mark.parametrize("width", [250, 400, 900, 1500, 1900])
@pytest.mark.parametrize("number", [0, 1, 77, 183, 360])
def test_handle_and_date_line_stand_on_one_pixel(panel, qtbot, width, number):
    panel.resize(width, 400)
    panel.set_date(day(number))
    qtbot.wait(10)
    view = panel.plot.view
    place = view.view.mapViewToDevice(QPointF(day(number).toordinal(), 0.5))
    in_plot = view.mapTo(panel, QPoint(0, 0)).x() + place.x()
    in_slider = panel.slider.mapTo(panel, QPoint(0, 0)).x() + panel.slider.handle_x()
    assert abs(in_plot - in_slider) < 0.75
    assert view.line.value() == day(number).toordinal()


def test_every_move_is_told_and_the_last_one_settles(panel, qtbot):
    moved, settled = [], []
    qtbot.wait(250)
    panel.dateChanged.connect(moved.append)
    panel.dateSettled.connect(settled.append)
    for _ in range(5):
        QTest.keyClick(panel.slider, Qt.Key.Key_Right)
    assert moved == [day(n) for n in range(101, 106)]
    assert settled == []
    qtbot.waitUntil(lambda: bool(settled), timeout=1000)
    qtbot.wait(200)
    assert settled == [day(105)]
    panel.set_date(day(105))
    assert len(moved) == 5


def test_buttons_step_and_stop_at_the_ends(panel):
    first, back, on, last = panel.date_row._buttons
    QTest.mouseClick(on, LEFT)
    assert panel.date() == day(101)
    QTest.mouseClick(last, LEFT)
    assert panel.date() == day(105)
    QTest.mouseClick(back, LEFT)
    QTest.mouseClick(first, LEFT)
    assert panel.date() == day(100)
    panel.set_date(dt.date(1990, 1, 1))
    assert panel.date() == day(0)
    assert not first.isEnabled()
    assert not back.isEnabled()
    assert on.isEnabled()


def test_dragging_in_the_plot_moves_the_slider(panel):
    x = round(panel.axis.x(day(222).toordinal(), panel.plot.view.width()))
    QTest.mouseClick(panel.plot.view.viewport(), LEFT, pos=QPoint(x, 60))
    assert panel.date() == day(222)
    assert panel.slider.date() == day(222)


def test_the_date_is_written_out(panel):
    panel.resize(1500, 400)
    assert panel.date_row.label.text() == "Friday, 13 April 2018"
    panel.set_status("reconstructed · doubt ±0.012")
    assert panel.date_row.status.text() == "reconstructed · doubt ±0.012"


def test_the_date_stays_when_acquisitions_change(panel):
    moved = []
    panel.dateChanged.connect(moved.append)
    panel.set_acquisitions(year(60))
    assert panel.date() == day(100)
    assert moved == []
    panel.set_acquisitions(year(10))
    assert panel.date() in [a.date for a in year(10)]
    assert moved == [panel.date()]


def test_the_index_is_chosen_by_keyboard(panel, qtbot):
    assert panel.index() == "NDVI"
    with qtbot.waitSignal(panel.indexChanged) as told:
        QTest.keyClick(panel.curve_row._indices, Qt.Key.Key_Down)
    assert told.args == ["EVI"]
    panel.set_index_names(["NDVI", "NBR", "EVI"])
    assert panel.index() == "EVI"


def test_pins_and_exports_are_offered_when_there_is_a_curve(panel, qtbot, tmp_path):
    row = panel.curve_row
    assert not row.pin.isEnabled()
    assert "click on the map" in row.export.toolTip()
    panel.set_curve(curve())
    with qtbot.waitSignal(panel.pinRequested):
        QTest.mouseClick(row.pin, LEFT, pos=QPoint(8, row.pin.height() // 2))
    panel.pin(curve("a"))
    assert row.unpin.isEnabled()
    row.unpin.trigger()
    assert [c.label for c in panel.curves()] == ["pixel 34, 51"]
    with qtbot.waitSignal(panel.exported):
        row.csvRequested.emit(str(tmp_path / "c.csv"))
    with qtbot.waitSignal(panel.exportFailed):
        row.pngRequested.emit(str(tmp_path / "nowhere" / "c.png"))


def test_toggling_a_bar_is_told(panel, qtbot):
    menu = panel.slider.menu_of(year()[10])
    qtbot.addWidget(menu)
    with qtbot.waitSignal(panel.includeToggled) as told:
        menu.actions()[1].trigger()
    assert told.args == [day(50), True]


def test_it_fits_a_narrow_dock(panel):
    em = panel.fontMetrics().height()
    assert panel.minimumSizeHint().width() <= 16 * em
    assert panel.minimumSizeHint().height() <= 24 * em


def test_the_plot_and_the_table_can_be_copied(panel):
    panel.set_curve(curve("warm"))
    panel.copy(False)
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text().startswith("curve\tindex\tdate")
    panel.copy(True)
    assert clipboard.image().width() > 500


def test_a_pin_is_renamed_and_removed_in_its_menu(panel, monkeypatch):
    panel.pin(curve("one"))
    menu = panel.curve_row._pin_menu.actions()[0].menu()
    assert menu.title() == "NDVI one"
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Wood", True))
    menu.actions()[0].trigger()
    assert panel.curves()[-1].label == "Wood"
    panel.curve_row._pin_menu.actions()[0].menu().actions()[1].trigger()
    assert not panel.plot.has_pins()


def test_a_formula_is_asked_for_and_kept(panel, monkeypatch):
    row = panel.curve_row
    panel.set_index_names(["NDVI", "EVI"])
    chosen, refused = [], []
    panel.indexChanged.connect(chosen.append)
    row.refused.connect(refused.append)
    for text in ("B08 /", "N / R"):
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, said=text, **__: (said, True))
        row._indices.setCurrentIndex(row._indices.count() - 1)
    assert "cannot be read" in refused[0]
    assert chosen == ["N / R"]
    assert row._indices.currentText() == "N / R"
    panel.set_index_names(["NDVI", "EVI2"])  # another stack
    assert panel.index() == "N / R"
