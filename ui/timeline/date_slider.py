"""The date slider: one day of the window, below the bars of the acquired days."""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional, Sequence

from qgis.PyQt.QtCore import QDate, QEvent, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainter, QPen
from qgis.PyQt.QtWidgets import QMenu, QSizePolicy, QSlider, QToolTip, QWidget

from ..model import Acquisition
from ..theme import Theme, line_width, theme_of, with_alpha
from .axis import TimeAxis
from .clear_bars import ClearBars
from .ticks import date_text, ticks_of

_NOTCH = 120
"""What Qt counts for one notch of a mouse wheel."""


class DateSlider(QSlider):
    """A slider whose value is the ordinal of a day.

    Arrow keys and the wheel go by days, Page keys and the wheel with Ctrl by acquisitions, both
    with Shift by months.
    """

    playToggled = pyqtSignal()
    """The space bar: time is to go by itself, or to stop."""
    touched = pyqtSignal()
    """The person takes hold of the handle, or steps."""
    includeToggled = pyqtSignal(object, bool)
    """The person wants this date to take part, or not."""

    def __init__(self, axis: TimeAxis, parent: Optional[QWidget] = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._axis = axis
        self.bars = ClearBars(axis)
        self._hovered: Optional[int] = None
        self._wheel = 0
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # time runs like the plot's
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Date"))
        axis.changed.connect(self.update)

    # What it shows

    def set_acquisitions(self, acquisitions: Sequence[Acquisition]) -> None:
        """Show these days; the slider goes from the first to the last of them."""
        self.bars.set_acquisitions(acquisitions)
        self._hovered = None
        if self.bars.days:
            self.setRange(self.bars.days[0], self.bars.days[-1])
            self._axis.set_days(self.bars.days[0], self.bars.days[-1])
        self._say_value()
        self.update()

    def date(self) -> dt.date:
        """The day of the handle."""
        return dt.date.fromordinal(max(self.value(), 1))

    def set_date(self, date: dt.date) -> None:
        """Go to a day, or to the nearest end."""
        self.setValue(date.toordinal())

    def step_acquisition(self, step: int) -> None:
        """Go to the next acquisition (`step` > 0) or to the one before."""
        day = self.bars.beside(self.value(), step)
        if day is not None:
            self.setValue(day)

    def step_month(self, step: int) -> None:
        """Go to the same day of the next month (`step` > 0) or of the one before."""
        now = QDate(self.date().year, self.date().month, self.date().day).addMonths(step)
        self.set_date(dt.date(now.year(), now.month(), now.day()))

    def describe(self, day: int) -> str:
        """A day in words: its date, and what the satellite saw."""
        date = date_text(dt.date.fromordinal(day), short=True)
        acquisition = self.bars.on(day)
        if acquisition is None:
            return date + "\n" + self.tr("no acquisition")
        share = self.tr("{share} % clear").format(share=round(100 * acquisition.clear))
        return date + "\n" + share + ("" if acquisition.included else self.tr(", not used"))

    def handle_x(self) -> float:
        """The pixel of the handle's middle."""
        return self._axis.x(self.value(), self.width())

    def menu_of(self, acquisition: Acquisition) -> QMenu:
        """What can be done with an acquisition."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        go = menu.addAction(self.tr("Go to {date}").format(date=date_text(acquisition.date, True)))
        go.triggered.connect(lambda: self.set_date(acquisition.date))
        use = menu.addAction(self.tr("Use this day"))
        use.setCheckable(True)
        use.setChecked(acquisition.included)
        use.toggled.connect(lambda on: self.includeToggled.emit(acquisition.date, on))
        return menu

    # Sizes, in units of the font

    def sizeHint(self) -> QSize:
        """Wide, and as high as the bars and the handle need."""
        return QSize(self._em() * 30, self._bars().bottom() + 1 + round(self._em() * 1.7))

    def minimumSizeHint(self) -> QSize:
        """Narrow docks are fine."""
        return QSize(self._em() * 8, self.sizeHint().height())

    def _em(self) -> int:
        return int(self.fontMetrics().height())

    def _bars(self) -> QRect:
        return QRect(0, self._em() // 2, self.width(), round(self._em() * 2.8))

    def _groove_y(self) -> float:
        return self._bars().bottom() + 1 + self._em() * 0.85

    # Mouse and keys

    def mousePressEvent(self, event: Any) -> None:
        """Jump to the bar or the day under the mouse, and take hold of the handle."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.touched.emit()
        self.setSliderDown(True)
        acquisition = self._bar_at(event)
        day = acquisition.date.toordinal() if acquisition else self._day_at(event)
        self.setSliderPosition(day)
        event.accept()

    def mouseMoveEvent(self, event: Any) -> None:
        """Drag the handle, or light up the bar below the mouse."""
        if self.isSliderDown():
            self.setSliderPosition(self._day_at(event))
            return
        acquisition = self._bar_at(event)
        self._hover(acquisition.date.toordinal() if acquisition else None)

    def mouseReleaseEvent(self, event: Any) -> None:
        """Let go of the handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No bar is below the mouse any more."""
        self._hover(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: Any) -> None:
        """A notch is a day, with Ctrl an acquisition, with Shift a month."""
        self.touched.emit()
        delta = event.angleDelta()
        self._wheel += delta.y() or delta.x()
        steps = int(self._wheel / _NOTCH)
        self._wheel -= steps * _NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            for _ in range(abs(steps)):
                self.step_acquisition(steps)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.step_month(steps)
        else:
            self.setValue(self.value() + steps)
        event.accept()

    def keyPressEvent(self, event: Any) -> None:
        """Page keys go by acquisitions, with Shift by months; all else is a slider's own."""
        if event.key() == Qt.Key.Key_Space:
            self.playToggled.emit()
            return
        self.touched.emit()
        pages = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}
        if event.key() in pages and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.step_month(pages[event.key()])
        elif event.key() in pages:
            self.step_acquisition(pages[event.key()])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: Any) -> None:
        """What can be done with the acquisition below the mouse, or of the date."""
        by_key = event.reason() == event.Reason.Keyboard
        x = self.handle_x() if by_key else event.pos().x()
        acquisition = self.bars.near(x, self.width(), self._em() * 0.7)
        if acquisition is not None:
            self.menu_of(acquisition).popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Say what is below the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            acquisition = self._bar_at(event)
            day = acquisition.date.toordinal() if acquisition else self._day_at(event)
            QToolTip.showText(event.globalPos(), self.describe(day), self)
            return True
        return bool(super().event(event))

    def _day_at(self, event: Any) -> int:
        return self._axis.day(event.pos().x(), self.width())

    def _bar_at(self, event: Any) -> Optional[Acquisition]:
        if event.pos().y() > self._bars().bottom():
            return None
        return self.bars.near(event.pos().x(), self.width(), self._em() * 0.5)

    def _hover(self, day: Optional[int]) -> None:
        if day != self._hovered:
            self._hovered = day
            self.update()

    def sliderChange(self, change: QSlider.SliderChange) -> None:
        """Say the new date to those who hear the window instead of seeing it."""
        super().sliderChange(change)
        self._say_value()

    def _say_value(self) -> None:
        self.setAccessibleDescription(self.describe(max(self.value(), 1)).replace("\n", ", "))

    # Paint

    def paintEvent(self, event: Any) -> None:
        """Paint the bars, the groove and the handle."""
        theme = theme_of(self.palette())
        painter = QPainter(self)
        self._paint_scale(painter, theme)
        self.bars.paint(painter, self._bars(), theme, self.value(), self._hovered)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_groove(painter, theme)
        self._paint_handle(painter, theme)

    def _paint_scale(self, painter: QPainter, theme: Theme) -> None:
        bars, em = self._bars(), self._em()
        painter.setPen(theme.faint)
        for y in (bars.top(), bars.bottom() + 1):
            painter.drawLine(self._axis.left, y, self.width() - self._axis.right, y)
        painter.setPen(theme.muted)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room = QRect(0, bars.top() - em // 2, self._axis.left - em // 3, em)
        painter.drawText(room, right, self.tr("100 %"))
        room.moveBottom(bars.bottom() + em // 4)
        painter.drawText(room, right, self.tr("clear"))

    def _paint_groove(self, painter: QPainter, theme: Theme) -> None:
        y, high = self._groove_y(), max(self._em() * 0.22, 3.0)
        left, right = self._axis.left, self.width() - self._axis.right
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.faint)
        painter.drawRoundedRect(QRectF(left, y - high / 2, right - left, high), high / 2, high / 2)
        painter.setPen(QPen(theme.bar, 1))
        for tick in ticks_of(self._axis, self.width(), self.fontMetrics()):
            x = round(self._axis.x(tick.day, self.width())) + 0.5
            painter.drawLine(QPointF(x, y + high), QPointF(x, y + high + self._em() * 0.25))

    def _paint_handle(self, painter: QPainter, theme: Theme) -> None:
        middle, radius = QPointF(self.handle_x(), self._groove_y()), self._em() * 0.5
        # The date line of the plot below hangs from the handle.
        painter.setPen(QPen(theme.accent, line_width(self._em())))
        painter.drawLine(middle, QPointF(middle.x(), self.height()))
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(theme.accent, 0.35))
            painter.drawEllipse(middle, radius * 1.6, radius * 1.6)
        painter.setPen(QPen(theme.accent, radius * 0.5))
        painter.setBrush(theme.accent if self.isSliderDown() else theme.base)
        painter.drawEllipse(middle, radius * 0.8, radius * 0.8)
