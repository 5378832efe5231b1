"""A line on the map to drag: the original on its left, what Kairos made on its right."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.core import QgsMapLayer, QgsMapRendererParallelJob, QgsMapSettings
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPen

_REACH = 8
"""Pixels from which the line can be taken."""
_REST_MS = 80


class SwipeItem(QgsMapCanvasItem):
    """Paints the left side, the line, its handle and a word on either side."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.image: Optional[QImage] = None
        self.share = 0.5
        self.words = ("", "")
        self.setZValue(5)

    def x(self) -> float:
        """Where the line stands, in pixels of the canvas."""
        return self.share * self._canvas.width()

    def boundingRect(self) -> QRectF:
        """All of the canvas."""
        return QRectF(self._canvas.rect()).translated(-self.pos())

    def updatePosition(self) -> None:
        """It stays where it is when the map moves."""
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the left side and the line."""
        painter.translate(-self.pos())
        x, height = self.x(), self._canvas.height()
        if self.image is not None:
            painter.save()
            painter.setClipRect(QRectF(0, 0, x, height))
            painter.drawImage(0, 0, self.image)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        em = self._canvas.fontMetrics().height()
        for color, width in ((QColor(0, 0, 0, 110), 4.0), (QColor("white"), 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        self._paint_handle(painter, QPointF(x, height / 2), em)
        self._paint_words(painter, x, em)

    def _paint_handle(self, painter: QPainter, middle: QPointF, em: float) -> None:
        painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
        painter.setBrush(QColor("white"))
        painter.drawEllipse(middle, em * 0.9, em * 0.9)
        painter.setPen(QPen(QColor("#333333"), 1.6))
        for side in (-1, 1):
            tip = middle + QPointF(side * em * 0.55, 0)
            for up in (-1, 1):
                painter.drawLine(tip, tip + QPointF(-side * em * 0.25, up * em * 0.28))

    def _paint_words(self, painter: QPainter, x: float, em: float) -> None:
        for side, text in zip((-1, 1), self.words):
            wide = self._canvas.fontMetrics().horizontalAdvance(text) + em
            left = x - em * 0.7 - wide if side < 0 else x + em * 0.7
            room = QRectF(left, em * 0.7, wide, em * 1.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 150))
            painter.drawRoundedRect(room, em * 0.3, em * 0.3)
            painter.setPen(QColor("white"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class Swipe(QObject):
    """The line on one canvas, from `start` to `stop`, a toggle or Escape."""

    ended = pyqtSignal()
    """It is gone; the person pressed Escape or somebody called `stop`."""

    def __init__(
        self,
        canvas: QgsMapCanvas,
        layers: Callable[[], list[QgsMapLayer]],
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._layers = canvas, layers
        self.item: Optional[SwipeItem] = None
        self._job: Optional[QgsMapRendererParallelJob] = None
        self._held = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.render)

    def start(self) -> None:
        """Show the line in the middle."""
        if self.item is not None:
            return
        self.item = SwipeItem(self._canvas)
        for signal in self._signals():
            signal.connect(self._moved)
        self._canvas.viewport().installEventFilter(self)
        self._canvas.installEventFilter(self)
        self.render()

    def stop(self) -> None:
        """Take it away."""
        if self.item is None:
            return
        self._rest.stop()
        for signal in self._signals():
            signal.disconnect(self._moved)
        self._canvas.viewport().removeEventFilter(self)
        self._canvas.removeEventFilter(self)
        self._canvas.viewport().unsetCursor()
        self._drop_job()
        self._canvas.scene().removeItem(self.item)
        self.item, self._held = None, False
        self.ended.emit()

    def say(self, left: str, right: str) -> None:
        """The words on either side."""
        if self.item is not None:
            self.item.words = (left, right)
            self.item.update()

    def render(self) -> None:
        """Draw the left side anew; it comes a moment later."""
        if self.item is None:
            return
        self._drop_job()
        settings = QgsMapSettings(self._canvas.mapSettings())
        settings.setLayers(self._layers())
        settings.setIsTemporal(False)
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._rendered)
        self._job.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drag the line; all else is the map tool's."""
        kind = event.type()
        if self.item is None:
            return False
        if kind == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.stop()
            return True
        if watched is not self._canvas.viewport():
            return False
        if kind == QEvent.Type.MouseButtonPress and self._near(event):
            self._held = event.button() == Qt.MouseButton.LeftButton
            return self._held
        if kind == QEvent.Type.MouseMove:
            if self._held:
                share = event.pos().x() / max(self._canvas.width(), 1)
                self.item.share = min(max(share, 0.0), 1.0)
                self.item.update()
                return True
            if self._near(event):
                self._canvas.viewport().setCursor(Qt.CursorShape.SplitHCursor)
                return True
            if self._canvas.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor:
                tool = self._canvas.mapTool()
                self._canvas.viewport().setCursor(
                    tool.cursor() if tool is not None else Qt.CursorShape.ArrowCursor
                )
        if kind == QEvent.Type.MouseButtonRelease and self._held:
            self._held = False
            return True
        return False

    def _near(self, event: Any) -> bool:
        return self.item is not None and abs(event.pos().x() - self.item.x()) <= _REACH

    def _moved(self) -> None:
        """The map shows other ground: what was drawn lies wrong until it is drawn anew."""
        if self.item is not None:
            self.item.image = None
            self.item.update()
        self._rest.start()

    def _signals(self) -> list[Any]:
        canvas = self._canvas
        return [canvas.extentsChanged, canvas.rotationChanged, canvas.destinationCrsChanged]

    def _rendered(self) -> None:
        if self._job is not None and self.item is not None:
            self.item.image = self._job.renderedImage()
            self.item.update()

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.finished.disconnect(self._rendered)
            self._job.cancelWithoutBlocking()
            self._job = None
