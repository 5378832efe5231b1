"""The radar of a place in the plot: two thin lines on a scale of their own, at the right."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np
from qgis.PyQt.QtGui import QColor

from ..model import Curve, RadarPoint
from ..qtgraph import pg
from ..theme import Theme, with_alpha

LOWEST, HIGHEST = -30.0, 0.0
"""dB at the bottom and at the top of the plot: the same for every place."""
_MARKS = (-25, -15, -5)
CHANNELS = ("VV", "VH")


class RadarItems:
    """Shows the radar of the main curve, or nothing."""

    def __init__(self, view: pg.ViewBox) -> None:
        self.curve: Optional[Curve] = None
        self._range = (0.0, 1.0)
        self._right = 0.0
        self._lines = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in CHANNELS]
        self._marks = [pg.TextItem(anchor=(1, 0.5)) for _ in _MARKS]
        for item in (*self._lines, *self._marks):
            item.setZValue(5)
            view.addItem(item, ignoreBounds=True)
        self._draw()

    def dress(self, theme: Theme, em: float, ratio: float) -> None:
        """Take colours from a theme and sizes from a length."""
        for number, line in enumerate(self._lines):
            color = with_alpha(theme.radar(number), 0.6)  # the curve comes first
            line.setPen(pg.mkPen(color, width=ratio * em * 0.06))
        for mark, decibel in zip(self._marks, _MARKS):
            mark.setText(f"{decibel} dB".replace("-", "−"), color=theme.radar(0))

    def place(self, low: float, high: float, right: float) -> None:
        """Fit the scale into a plot from `low` to `high` that ends at the day `right`."""
        if ((low, high), right) != (self._range, self._right):
            self._range, self._right = (low, high), right
            self._draw()

    def show(self, curve: Optional[Curve]) -> None:
        """Draw the radar of a curve, or nothing."""
        curve = curve if curve is not None and curve.radar else None
        if curve is not self.curve:
            self.curve = curve
            self._draw()

    def _draw(self) -> None:
        radar = self.curve.radar if self.curve is not None else ()
        days = np.array([p.date.toordinal() for p in radar], float)
        for number, line in enumerate(self._lines):
            line.setData(days, np.array([self._height(p, number) for p in radar], float))
        low, high = self._range
        for mark, decibel in zip(self._marks, _MARKS):
            share = (decibel - LOWEST) / (HIGHEST - LOWEST)
            mark.setPos(self._right, low + share * (high - low))
            mark.setVisible(self.curve is not None)

    def _height(self, point: RadarPoint, number: int) -> float:
        decibel = (point.vv, point.vh)[number]
        if not math.isfinite(decibel):
            return math.nan
        low, high = self._range
        share = (min(max(decibel, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
        return low + share * (high - low)


def colors(theme: Theme) -> list[tuple[str, QColor]]:
    """The channels with their colours, for a legend."""
    return [(name, theme.radar(number)) for number, name in enumerate(CHANNELS)]
