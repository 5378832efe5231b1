"""The controls of the brush; while the person paints they stand where the settings were."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QKeySequence, QPainter, QPixmap
from qgis.PyQt.QtWidgets import (
    QAction,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .strokes import CLOUD, UNTOUCHED, USABLE
from .tool import COLOURS, LARGEST, SMALLEST

_FINE = 100
"""Steps of the slider from one width to ten times that."""


class BrushPanel(QWidget):
    """What to paint, how wide, back and forth, save or leave."""

    valueChosen = pyqtSignal(int)
    """`CLOUD`, `USABLE` or `UNTOUCHED`."""
    widthChosen = pyqtSignal(int)
    undoWanted = pyqtSignal()
    redoWanted = pyqtSignal()
    saveWanted = pyqtSignal()
    leaveWanted = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._title = QLabel()
        bold = self._title.font()
        bold.setBold(True)
        self._title.setFont(bold)
        layout.addWidget(self._title)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        layout.addWidget(self._hint)
        layout.addLayout(self._build_values())
        layout.addLayout(self._build_width())
        layout.addLayout(self._build_history())
        layout.addLayout(self._build_end())
        layout.addStretch(1)
        self.set_history(undo=False, redo=False, unsaved=False)

    def set_day(self, title: str, hint: str, *, can_paint: bool) -> None:
        """Say which image is painted, or why none can be."""
        self._title.setText(title)
        self._hint.setText(hint)
        for button in self._values.buttons():
            button.setEnabled(can_paint)

    def set_value(self, value: Optional[int]) -> None:
        """Show which value is painted; none where another tool has the cursor."""
        self._values.setExclusive(False)
        for button in self._values.buttons():
            button.setChecked(self._values.id(button) == value)
        self._values.setExclusive(value is not None)

    def set_width(self, width: int) -> None:
        """Show how wide the brush is."""
        self._slider.blockSignals(True)
        self._slider.setValue(_place_of(width))
        self._slider.blockSignals(False)
        text = self.tr("1 pixel") if width == 1 else self.tr("{} pixels").format(width)
        self._width.setText(text)

    def set_history(self, *, undo: bool, redo: bool, unsaved: bool) -> None:
        """Show what can be done now."""
        self._undo.setEnabled(undo)
        self._redo.setEnabled(redo)
        self._save.setEnabled(unsaved)
        tip = self.tr("Write the strokes beside the images, and update what was cleaned there")
        self._save.setToolTip(tip if unsaved else self.tr("Nothing is painted yet"))
        self._leave.setText(self.tr("Discard") if unsaved else self.tr("Close"))
        tip = self.tr("Put the brush away; the strokes are lost")
        self._leave.setToolTip(tip if unsaved else self.tr("Put the brush away (Escape)"))

    def _build_values(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self._values = QButtonGroup(self)
        for value, text, tip in (
            (CLOUD, self.tr("Cloud"), self.tr("Paint cloud that the mask missed (X swaps)")),
            (USABLE, self.tr("Clear"), self.tr("Paint clear ground taken for cloud (X swaps)")),
            (UNTOUCHED, self.tr("Erase"), self.tr("Take paint away: as the mask says")),
        ):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setIcon(_swatch(COLOURS[value], self.fontMetrics().height()))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._values.addButton(button, value)
            row.addWidget(button)
        self._values.buttonClicked.connect(
            lambda button: self.valueChosen.emit(self._values.id(button))
        )
        return row

    def _build_width(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(_place_of(SMALLEST), _place_of(LARGEST))
        self._slider.setPageStep(_FINE // 4)
        self._slider.setAccessibleName(self.tr("Width of the brush"))
        self._slider.setToolTip(self.tr("Width of the brush ([ and ], or Shift and the wheel)"))
        self._slider.valueChanged.connect(lambda v: self.widthChosen.emit(round(10 ** (v / _FINE))))
        self._width = QLabel()
        widest = self.tr("{} pixels").format(LARGEST)
        self._width.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest))
        row.addWidget(self._slider, 1)
        row.addWidget(self._width)
        return row

    def _build_history(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        buttons = []
        for text, keys, signal in (
            (self.tr("Undo"), QKeySequence.StandardKey.Undo, self.undoWanted),
            (self.tr("Redo"), QKeySequence.StandardKey.Redo, self.redoWanted),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setToolTip(f"{text} ({QKeySequence(keys).toString()})")
            action.triggered.connect(lambda _=False, signal=signal: signal.emit())
            self.addAction(action)
            button = QToolButton()
            button.setDefaultAction(action)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
            buttons.append(action)
        self._undo, self._redo = buttons
        return row

    def _build_end(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._save = QPushButton(self.tr("Save the mask"))
        self._save.clicked.connect(self.saveWanted)
        self._leave = QPushButton()
        self._leave.clicked.connect(self.leaveWanted)
        row.addWidget(self._save, 1)
        row.addWidget(self._leave)
        return row


def _place_of(width: int) -> int:
    """Where a width stands on the slider, which grows by factors."""
    place = 0
    while round(10 ** (place / _FINE)) < width:
        place += 1
    return place


def _swatch(colour: str, size: int) -> QIcon:
    picture = QPixmap(size, size)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(0, 0, 0, 120))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, size - 3, size - 3)
    painter.end()
    return QIcon(picture)
