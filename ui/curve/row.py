"""The row below the plot: which index, pins, what else to show, export."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import (
    QAction,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QToolButton,
    QWidget,
)

from ...engine.curve.indices import INDICES, index_named
from ...engine.errors import RequestError

_SHORTEST = 4
"""Characters of the list of indices that are seen at least."""
_FORMULA = "(B08 - B04) / (B08 + B04)"


class CurveRow(QWidget):
    """The few things that one does with curves."""

    indexChanged = pyqtSignal(str)
    pinRequested = pyqtSignal()
    unpinRequested = pyqtSignal()
    """Let go of all pins."""
    pinRemoved = pyqtSignal(int)
    pinRenamed = pyqtSignal(int, str)
    polygonRequested = pyqtSignal()
    """The curve of the selected polygon is wanted."""
    radarToggled = pyqtSignal(bool)
    seasonsToggled = pyqtSignal(bool)
    csvRequested = pyqtSignal(str)
    """Write a table here."""
    pngRequested = pyqtSignal(str)
    """Write a picture here."""
    copyRequested = pyqtSignal(bool)
    """Copy the plot (True) or the table."""
    refused = pyqtSignal(str)
    """Why a formula is none."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._known: list[str] = []
        self._chosen = ""
        self._indices = QComboBox(self)
        self._indices.setAccessibleName(self.tr("Index"))
        self._indices.setToolTip(self.tr("What the curve shows"))
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._indices.setSizeAdjustPolicy(policy)
        self._indices.setMinimumContentsLength(_SHORTEST)
        self._indices.currentIndexChanged.connect(self._choose)
        self.pin = self._button(self.tr("Pin"), QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.pin.clicked.connect(self.pinRequested)
        self._pin_menu = QMenu(self.pin)
        self.pin.setMenu(self._pin_menu)
        self.polygon = self._button(self.tr("Polygon"))
        self.polygon.setIcon(QgsApplication.getThemeIcon("/mIconPolygonLayer.svg"))
        self.polygon.setToolTip(
            self.tr("The mean and the spread over the polygon that is selected in a vector layer")
        )
        self.polygon.clicked.connect(self.polygonRequested)
        self._build_view()
        self._build_export()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().averageCharWidth() // 2)
        self._indices.setMaximumWidth(22 * self.fontMetrics().averageCharWidth())
        layout.addWidget(self._indices, 1)
        for widget in (self.pin, self.polygon, self.view):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.export)
        self.set_index_names([])
        self.offer(curves=False, pins=[])

    def _button(
        self, text: str, mode: Optional[QToolButton.ToolButtonPopupMode] = None
    ) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        if mode is not None:
            button.setPopupMode(mode)
        return button

    def _build_view(self) -> None:
        self.view = self._button(self.tr("Show"), QToolButton.ToolButtonPopupMode.InstantPopup)
        self.view.setToolTip(self.tr("What else the plot shows"))
        menu = QMenu(self.view)
        menu.setToolTipsVisible(True)
        self.radar = self._switch(menu, self.tr("Radar (VV, VH)"), self.radarToggled)
        self.radar.setToolTip(self.tr("Sentinel-1 at this place, in dB at the right"))
        self.seasons = self._switch(
            menu, self.tr("Start, peak and end of season"), self.seasonsToggled
        )
        self.seasons.setToolTip(
            self.tr("A season starts and ends at half of its rise and of its fall (as in TIMESAT)")
        )
        self.view.setMenu(menu)

    def _switch(self, menu: QMenu, text: str, signal: pyqtSignal) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.toggled.connect(signal)
        return action

    def _build_export(self) -> None:
        self.export = self._button(self.tr("Export"), QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export)
        menu.addAction(self.tr("Curves as a table (CSV)…")).triggered.connect(self._ask_csv)
        menu.addAction(self.tr("Plot as a picture (PNG)…")).triggered.connect(self._ask_png)
        menu.addSeparator()
        copy = self.copyRequested
        menu.addAction(self.tr("Copy the table")).triggered.connect(lambda: copy.emit(False))
        menu.addAction(self.tr("Copy the picture")).triggered.connect(lambda: copy.emit(True))
        self.export.setMenu(menu)

    # The index

    def set_index_names(self, names: Sequence[str]) -> None:
        """Offer these indices; the one chosen stays if it is among them or a formula."""
        before = self.index()
        self._known = list(names)
        own = [before] if before and before.upper() not in INDICES else []
        with QSignalBlocker(self._indices):
            self._indices.clear()
            for name in [*self._known, *(own if names else [])]:
                self._add(name)
            if names:
                self._indices.addItem(self.tr("Formula…"), "")
            at = self._indices.findData(before) if before else 0
            self._indices.setCurrentIndex(max(at, 0))
        self._chosen = str(self._indices.currentData() or "")
        self._indices.setVisible(bool(names))
        if before and names and self.index() != before:
            self.indexChanged.emit(self.index())

    def index(self) -> str:
        """The chosen index or formula, or an empty text."""
        return self._chosen

    def set_index(self, name: str) -> bool:
        """Choose an index, or a formula that the person wrote; False where it is none."""
        try:
            name = index_named(name).name
        except RequestError as error:
            self.refused.emit(error.message)
            return False
        with QSignalBlocker(self._indices):
            if self._indices.findData(name) < 0:
                self._add(name, self._indices.count() - 1)
            self._indices.setCurrentIndex(self._indices.findData(name))
        if name != self._chosen:
            self._chosen = name
            self.indexChanged.emit(name)
        return True

    def _add(self, name: str, at: int = -1) -> None:
        at = self._indices.count() if at < 0 else at
        self._indices.insertItem(at, name, name)
        known = INDICES.get(name.upper())
        words = f"{known.title}: {known.expression.text} ({known.source})" if known else name
        self._indices.setItemData(at, words, Qt.ItemDataRole.ToolTipRole)

    def _choose(self, at: int) -> None:
        name = str(self._indices.itemData(at) or "")
        if name:
            self.set_index(name)
            return
        with QSignalBlocker(self._indices):
            self._indices.setCurrentIndex(self._indices.findData(self._chosen))
        own = self._chosen if self._chosen.upper() not in INDICES else _FORMULA
        text, given = QInputDialog.getText(
            self,
            self.tr("Formula"),
            self.tr(
                "Bands such as B08 or N, numbers, + - * / ** and sqrt, abs, log, exp, min, max"
            ),
            text=own,
        )
        if given:
            self.set_index(text)

    # Pins and export

    def offer(self, curves: bool, pins: Sequence[tuple[str, QColor]]) -> None:
        """Say what there is to pin, to unpin and to export; pins by name and colour."""
        none = self.tr("There is no curve yet: click on the map first")
        self.pin.setEnabled(curves)
        self.pin.setToolTip(
            self.tr("Keep this curve to compare others with it") if curves else none
        )
        self.export.setEnabled(curves)
        self.export.setToolTip(self.tr("Save the curves or the plot") if curves else none)
        self._pin_menu.clear()
        for at, (label, color) in enumerate(pins):
            menu = self._pin_menu.addMenu(_dot(color, self.fontMetrics().height()), label)
            rename = menu.addAction(self.tr("Rename…"))
            rename.triggered.connect(lambda _, at=at, label=label: self._rename(at, label))
            remove = menu.addAction(self.tr("Remove"))
            remove.triggered.connect(lambda _, at=at: self.pinRemoved.emit(at))
        if pins:
            self._pin_menu.addSeparator()
        self.unpin = self._pin_menu.addAction(self.tr("Remove the pinned curves"))
        self.unpin.triggered.connect(self.unpinRequested)
        self.unpin.setEnabled(bool(pins))

    def offer_radar(self, there: bool) -> None:
        """Say whether the stack has radar."""
        self.radar.setEnabled(there)
        if not there:
            self.radar.setChecked(False)

    def _rename(self, at: int, label: str) -> None:
        text, given = QInputDialog.getText(
            self, self.tr("Pinned curve"), self.tr("Its name"), text=label
        )
        if given and text.strip():
            self.pinRenamed.emit(at, text.strip())

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


def _dot(color: QColor, size: int) -> QIcon:
    """A square of a colour."""
    pixmap = QPixmap(size, size)
    pixmap.fill(color)
    return QIcon(pixmap)
