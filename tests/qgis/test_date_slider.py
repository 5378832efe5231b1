"""The slider under real keys and a real mouse."""

from __future__ import annotations

import datetime as dt

import pytest
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QHelpEvent, QWheelEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolTip

from kairos.ui.timeline.axis import TimeAxis
from kairos.ui.timeline.date_slider import DateSlider
from kairos.ui.timeline.ticks import ticks

from .time_data import FIRST, day, move, year

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot):
    slider = DateSlider(TimeAxis())
    qtbot.addWidget(slider)
    slider._axis.setParent(slider)
    slider._axis.set_margins(40, 10)
    slider.set_acquisitions(year())
    slider.resize(800, slider.sizeHint().height())
    slider.show()
    slider.set_date(day(100))
    return slider


def x_of(slider, number: int) -> int:
    return round(slider._axis.x(day(number).toordinal(), slider.width()))


def turn(slider, delta: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    at = QPointF(slider.rect().center())
    event = QWheelEvent(
        at,
        QPointF(slider.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)


@pytest.mark.parametrize(
    ("key", "number"),
    [
        (Qt.Key.Key_Right, 101),
        (Qt.Key.Key_Left, 99),
        (Qt.Key.Key_PageUp, 105),
        (Qt.Key.Key_PageDown, 95),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 360),
    ],
)
def test_keys_step_in_time(slider, key, number):
    QTest.keyClick(slider, key)
    assert slider.date() == day(number)


def test_page_keys_stop_at_the_ends(slider):
    QTest.keyClick(slider, Qt.Key.Key_End)
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.date() == day(360)


def test_the_wheel_counts_whole_notches(slider):
    turn(slider, 60)
    assert slider.date() == day(100)
    turn(slider, 60)
    assert slider.date() == day(101)
    turn(slider, -240)
    assert slider.date() == day(99)
    turn(slider, 120, Qt.KeyboardModifier.ControlModifier)
    assert slider.date() == day(100)


def test_a_drag_follows_the_mouse(slider):
    y = slider.height() - 10
    seen = []
    slider.valueChanged.connect(seen.append)
    QTest.mousePress(slider, LEFT, pos=QPoint(round(slider.handle_x()), y))
    for number in (120, 180, 222):
        move(slider, x_of(slider, number), y, held=True)
        assert abs(slider.handle_x() - x_of(slider, number)) <= 1.5
    assert slider.isSliderDown()
    QTest.mouseRelease(slider, LEFT, pos=QPoint(x_of(slider, 222), y))
    assert not slider.isSliderDown()
    assert len(seen) == 3
    move(slider, 100, y)
    assert len(seen) == 3


def test_a_click_near_a_bar_jumps_to_its_day(slider):
    QTest.mouseClick(slider, LEFT, pos=QPoint(x_of(slider, 200) + 3, 20))
    assert slider.date() == day(200)


def test_other_buttons_do_not_move_it(slider):
    QTest.mouseClick(slider, Qt.MouseButton.MiddleButton, pos=QPoint(60, 20))
    assert slider.date() == day(100)


def test_tooltips_tell_the_day_and_what_was_clear(slider):
    at = QPoint(x_of(slider, 200), 20)
    event = QHelpEvent(QEvent.Type.ToolTip, at, slider.mapToGlobal(at))
    QApplication.sendEvent(slider, event)
    assert "2018" in QToolTip.text()
    assert "100 % clear" in QToolTip.text()
    assert slider.describe(day(50).toordinal()).endswith("20 % clear, not used")
    assert slider.describe(day(51).toordinal()).endswith("no acquisition")


def test_the_menu_excludes_a_day(slider, qtbot):
    menu = slider.menu_of(slider.bars.on(day(200).toordinal()))
    qtbot.addWidget(menu)
    go, use = menu.actions()
    assert use.isChecked()
    with qtbot.waitSignal(slider.includeToggled) as told:
        use.trigger()
    assert told.args == [day(200), False]
    go.trigger()
    assert slider.date() == day(200)


def test_right_click_on_a_bar_opens_the_menu(slider, qtbot):
    from qgis.PyQt.QtGui import QContextMenuEvent

    at = QPoint(x_of(slider, 200), 20)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(slider, QContextMenuEvent(reason, at, slider.mapToGlobal(at)))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    assert "19 Jul" in popup.actions()[0].text() or "2018" in popup.actions()[0].text()
    popup.close()


def test_it_speaks_to_those_who_do_not_see(slider):
    assert slider.accessibleName() == "Date"
    slider.set_date(day(200))
    assert "2018" in slider.accessibleDescription()
    assert slider.accessibleDescription().endswith("100 % clear")


def test_the_bar_is_drawn_on_its_day_and_hollow_when_excluded(slider):
    slider.resize(1900, slider.height())
    slider.set_acquisitions(year(36, 10))
    picture = slider.grab().toImage()
    bottom = slider._bars().bottom()
    base = slider.palette().base().color().rgb()
    full, hollow = (x_of(slider, n) for n in (120, 100))
    slider.set_date(day(5))
    picture = slider.grab().toImage()
    assert picture.pixel(full, bottom - 3) != base
    top = bottom - round(slider._bars().height() * 0.2)
    assert picture.pixel(hollow, (top + bottom) // 2) == base


def test_one_acquisition_is_enough(slider):
    slider.set_acquisitions(year(1))
    assert slider.date() == FIRST
    assert slider.minimum() == slider.maximum()
    slider.grab()


@pytest.mark.parametrize("days", [0, 5, 40, 120, 365, 800, 2000, 9000])
@pytest.mark.parametrize("room", [0, 3, 10, 40])
def test_ticks_are_few_ordered_and_say_a_year(days, room):
    start = dt.date(2017, 11, 20).toordinal()
    found = ticks(start - 15, start + days + 15, room, room)
    places = [tick.day for tick in found]
    assert places == sorted(set(places))
    named = [tick for tick in found if tick.label]
    assert len(named) <= max(room, 3) + 2
    if named:
        assert "20" in named[0].label
