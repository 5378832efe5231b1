"""The bars above the slider: how much of the ground each acquired day saw."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from typing import Optional, Sequence

from qgis.PyQt.QtCore import QRect
from qgis.PyQt.QtGui import QPainter

from ..model import Acquisition
from ..theme import Theme, mixed
from .axis import TimeAxis


class ClearBars:
    """The acquisitions of a stack: finds them by day and by pixel, and paints them."""

    def __init__(self, axis: TimeAxis) -> None:
        self._axis = axis
        self._days: list[int] = []
        self._by_day: dict[int, Acquisition] = {}

    def set_acquisitions(self, acquisitions: Sequence[Acquisition]) -> None:
        """Show these."""
        self._by_day = {a.date.toordinal(): a for a in acquisitions}
        self._days = sorted(self._by_day)

    @property
    def days(self) -> list[int]:
        """The acquired days in order."""
        return self._days

    def on(self, day: int) -> Optional[Acquisition]:
        """The acquisition of a day, if the satellite came."""
        return self._by_day.get(day)

    def beside(self, day: int, step: int) -> Optional[int]:
        """The next acquired day after (`step` > 0) or before a day."""
        if step > 0:
            at = bisect_right(self._days, day)
            return self._days[at] if at < len(self._days) else None
        at = bisect_left(self._days, day) - 1
        return self._days[at] if at >= 0 else None

    def near(self, x: float, width: int, reach: float) -> Optional[Acquisition]:
        """The acquisition whose bar is nearest to a pixel, at most `reach` away."""
        at = bisect_left(self._days, self._axis.day(x, width))
        around = self._days[max(at - 1, 0) : at + 2]
        if not around:
            return None
        best = min(around, key=lambda day: abs(self._axis.x(day, width) - x))
        return self._by_day[best] if abs(self._axis.x(best, width) - x) <= reach else None

    def clearest(self) -> Optional[dt.date]:
        """The last of the clearest days that take part."""
        taking_part = [a for a in self._by_day.values() if a.included] or self._by_day.values()
        return (
            max(taking_part, key=lambda a: (round(a.clear, 2), a.date)).date if self._days else None
        )

    def bar_width(self, width: int, widest: int) -> int:
        """Pixels of a bar: part of the usual distance between two, and hardly ever a hair."""
        start, end = self._axis.span
        gaps = sorted(b - a for a, b in zip(self._days, self._days[1:])) or [30]
        gap = gaps[len(gaps) // 2] * self._axis.length(width) / (end - start)
        return max(min(round(gap * 0.55), widest), 2 if gap >= 3 else 1)

    def paint(
        self, painter: QPainter, area: QRect, theme: Theme, current: int, hovered: Optional[int]
    ) -> None:
        """Paint the bars; `area` has the width of the axis and the height of a clear day."""
        thick = self.bar_width(area.width(), area.height() // 4)
        for day in self._days:
            acquisition = self._by_day[day]
            color = theme.accent if day == current else theme.bar
            if day == hovered:
                color = mixed(color, theme.text, 0.5)
            # A day without clear ground keeps a stub: the satellite came.
            height = max(2, round(area.height() * min(max(acquisition.clear, 0.0), 1.0)))
            left = round(self._axis.x(day, area.width()) - thick / 2)
            bar = QRect(left, area.bottom() + 1 - height, thick, height)
            if acquisition.included:
                painter.fillRect(bar, color)
            elif thick < 3:  # too thin to be hollow
                painter.fillRect(bar, color if day in (current, hovered) else theme.faint)
            else:
                painter.fillRect(bar, theme.base)
                painter.setPen(color)
                painter.drawRect(bar.adjusted(0, 0, -1, -1))
