"""The map tool of the curve: a click keeps a curve."""

from __future__ import annotations

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapToolEmitPoint
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal

_HOVER_MS = 100


class CurveTool(QgsMapToolEmitPoint):
    """Emits where the person clicks, and where the cursor rests."""

    clicked = pyqtSignal(QgsPointXY)
    hovered = pyqtSignal(QgsPointXY)
    left = pyqtSignal()
    """The cursor is on the map no more."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._point = QgsPointXY()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_HOVER_MS)
        self._rest.timeout.connect(self._rested)
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Notice that the cursor leaves."""
        if event.type() == QEvent.Type.Leave and self.isActive():
            self._rest.stop()
            self.left.emit()
        return False

    def deactivate(self) -> None:
        """Another tool takes the cursor."""
        self._rest.stop()
        self.left.emit()
        super().deactivate()

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # Qt's name
        """Keep a curve."""
        self.clicked.emit(self.toMapCoordinates(event.pos()))

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """Preview a curve once the cursor rests."""
        self._point = self.toMapCoordinates(event.pos())
        self._rest.start()

    def leave(self) -> None:
        """Stop following the cursor, for good."""
        self._rest.stop()
        canvas = self.canvas()
        canvas.viewport().removeEventFilter(self)
        if canvas.mapTool() is self:
            canvas.unsetMapTool(self)
        self.deleteLater()

    def _rested(self) -> None:
        self.hovered.emit(self._point)
