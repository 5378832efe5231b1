"""The seasons of a curve in the plot: where they start, peak and end."""

from __future__ import annotations

import math
from typing import Optional

from ...engine.curve.phenology import Season, seasons
from ..model import Curve
from ..qtgraph import pg
from ..theme import Theme
from .read import between

_SIGNS = ("t2", "d", "t3")
"""pyqtgraph's triangle to the right, diamond and triangle to the left."""


class SeasonItems:
    """Marks the seasons of the main curve, or nothing."""

    def __init__(self, view: pg.ViewBox) -> None:
        self.seasons: tuple[Season, ...] = ()
        self._curve: Optional[Curve] = None
        self._marks = [pg.ScatterPlotItem(symbol=sign, antialias=True) for sign in _SIGNS]
        for mark in self._marks:
            mark.setZValue(40)
            view.addItem(mark, ignoreBounds=True)

    def dress(self, theme: Theme, em: float) -> None:
        """Take colours from a theme and sizes from a length."""
        for mark in self._marks:
            mark.setBrush(pg.mkBrush(theme.accent))
            mark.setPen(pg.mkPen(theme.base, width=1))
            mark.setSize(em * 0.7)

    def show(self, curve: Optional[Curve]) -> None:
        """Mark the seasons of a curve, or of none."""
        if curve is self._curve:
            return
        self._curve = curve
        line = (
            [p for p in curve.of_kind("reconstructed") if math.isfinite(p.value)] if curve else []
        )
        days, values = [p.date.toordinal() for p in line], [p.value for p in line]
        self.seasons = seasons(days, values)
        for part, mark in enumerate(self._marks):
            spots = [days_of(season)[part] for season in self.seasons]
            points = [between(line, day) for day in spots if day is not None]
            shown = [p for p in points if p is not None]
            mark.setData([p.date.toordinal() for p in shown], [p.value for p in shown])


def days_of(season: Season) -> tuple[Optional[int], int, Optional[int]]:
    """Start, peak and end."""
    return season.start, season.peak, season.end
