"""The bare plot: a pyqtgraph view whose horizontal axis is the shared time axis."""

from __future__ import annotations

import math
from typing import Any, Iterable, Optional

from qgis.PyQt.QtCore import QEvent, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainterPath, QPen
from qgis.PyQt.QtWidgets import QGraphicsPathItem, QWidget

from ..qtgraph import pg
from ..theme import Theme, line_width
from .axis import TimeAxis
from .ticks import ticks_of

_SNAP, _USUAL = 0.25, 2.0
"""Ranges up to the usual one grow in such steps, so that they stay the same for most curves."""
_STEPS = (1.0, 2.5, 5.0, 10.0)
"""Round distances between two levels, times a power of ten."""


class TimeView(pg.PlotWidget):
    """Grid, values axis and the line of the date, which follows the mouse like the slider."""

    dayPicked = pyqtSignal(int)
    """The person clicked on a day or drags the line to it."""
    daysStepped = pyqtSignal(object)
    """A wheel event, for the slider to answer."""
    hovered = pyqtSignal(object)
    """The mouse is over this day, or over none (None)."""

    def __init__(self, axis: TimeAxis, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self.view: pg.ViewBox = self.getViewBox()
        self.line = pg.InfiniteLine(angle=90, movable=False)
        self._grid = QGraphicsPathItem()
        self._low, self._high = 0.0, 1.0
        self._held = False
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the slider is the control for keys
        self._strip()
        self.line.setZValue(50)
        self._grid.setZValue(-10)
        for item in (self._grid, self.line):
            self.view.addItem(item, ignoreBounds=True)
        axis.changed.connect(self.fit)

    def _strip(self) -> None:
        """Leave nothing of pyqtgraph's own ways but the drawing."""
        plot = self.getPlotItem()
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.hideAxis("bottom")
        self.view.setMouseEnabled(x=False, y=False)
        self.view.disableAutoRange()
        self.view.setDefaultPadding(0)

    def dress(self, theme: Theme, ratio: float) -> None:
        """Take the colours of a theme; `ratio` pixels of the device are one of ours."""
        em = self.fontMetrics().height()
        self.setBackground(theme.base)
        values = self.getPlotItem().getAxis("left")
        values.setStyle(tickLength=0, tickAlpha=0, tickFont=self.font(), autoExpandTextSpace=False)
        values.setTextPen(theme.muted)
        values.setPen(pg.mkPen(None))
        values.setTickPen(pg.mkPen(None))
        grid = QPen(theme.faint, ratio)
        grid.setCosmetic(True)
        self._grid.setPen(grid)
        self.line.setPen(pg.mkPen(theme.accent, width=ratio * line_width(em)))

    def set_values(self, values: Iterable[float], least: float = 1.0) -> None:
        """Show at least 0 to `least`, and what is needed of lower and higher values."""
        seen = [v for v in values if math.isfinite(v)] or [0.0]
        bottom, top = min(0.0, *seen), max(least, *seen)
        step = _SNAP if 0.5 < top - bottom <= _USUAL else _step(top - bottom, 4)
        low, high = math.floor(bottom / step) * step, math.ceil(top / step) * step
        if high - low < step:
            high = low + step
        if (low, high) != (self._low, self._high):
            self._low, self._high = low, high
            self.fit()

    @property
    def heights(self) -> tuple[float, float]:
        """The lowest and the highest value that are shown."""
        return self._low, self._high

    def fit(self) -> None:
        """Bring the view in line with the shared axis and the values."""
        em = self.fontMetrics().height()
        plot = self.getPlotItem()
        plot.layout.setContentsMargins(0, 0, self._axis.right, 0)
        plot.getAxis("left").setWidth(self._axis.left)
        start, end = self._axis.span
        # Half a line of free room, so that the outermost numbers stay whole.
        air = (self._high - self._low) * 0.6 * em / max(self.height() - 1.2 * em, em)
        bottom, top = self._low - air, self._high + air
        self.view.setRange(xRange=(start, end), yRange=(bottom, top), padding=0)
        room = max(self.height() / (2.4 * em), 1)
        step = _step(self._high - self._low, min(room, 5))
        first, last = math.ceil(self._low / step - 1e-6), math.floor(self._high / step + 1e-6)
        levels = [step * n for n in range(first, last + 1)]
        plot.getAxis("left").setTicks([[(v, _number(v, step)) for v in levels]])
        path = QPainterPath()
        for level in levels:
            path.moveTo(start, level)
            path.lineTo(end, level)
        for tick in ticks_of(self._axis, self.width(), self.fontMetrics()):
            path.moveTo(tick.day, bottom)
            path.lineTo(tick.day, top)
        self._grid.setPath(path)

    def resizeEvent(self, event: Any) -> None:
        """Keep the ticks fitting."""
        super().resizeEvent(event)
        if hasattr(self, "_grid"):  # pyqtgraph resizes while it is being made
            self.fit()

    def minimumSizeHint(self) -> QSize:
        """Low docks are fine."""
        return QSize(0, self.fontMetrics().height() * 5)

    def sizeHint(self) -> QSize:
        """As high as reads well."""
        return QSize(0, self.fontMetrics().height() * 11)

    def mousePressEvent(self, event: Any) -> None:
        """Take the date line to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self.hovered.emit(None)
            self.dayPicked.emit(self._day_at(event))

    def mouseMoveEvent(self, event: Any) -> None:
        """Drag the date line, or say which day is below the mouse."""
        day = self._day_at(event)
        if self._held:
            self.dayPicked.emit(day)
            return
        x = self._axis.x(self.line.value(), self.width())
        near = abs(event.pos().x() - x) < self.fontMetrics().height() * 0.4
        shape = Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.hovered.emit(day)

    def mouseReleaseEvent(self, event: Any) -> None:
        """Let go of the date line."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = False

    def mouseDoubleClickEvent(self, event: Any) -> None:
        """Two quick clicks are two clicks."""
        self.mousePressEvent(event)

    def wheelEvent(self, event: Any) -> None:
        """Time moves as it does over the slider."""
        self.daysStepped.emit(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """No day is below the mouse any more."""
        self.hovered.emit(None)
        super().leaveEvent(event)

    def _day_at(self, event: Any) -> int:
        return self._axis.day(event.pos().x(), self.width())


def _step(span: float, most: float) -> float:
    """The least round step of which at most so many, about, fit into a span."""
    wanted = span / most * 0.95
    power = 10.0 ** math.floor(math.log10(max(wanted, 1e-9)))
    return next(power * s for s in _STEPS if power * s >= wanted or s == _STEPS[-1])


def _number(value: float, step: float) -> str:
    """As many digits as the step needs, and at least two."""
    digits = max(2 - math.floor(math.log10(step)) - 1, 0) if step < 10 else 0
    digits = max(digits, 2) if step < 1 else digits
    return f"{value:.{digits}f}".replace("-", "−")
