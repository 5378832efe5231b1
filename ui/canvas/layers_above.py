"""What lies above the frame, as a picture: roads and names stay seen while the slider moves."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsMapRendererParallelJob, QgsMapSettings
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor, QImage

from .lasting import has_role


class LayersAbove(QObject):
    """Draws the layers above another one for the canvas as it is; the latest drawing counts."""

    drawn = pyqtSignal(object)
    """A QImage of the whole canvas, or None where nothing lies above or the map has moved."""

    def __init__(self, canvas: QgsMapCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._job: Optional[QgsMapRendererParallelJob] = None
        self._last: tuple[Any, Optional[QImage]] = None, None
        canvas.extentsChanged.connect(self.drop)
        canvas.rotationChanged.connect(self.drop)

    def draw(self, layer: Optional[QgsMapLayer]) -> None:
        """Draw what lies above a layer; what was drawn of the same is shown until that is done."""
        self._cancel()
        shown = self._canvas.layers()
        above = shown[: shown.index(layer)] if layer in shown else []
        above = [other for other in above if not has_role(other)]  # those are of another day
        if not above:
            self.drop()
            return
        settings = QgsMapSettings(self._canvas.mapSettings())
        settings.setLayers(above)
        settings.setBackgroundColor(QColor(0, 0, 0, 0))
        key = [other.id() for other in above], settings.visiblePolygon(), settings.outputSize()
        if key == self._last[0]:
            self.drawn.emit(self._last[1])
        self._last = key, None
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._finished)
        self._job.start()

    def drop(self) -> None:
        """Forget what was drawn."""
        self._cancel()
        self._last = None, None
        self.drawn.emit(None)

    def close(self) -> None:
        """Let go of the canvas."""
        self._cancel()
        self._canvas.extentsChanged.disconnect(self.drop)
        self._canvas.rotationChanged.disconnect(self.drop)

    def _finished(self) -> None:
        if self._job is not None:
            self._last = self._last[0], self._job.renderedImage()
            self._job = None
            self.drawn.emit(self._last[1])

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.finished.disconnect(self._finished)
            self._job.cancelWithoutBlocking()
            self._job = None
