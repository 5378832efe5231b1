"""What the canvas shows while the slider moves: two pictures, blended, laid over the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QImage, QPainter, QPolygonF, QRegion, QTransform

_STRAIGHT = 0.7
"""Pixels by which a view may be bent before it is drawn as such, which takes longer."""


class PreviewItem(QgsMapCanvasItem):
    """Pictures of one part of the Earth, on canvases of any reference system and rotation."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._corners: Sequence[QgsPointXY] = ()
        self._one: Optional[QImage] = None
        self._other: Optional[QImage] = None
        self._share = 0.0
        self._above: Optional[QImage] = None
        self.painted = 0
        """How often it was painted: for those who count frames."""
        self.setZValue(-1)  # below rubber bands and marks
        self.hide()

    def place(self, corners: Sequence[QgsPointXY]) -> None:
        """Lie on these corners (first row first, clockwise), in the reference system of the map."""
        self.prepareGeometryChange()
        self._corners = corners

    def show_blend(self, one: QImage, other: QImage, share: float) -> None:
        """Show a picture, and `share` of another one on top."""
        self._one, self._other, self._share = one, other, share
        self.show()
        self.update()

    def set_above(self, picture: Optional[QImage]) -> None:
        """Of the whole canvas: what is to be seen on top of the pictures."""
        self._above = picture
        self.update()

    def drop(self) -> None:
        """Show nothing and hold nothing."""
        self._one = self._other = None
        self.hide()

    def boundingRect(self) -> QRectF:
        """What the pictures cover of the canvas."""
        canvas = QRectF(self._canvas.rect()).translated(-self.pos())
        return QPolygonF(self._there()).boundingRect() & canvas if self._corners else canvas

    def updatePosition(self) -> None:
        """The map shows another part of the Earth."""
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the blend."""
        self.painted += 1
        if self._one is None or self._other is None or len(self._corners) != 4:
            return
        onto = self._onto(self._one)
        if onto is None:
            return
        painter.save()
        painter.setTransform(onto, True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, self._one)
        if self._share > 0:
            painter.setOpacity(self._share)
            painter.drawImage(0, 0, self._other)
        painter.restore()
        if self._above is not None:
            painter.save()
            painter.setClipRegion(QRegion(QPolygonF(self._there()).toPolygon()))
            painter.drawImage(-self.pos(), self._above)  # elsewhere the map itself shows it
            painter.restore()

    def _onto(self, picture: QImage) -> Optional[QTransform]:
        """From the pixels of a picture to those of the canvas."""
        there = self._there()
        w, h = picture.width(), picture.height()
        a, b, c, d = there
        bent = a + c - b - d
        if bent.x() ** 2 + bent.y() ** 2 < _STRAIGHT**2:
            return QTransform(
                (b.x() - a.x()) / w, (b.y() - a.y()) / w,
                (d.x() - a.x()) / h, (d.y() - a.y()) / h,
                a.x(), a.y(),
            )  # fmt: skip
        here = QPolygonF([QPointF(0, 0), QPointF(w, 0), QPointF(w, h), QPointF(0, h)])
        onto = QTransform()
        return onto if QTransform.quadToQuad(here, QPolygonF(there), onto) else None

    def _there(self) -> list[QPointF]:
        """The corners on the canvas."""
        return [self.toCanvasCoordinates(corner) - self.pos() for corner in self._corners]
