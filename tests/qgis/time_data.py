"""A simulated year for the tests of the time axis."""

from __future__ import annotations

import datetime as dt
import math

from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtWidgets import QApplication, QWidget

from kairos.ui.model import Acquisition, Curve, CurvePoint

FIRST = dt.date(2018, 1, 3)


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(number)


def year(count: int = 73, step: int = 5) -> list[Acquisition]:
    """Every fourth day is clear; the tenth is excluded."""
    return [
        Acquisition(day(step * n), 1.0 if n % 4 == 0 else n % 4 / 10, included=n != 10)
        for n in range(count)
    ]


def curve(label: str = "pixel 34, 51", count: int = 150, index: str = "NDVI") -> Curve:
    points = []
    for n in range(count):
        value = 0.5 + 0.3 * math.sin(n / 20)
        date = day(round(n * 364 / count))
        points.append(CurvePoint(date, value, value - 0.05, value + 0.05, "reconstructed"))
        kind = "observed" if n % 3 else "masked"
        points.append(CurvePoint(date, value, math.nan, math.nan, kind))
    return Curve(index, label, tuple(points))


def move(widget: QWidget, x: int, y: int, held: bool = False) -> None:
    """Move the mouse, which QTest cannot do with a button held."""
    at = QPoint(x, y)
    button = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(widget.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
