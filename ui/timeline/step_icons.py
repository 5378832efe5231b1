"""The icons of the steps in time, painted in the colours of the palette."""

from __future__ import annotations

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

from ..theme import Theme


def step_icon(step: int, bar: bool, theme: Theme, size: int, ratio: float) -> QIcon:
    """An arrow to the left (`step` < 0) or the right, to the next bar or by a day."""
    icon = QIcon()
    icon.addPixmap(_arrow(step, bar, theme.text, size, ratio), QIcon.Mode.Normal)
    icon.addPixmap(_arrow(step, bar, theme.bar, size, ratio), QIcon.Mode.Disabled)
    return icon


def play_icon(playing: bool, theme: Theme, size: int, ratio: float) -> QIcon:
    """A triangle to start, two bars to pause."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent)
    painter.translate(size / 2, size / 2)
    painter.scale(size, size)
    if playing:
        for left in (-0.3, 0.1):
            painter.drawRect(QRectF(left, -0.36, 0.2, 0.72))
    else:
        points = (QPointF(-0.26, -0.4), QPointF(0.4, 0), QPointF(-0.26, 0.4))
        painter.drawPolygon(QPolygonF(points))
    painter.end()
    return QIcon(pixmap)


def _arrow(step: int, bar: bool, color: QColor, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.translate(size / 2, size / 2)
    painter.scale(step * size, size)
    points = (QPointF(-0.2, -0.32), QPointF(0.22, 0), QPointF(-0.2, 0.32))
    painter.drawPolygon(QPolygonF(points))
    if bar:
        painter.drawRect(QRectF(0.24, -0.32, 0.12, 0.64))
    painter.end()
    return pixmap
