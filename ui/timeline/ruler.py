"""The ruler below the plot: the names of the months and years on the shared axis."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import QPointF, QSize, Qt
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QSizePolicy, QWidget

from ..theme import theme_of
from .axis import TimeAxis
from .ticks import ticks_of


class TimeRuler(QWidget):
    """Paints the ticks with their labels, each beginning where its time begins."""

    def __init__(self, axis: TimeAxis, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        axis.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """One line of text."""
        return QSize(0, round(self.fontMetrics().height() * 1.35))

    def paintEvent(self, event: Any) -> None:
        """Paint the ticks."""
        theme, metrics = theme_of(self.palette()), self.fontMetrics()
        painter = QPainter(self)
        painter.setPen(theme.bar)
        painter.drawLine(self._axis.left, 0, self.width() - self._axis.right, 0)
        gap, taken = metrics.height() * 0.25, 0.0
        for tick in ticks_of(self._axis, self.width(), metrics):
            x = round(self._axis.x(tick.day, self.width()))
            end = x + gap + metrics.horizontalAdvance(tick.label)
            named = bool(tick.label) and taken <= x and end <= self.width()
            painter.setPen(theme.bar)
            painter.drawLine(x, 0, x, self.height() * (3 if named else 1) // 4)
            if named:
                painter.setPen(theme.text if tick.strong else theme.muted)
                painter.drawText(QPointF(x + gap, gap + metrics.ascent()), tick.label)
                taken = end + gap
