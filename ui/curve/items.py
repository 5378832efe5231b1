"""The marks of one curve in the plot: band of doubt, line, clear and rejected points."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np
from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtGui import QColor, QPainterPath, QPen, QPolygonF
from qgis.PyQt.QtWidgets import QGraphicsPathItem

from ..model import Curve, CurvePoint
from ..qtgraph import pg
from ..theme import Theme, with_alpha

MAIN, PIN, PREVIEW = "main", "pin", "preview"
"""The parts that a curve can play."""

_STRETCH = 0.1
"""Share of the values that the doubt may stretch the plot by."""
_LAYER = {PREVIEW: 3, MAIN: 2, PIN: 1}


class CurveItems:
    """Made once and filled again for each curve, which is quick enough for a moving mouse."""

    def __init__(self, view: pg.ViewBox, part: str, number: int = 0) -> None:
        self._view, self.part, self.number = view, part, number
        self.curve: Optional[Curve] = None
        self._band = QGraphicsPathItem()
        self._line = pg.PlotCurveItem(antialias=True)
        self._clear = pg.ScatterPlotItem(symbol="o", antialias=True)
        self._rejected = pg.ScatterPlotItem(symbol="x", antialias=True)
        self._items = (self._band, self._line, self._rejected, self._clear)
        for height, item in enumerate(self._items):
            item.setZValue(10 * _LAYER[part] + height)
            view.addItem(item, ignoreBounds=True)

    def remove(self) -> None:
        """Take the marks out of the plot."""
        for item in self._items:
            self._view.removeItem(item)

    def color(self, theme: Theme) -> QColor:
        """The colour that stands for this curve."""
        if self.part == PIN:
            return theme.pin(self.number)
        return theme.curve if self.part == MAIN else theme.muted

    def dress(self, theme: Theme, em: float, ratio: float) -> None:
        """Take colours from a theme and sizes from a length, the height of the font or less.

        pyqtgraph counts the width of lines in pixels of the device, `ratio` for one of ours.
        """
        color, main = self.color(theme), self.part == MAIN
        self._band.setPen(QPen(Qt.PenStyle.NoPen))
        self._band.setBrush(with_alpha(color, 0.25 if theme.dark else 0.18))
        dash = Qt.PenStyle.DashLine if self.part == PREVIEW else Qt.PenStyle.SolidLine
        self._line.setPen(pg.mkPen(color, width=ratio * em * (0.13 if main else 0.09), style=dash))
        self._clear.setPen(pg.mkPen(color if self.part == PREVIEW else theme.base, width=1))
        self._clear.setBrush(pg.mkBrush(theme.base if self.part == PREVIEW else color))
        self._clear.setSize(em * (0.44 if main else 0.34))
        self._rejected.setPen(pg.mkPen(None))
        self._rejected.setBrush(pg.mkBrush(theme.muted))
        self._rejected.setSize(em * 0.4)

    def show(self, curve: Optional[Curve]) -> None:
        """Draw a curve, or nothing."""
        self.curve = curve
        line = _drawable(curve, "reconstructed")
        self._line.setData(*_places(line))
        self._clear.setData(*_places(_drawable(curve, "observed")))
        # Only the curve that was asked for shows what was rejected, and how sure it is.
        main = self.part == MAIN
        self._rejected.setData(*_places(_drawable(curve, "masked") if main else []))
        self._band.setPath(_band(line if main else []))


def values(curve: Curve) -> list[float]:
    """The heights that a curve needs in the plot; a wide doubt stretches it by little."""
    heights = np.array([(p.value, p.lower, p.upper) for p in curve.points], float).reshape(-1, 3)
    heights = heights[np.isfinite(heights[:, 0])]
    if not len(heights):
        return []
    low, high = float(heights[:, 0].min()), float(heights[:, 0].max())
    reach = _STRETCH * max(high - low, 0.1 * max(abs(low), abs(high)))
    doubt = heights[:, 1:][np.isfinite(heights[:, 1:])]
    least, most = (float(v) for v in (doubt.min(initial=low), doubt.max(initial=high)))
    return [max(least, low - reach), min(most, high + reach)]


def _drawable(curve: Optional[Curve], kind: str) -> list[CurvePoint]:
    points = curve.of_kind(kind) if curve is not None else []
    return sorted((p for p in points if math.isfinite(p.value)), key=lambda p: p.date)


def _places(points: list[CurvePoint]) -> tuple[np.ndarray, np.ndarray]:
    days = np.array([p.date.toordinal() for p in points], dtype=float)
    return days, np.array([p.value for p in points], dtype=float)


def _band(points: list[CurvePoint]) -> QPainterPath:
    sure = [p for p in points if math.isfinite(p.lower) and math.isfinite(p.upper)]
    upper = [QPointF(p.date.toordinal(), p.upper) for p in sure]
    lower = [QPointF(p.date.toordinal(), p.lower) for p in reversed(sure)]
    path = QPainterPath()
    path.addPolygon(QPolygonF(upper + lower))
    return path
