"""A second map beside the first that shows the original of the same ground; they move together."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.core import QgsMapLayer
from qgis.gui import QgsDockWidget, QgsMapCanvas, QgsMapToolPan
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget


class SecondMap(QgsDockWidget):
    """A dock with a canvas, linked to the one of QGIS in place, scale, rotation and CRS."""

    ended = pyqtSignal()
    """The person closed it."""

    def __init__(
        self,
        first: QgsMapCanvas,
        layers: Callable[[], list[QgsMapLayer]],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("KairosSecondMap")
        self._first, self._layers = first, layers
        self._busy = False
        self.canvas = QgsMapCanvas(self)
        self.canvas.setCanvasColor(first.canvasColor())
        self.canvas.enableAntiAliasing(True)
        self._pan = QgsMapToolPan(self.canvas)
        self.canvas.setMapTool(self._pan)
        self.setWidget(self.canvas)
        em = self.fontMetrics().height()
        self.canvas.setMinimumSize(em * 12, em * 8)
        self._signals: list[Any] = [
            first.extentsChanged, first.rotationChanged, first.destinationCrsChanged,
        ]  # fmt: skip
        for signal in self._signals:
            signal.connect(self.follow)
        self._size = self.canvas.size()
        self.canvas.extentsChanged.connect(self._lead)

    def refresh(self, title: str) -> None:
        """Show the layers as they are now."""
        self.setWindowTitle(title)
        self.canvas.setLayers(self._layers())
        self.follow()
        self.canvas.refresh()

    def follow(self) -> None:
        """Look where the first map looks."""
        if self._busy:
            return
        self._busy = True
        self.canvas.setDestinationCrs(self._first.mapSettings().destinationCrs())
        self.canvas.setRotation(self._first.rotation())
        self._bring(self._first, self.canvas)
        self._busy = False

    def leave(self) -> None:
        """Let go of the first map."""
        for signal in self._signals:
            signal.disconnect(self.follow)
        self._signals = []
        self.canvas.setLayers([])

    def closeEvent(self, event: Any) -> None:
        """Closed by hand."""
        super().closeEvent(event)
        self.ended.emit()

    def _lead(self) -> None:
        """The person moved this map: the first one comes along. Its size is no such move."""
        if self.canvas.size() != self._size:
            self._size = self.canvas.size()
            self.follow()
        elif not self._busy and self._signals:
            self._busy = True
            self._bring(self.canvas, self._first)
            self._busy = False

    def _bring(self, one: QgsMapCanvas, other: QgsMapCanvas) -> None:
        other.setExtent(one.extent())
        other.zoomScale(one.scale())
