"""The map tool of the brush: the circle under the cursor, and the stroke that is being made."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent, QKeySequence, QWheelEvent

from .ground import Ground
from .strokes import CLOUD, UNTOUCHED, USABLE, Stroke

COLOURS = {CLOUD: "#d81b60", USABLE: "#1e88e5", UNTOUCHED: "#f5f5f5"}
"""Told apart also by people who confuse red and green."""

SMALLEST, LARGEST = 1, 400
"""Pixels that the brush is wide."""

_STEP = 1.25
_FILL, _EDGE = 110, 230
"""Opacity of strokes, of 255."""


class BrushTool(QgsMapTool):
    """Paints strokes of one value and width on the pixels of a stack."""

    stroked = pyqtSignal(object)
    """A `Stroke` that is complete."""
    widthChanged = pyqtSignal(int)
    undoWanted = pyqtSignal()
    redoWanted = pyqtSignal()
    swapWanted = pyqtSignal()
    leaveWanted = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.ground: Optional[Ground] = None
        self.is_allowed = False
        """Whether there is an image to paint on."""
        self._value, self._width = CLOUD, 15
        self._points: list[tuple[float, float]] = []
        self._last: Optional[tuple[float, float]] = None
        self._circle = band_on(canvas, None)
        self._stroke = band_on(canvas, CLOUD)
        canvas.keyPressed.connect(self._pressed)

    @property
    def width(self) -> int:
        """Pixels of the stack that the brush is wide."""
        return self._width

    def set_width(self, width: int) -> None:
        """Make the brush so many pixels wide."""
        width = min(max(width, SMALLEST), LARGEST)
        if width != self._width:
            self._width = width
            self._draw_circle()
            self.widthChanged.emit(width)

    def set_value(self, value: int) -> None:
        """What the next stroke paints."""
        self._value = value
        colour(self._stroke, value)

    def drop(self) -> bool:
        """Forget the stroke that is being made; False where there is none."""
        making, self._points = bool(self._points), []
        self._stroke.setToGeometry(QgsGeometry(), None)
        return making

    def leave(self) -> None:
        """Take everything off the canvas, for good."""
        self.drop()
        canvas = self.canvas()
        canvas.keyPressed.disconnect(self._pressed)
        for band in (self._circle, self._stroke):
            canvas.scene().removeItem(band)
        if canvas.mapTool() is self:
            canvas.unsetMapTool(self)
        self.deleteLater()

    def deactivate(self) -> None:
        """Another tool takes the cursor."""
        self.drop()
        self._last = None
        self._circle.setToGeometry(QgsGeometry(), None)
        super().deactivate()

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:  # Qt's names from here on
        """Put the brush down."""
        place = self._place(event)
        if event.button() == Qt.MouseButton.LeftButton and self.is_allowed and place is not None:
            self._points = [place]
            self._draw_stroke()

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """Let the circle follow, and the stroke grow."""
        self._last = place = self._place(event)
        self._draw_circle()
        if self._points and place is not None and self._is_apart(place):
            self._points.append(place)
            self._draw_stroke()

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """Lift the brush."""
        if self._points and event.button() == Qt.MouseButton.LeftButton:
            place = self._place(event)
            if place is not None and place != self._points[-1]:
                self._points.append(place)
            stroke = Stroke(self._value, self._width / 2, tuple(self._points))
            self.drop()
            self.stroked.emit(stroke)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """[ and ] change the width, X swaps cloud and clear, Escape drops or leaves."""
        redo = event.matches(QKeySequence.StandardKey.Redo) or (
            event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        )
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undoWanted.emit()
        elif redo:
            self.redoWanted.emit()
        elif event.key() == Qt.Key.Key_BracketLeft:
            self.set_width(min(self._width - 1, round(self._width / _STEP)))
        elif event.key() == Qt.Key.Key_BracketRight:
            self.set_width(max(self._width + 1, round(self._width * _STEP)))
        elif event.key() == Qt.Key.Key_X:
            self.swapWanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            if not self.drop():
                self.leaveWanted.emit()
        else:
            event.ignore()
            return
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Shift the wheel changes the width; without, the map zooms."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not turned:
            event.ignore()
            return
        wider = max(self._width + 1, round(self._width * _STEP))
        self.set_width(wider if turned > 0 else min(self._width - 1, round(self._width / _STEP)))
        event.accept()

    def _pressed(self, event: QKeyEvent) -> None:
        """While a button is down the canvas keeps keys from its tool, but tells of them."""
        if event.key() == Qt.Key.Key_Escape:
            self.drop()

    def _place(self, event: QgsMapMouseEvent) -> Optional[tuple[float, float]]:
        if self.ground is None:
            return None
        return self.ground.pixel(QgsPointXY(self.toMapCoordinates(event.pos())))

    def _is_apart(self, place: tuple[float, float]) -> bool:
        """Far enough from the last point to be worth another."""
        (x, y), least = self._points[-1], max(self._width / 8, 0.5)
        return (place[0] - x) ** 2 + (place[1] - y) ** 2 >= least**2

    def _draw_circle(self) -> None:
        if self.ground is not None and self._last is not None:
            self._circle.setToGeometry(self.ground.shape([self._last], self._width / 2), None)

    def _draw_stroke(self) -> None:
        if self.ground is not None:
            self._stroke.setToGeometry(self.ground.shape(self._points, self._width / 2), None)


def band_on(canvas: QgsMapCanvas, value: Optional[int]) -> QgsRubberBand:
    """A shape over the map in the colour of a value; an outline only without one."""
    band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
    if value is None:
        band.setFillColor(QColor(0, 0, 0, 0))
        band.setStrokeColor(QColor("white"))
        band.setSecondaryStrokeColor(QColor(0, 0, 0, 160))
        band.setWidth(1)
    else:
        colour(band, value)
    return band


def colour(band: QgsRubberBand, value: int) -> None:
    """Give a shape the colour of a value."""
    fill, edge = QColor(COLOURS[value]), QColor(COLOURS[value])
    fill.setAlpha(_FILL)
    edge.setAlpha(_EDGE)
    band.setFillColor(fill)
    band.setStrokeColor(edge)
    band.setWidth(1)
