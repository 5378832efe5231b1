"""The row above the slider: steps in time, the date in words, and what the map shows of it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import (
    QActionGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ..theme import theme_of
from .play import ACQUISITION, DAY, MONTH
from .step_icons import play_icon, step_icon
from .ticks import date_text


class DateRow(QWidget):
    """Four buttons, the date and a word on it; in a narrow dock the word takes its own line."""

    dayStepped = pyqtSignal(int)
    acquisitionStepped = pyqtSignal(int)
    playClicked = pyqtSignal()
    stepChosen = pyqtSignal(str)
    """What playing goes by: `play.DAY`, `play.ACQUISITION` or `play.MONTH`."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._date: Optional[dt.date] = None
        self._buttons: list[QToolButton] = []
        self._steps = steps = QHBoxLayout()
        steps.setSpacing(0)
        for days, step, name in (
            (False, -1, self.tr("Previous acquisition (Page Down)")),
            (True, -1, self.tr("Previous day (Left)")),
            (True, 1, self.tr("Next day (Right)")),
            (False, 1, self.tr("Next acquisition (Page Up)")),
        ):
            button = QToolButton(self)
            button.setAutoRaise(True)
            button.setAutoRepeat(True)
            button.setToolTip(name)
            button.setAccessibleName(name)
            signal = self.dayStepped if days else self.acquisitionStepped
            button.clicked.connect(lambda _=False, signal=signal, step=step: signal.emit(step))
            steps.addWidget(button)
            self._buttons.append(button)
        self._playing = False
        self.play = self._build_play()
        steps.insertWidget(2, self.play)
        self.label = QLabel(self)
        bold = self.label.font()
        bold.setBold(True)
        self.label.setFont(bold)
        self.status = ElidedLabel(self)
        # What it asks for must not keep a wide dock from becoming narrow.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        edge = self.fontMetrics().height() // 5
        self._grid.setContentsMargins(edge, 0, edge, 0)
        self._grid.setHorizontalSpacing(self.fontMetrics().height() * 2 // 3)
        self._grid.setVerticalSpacing(0)
        self._grid.addLayout(steps, 0, 0)
        self._grid.setColumnStretch(2, 1)
        self._arrange()
        self.set_playing(False)

    def set_playing(self, playing: bool) -> None:
        """Show whether time goes by itself."""
        self._playing = playing
        name = self.tr("Pause (Space)") if playing else self.tr("Play (Space)")
        self.play.setToolTip(name)
        self.play.setAccessibleName(name)
        self._draw_icons()

    def _build_play(self) -> QToolButton:
        button, menu = QToolButton(self), QMenu(self)
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.clicked.connect(lambda _=False: self.playClicked.emit())
        group = QActionGroup(menu)
        for step, text in (
            (DAY, self.tr("Day by day")),
            (ACQUISITION, self.tr("Acquisition by acquisition")),
            (MONTH, self.tr("Month by month")),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(step == DAY)
            action.triggered.connect(lambda _=False, step=step: self.stepChosen.emit(step))
            group.addAction(action)
        button.setMenu(menu)
        self.play_menu = menu
        return button

    def set_date(self, date: dt.date) -> None:
        """Say a date."""
        self._date = date
        self.label.setText(date_text(date, short=self._short()))
        self.label.setToolTip(date_text(date))

    def set_reach(self, day: bool, acquisition: bool, step: int) -> None:
        """Say whether there is a day and an acquisition to step to in a direction."""
        which = (1, 0) if step < 0 else (2, 3)
        for place, there in zip(which, (day, acquisition)):
            self._buttons[place].setEnabled(there)

    def resizeEvent(self, event: Any) -> None:
        """Give the words the room that there is."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: Any) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() in (event.Type.PaletteChange, event.Type.FontChange):
            self._draw_icons()

    def _short(self) -> bool:
        return bool(self.width() < self.fontMetrics().height() * 42)

    def _arrange(self) -> None:
        # The widest date holds its room, so that nothing beside it moves when the date does.
        metrics, em = self.label.fontMetrics(), self.fontMetrics().height()
        days = (dt.date(2022, month, 20 + n) for month in range(1, 13) for n in range(7))
        widest = max(metrics.horizontalAdvance(date_text(d, self._short())) for d in days)
        room = self.width() - self._steps.sizeHint().width() - 2 * em
        beside = widest <= room
        status_beside = widest + 11 * em <= room
        self.label.setMinimumWidth(widest if status_beside else 0)
        place = (0, 1, 1, 1) if beside else (1, 0, 1, 3)
        self._grid.addWidget(self.label, *place)
        place = (0, 2, 1, 1) if status_beside else (2, 0, 1, 3)
        self._grid.addWidget(self.status, *place)
        if self._date is not None:
            self.set_date(self._date)

    def _draw_icons(self) -> None:
        theme, em = theme_of(self.palette()), self.fontMetrics().height()
        self.play.setIconSize(QSize(em, em))
        self.play.setIcon(play_icon(self._playing, theme, em, self.devicePixelRatioF()))
        for button, (bar, step) in zip(
            self._buttons, ((True, -1), (False, -1), (False, 1), (True, 1))
        ):
            button.setIconSize(QSize(em, em))
            button.setIcon(step_icon(step, bar, theme, em, self.devicePixelRatioF()))


class ElidedLabel(QLabel):
    """A label that never asks for room: it shortens its text, and its tooltip says it all."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Show a text."""
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: Any) -> None:
        """Paint as much of the text as fits."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        side = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), side, text)
