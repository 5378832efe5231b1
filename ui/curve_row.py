"""The row below the plot: which index, pins, export."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
)


class CurveRow(QWidget):
    """The few things that one does with curves."""

    indexChanged = pyqtSignal(str)
    pinRequested = pyqtSignal()
    unpinRequested = pyqtSignal()
    csvRequested = pyqtSignal(str)
    """Write a table here."""
    pngRequested = pyqtSignal(str)
    """Write a picture here."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._indices = QComboBox(self)
        self._indices.setAccessibleName(self.tr("Index"))
        self._indices.setToolTip(self.tr("What the curve shows"))
        self._indices.currentTextChanged.connect(self.indexChanged)
        self.pin = QToolButton(self)
        self.pin.setText(self.tr("Pin"))
        self.pin.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.pin.clicked.connect(self.pinRequested)
        more = QMenu(self.pin)
        self.unpin = more.addAction(self.tr("Remove the pinned curves"))
        self.unpin.triggered.connect(self.unpinRequested)
        self.pin.setMenu(more)
        self.export = QToolButton(self)
        self.export.setText(self.tr("Export"))
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export)
        menu.addAction(self.tr("Curves as a table (CSV)…")).triggered.connect(self._ask_csv)
        menu.addAction(self.tr("Plot as a picture (PNG)…")).triggered.connect(self._ask_png)
        self.export.setMenu(menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._indices)
        layout.addWidget(self.pin)
        layout.addStretch(1)
        layout.addWidget(self.export)
        self.set_index_names([])
        self.offer(curves=False, pins=False)

    def set_index_names(self, names: Sequence[str]) -> None:
        """Offer these indices; the one chosen stays if it is among them."""
        before = self.index()
        with QSignalBlocker(self._indices):
            self._indices.clear()
            self._indices.addItems(list(names))
            self._indices.setCurrentIndex(max(self._indices.findText(before), 0))
        self._indices.setVisible(bool(names))
        if before and names and self.index() != before:
            self.indexChanged.emit(self.index())

    def index(self) -> str:
        """The chosen index, or an empty text."""
        return str(self._indices.currentText())

    def offer(self, curves: bool, pins: bool) -> None:
        """Say what there is to pin, to unpin and to export."""
        none = self.tr("There is no curve yet: click on the map first")
        self.pin.setEnabled(curves)
        self.pin.setToolTip(
            self.tr("Keep this curve to compare others with it") if curves else none
        )
        self.export.setEnabled(curves)
        self.export.setToolTip(self.tr("Save the curves or the plot") if curves else none)
        self.unpin.setEnabled(pins)

    def _ask_csv(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the curves"), "curve.csv", self.tr("Table (*.csv)")
        )
        if name:
            self.csvRequested.emit(name if name.lower().endswith(".csv") else name + ".csv")

    def _ask_png(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the plot"), "curve.png", self.tr("Picture (*.png)")
        )
        if name:
            self.pngRequested.emit(name if name.lower().endswith(".png") else name + ".png")
