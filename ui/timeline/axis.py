"""The one time axis: which day stands at which pixel, for every widget that shows time."""

from __future__ import annotations

import datetime as dt

from qgis.PyQt.QtCore import QObject, pyqtSignal

_AIR = 0.012
"""Free room at either end, as a share of the window, so that marks at the ends stay whole."""
_SHORTEST = 30
"""A window shows at least so many days, also of a single day."""


class TimeAxis(QObject):
    """Days are ordinals (`date.toordinal`); pixels count from the left edge of a widget.

    The widgets that share the axis have one width and stand exactly below each other.
    """

    changed = pyqtSignal()
    """The window or the margins are others than before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        today = dt.date.today().toordinal()
        self.first, self.last = today, today
        self.left, self.right = 0, 0

    def set_days(self, first: int, last: int) -> None:
        """Show the days from `first` to `last`."""
        if (first, last) != (self.first, self.last):
            self.first, self.last = first, last
            self.changed.emit()

    def set_margins(self, left: int, right: int) -> None:
        """Keep so many pixels free on either side."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.changed.emit()

    @property
    def span(self) -> tuple[float, float]:
        """The days, with fractions, at the two ends of the axis."""
        days = self.last - self.first
        air = max(0.5 + _AIR * days, (_SHORTEST - days) / 2)
        return self.first - air, self.last + air

    def length(self, width: int) -> int:
        """Pixels between the two ends in a widget of this width."""
        return max(width - self.left - self.right, 1)

    def x(self, day: float, width: int) -> float:
        """Where a day stands in a widget of this width."""
        start, end = self.span
        return self.left + (day - start) / (end - start) * self.length(width)

    def day(self, x: float, width: int) -> int:
        """The day at a pixel, the nearest one of the window."""
        start, end = self.span
        day = round(start + (x - self.left) / self.length(width) * (end - start))
        return min(max(day, self.first), self.last)
