"""Time that goes by itself, and steps of a month."""

from __future__ import annotations

import datetime as dt

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from kairos.ui.timeline.panel import TimePanel
from kairos.ui.timeline.play import MONTH

from .time_data import day, year

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(qtbot):
    made = TimePanel()
    qtbot.addWidget(made)
    made.set_acquisitions(year())
    made.resize(900, 400)
    made.show()
    made.set_date(day(100))
    return made


def test_space_plays_day_by_day_and_pauses(panel, qtbot):
    QTest.keyClick(panel.slider, Qt.Key.Key_Space)
    assert "Pause" in panel.date_row.play.toolTip()
    qtbot.waitUntil(lambda: panel.date() >= day(102), timeout=3000)
    QTest.keyClick(panel.slider, Qt.Key.Key_Space)
    assert not panel.player.playing
    assert "Play" in panel.date_row.play.toolTip()


def test_it_waits_for_the_map(panel, qtbot):
    panel.player.seen = lambda: False
    QTest.mouseClick(panel.date_row.play, Qt.MouseButton.LeftButton)
    qtbot.wait(350)
    assert panel.player.playing
    assert panel.date() == day(100)
    panel.player.seen = lambda: True
    qtbot.waitUntil(lambda: panel.date() > day(100), timeout=3000)


def test_a_hand_on_the_slider_stops_it(panel):
    panel.player.play()
    QTest.keyClick(panel.slider, Qt.Key.Key_Left)
    assert not panel.player.playing
    panel.player.play()
    QTest.mousePress(panel.slider, Qt.MouseButton.LeftButton)
    assert not panel.player.playing


def test_it_stops_at_the_end_and_starts_over(panel, qtbot):
    panel.set_date(day(359))
    panel.player.play()
    qtbot.waitUntil(lambda: not panel.player.playing, timeout=3000)
    assert panel.slider.value() == panel.slider.maximum()
    panel.slider.playToggled.emit()
    assert panel.slider.value() == panel.slider.minimum()


@pytest.mark.parametrize(("key", "month"), [(Qt.Key.Key_PageUp, 5), (Qt.Key.Key_PageDown, 3)])
def test_with_shift_page_keys_go_by_months(panel, key, month):
    panel.set_date(dt.date(2018, 4, 13))
    QTest.keyClick(panel.slider, key, SHIFT)
    assert panel.date() == dt.date(2018, month, 13)


def test_the_menu_chooses_what_it_goes_by(panel, qtbot):
    next(a for a in panel.date_row.play_menu.actions() if "Month" in a.text()).trigger()
    assert panel.player.step == MONTH
    panel.set_date(dt.date(2018, 4, 13))
    panel.player.play()
    qtbot.waitUntil(lambda: panel.date() == dt.date(2018, 5, 13), timeout=3000)
