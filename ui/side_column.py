"""The left column of the dock: the only place with settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QSignalBlocker, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..engine.clean.left_over import broken_off
from .method_names import method_names
from .tool_row import ToolRow

QWIDGETSIZE_MAX = (1 << 24) - 1
"""Qt's name for no limit; PyQt does not have it."""


class SideColumn(QWidget):
    """Stack, method, output, Remove clouds and its progress."""

    layersWanted = pyqtSignal()
    folderWanted = pyqtSignal()
    fileWanted = pyqtSignal()
    fetchWanted = pyqtSignal()
    exampleWanted = pyqtSignal()
    datesWanted = pyqtSignal()
    cleanWanted = pyqtSignal()
    cancelWanted = pyqtSignal()
    modelChanged = pyqtSignal(str)
    settingsWanted = pyqtSignal()
    helpWanted = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        gap = self.fontMetrics().averageCharWidth()
        layout.setContentsMargins(gap, gap // 2, gap, gap // 2)
        self._guest: Optional[QWidget] = None
        self._empty = self._build_empty()
        self._full = self._build_full()
        layout.addWidget(self._empty)
        layout.addWidget(self._full)
        layout.addStretch(1)
        layout.addLayout(self._build_foot())
        self._full.hide()
        self.setMinimumWidth(28 * self.fontMetrics().averageCharWidth())
        self.set_upright(False)

    def set_upright(self, upright: bool) -> None:
        """Stand above the time axis instead of beside it."""
        widest = 40 * self.fontMetrics().averageCharWidth()
        self.setMaximumWidth(QWIDGETSIZE_MAX if upright else widest)
        grows = QSizePolicy.Policy.Maximum if upright else QSizePolicy.Policy.Preferred
        self.setSizePolicy(QSizePolicy.Policy.Preferred, grows)

    def model(self) -> str:
        """The name of the chosen method."""
        return str(self._models.currentData() or "")

    def choose_model(self, name: str) -> None:
        """Choose a method without telling."""
        with QSignalBlocker(self._models):
            self._models.setCurrentIndex(self._models.findData(name))

    def output(self) -> str:
        """The chosen folder for the results; empty for a temporary one."""
        return str(self._output.filePath())

    def show_stack(self, info: dict[str, Any], name: str) -> None:
        """Show what was opened."""
        frames, dates = info["frames"], info["dates"]
        clear = sum(f["clear"] for f in frames) / max(len(frames), 1)
        lines = [self.tr("{} dates, {:.0%} clear").format(len(dates), clear)]
        if info["radar_dates"]:
            lines.append(self.tr("radar on {} dates").format(len(info["radar_dates"])))
        self._name.setText(name)
        self._facts.setText("\n".join(lines))
        self._models.blockSignals(True)
        self._models.clear()
        names = method_names()
        for model, state in info["models"].items():
            if state == "ready":
                note = self.tr(" (recommended)") if model == info["default_model"] else ""
                self._models.addItem(names.get(model, model) + note, model)
        self._models.setCurrentIndex(self._models.findData(info["default_model"]))
        self._models.setToolTip(info["default_reason"])
        self._models.blockSignals(False)
        ready = bool(info["models"])
        self._clean.setEnabled(ready)
        self._clean.setToolTip(
            self.tr("Fill the clouds of every image; clear pixels stay as they are")
            if ready
            else self.tr("The engine is not set up yet: choose its Python first")
        )
        for widget in (self._models, self._scope, self._output, self.tools):
            widget.setVisible(ready)
        self._empty.hide()
        self._full.show()

    def show_progress(self, done: float, text: str) -> None:
        """Show how far the run is."""
        self._running(True)
        self._bar.setValue(round(1000 * done))
        self._stage.setText(f"{done:.0%}, {text}")

    def show_cancelling(self) -> None:
        """The run was told to stop and will in a moment."""
        self._stage.setText(self.tr("Cancelling..."))
        self._cancel.setEnabled(False)

    def stage(self) -> str:
        """What it says of the run; empty where none goes on."""
        return str(self._stage.text()) if self._bar.isVisible() else ""

    def show_idle(self) -> None:
        """The run has ended."""
        self._running(False)
        self.offer()

    def offer(self) -> None:
        """Offer to go on where the chosen folder holds a run that was broken off."""
        goes_on = bool(self.output()) and broken_off(Path(self.output()))
        text = self.tr("Continue removing clouds") if goes_on else self.tr("Remove clouds")
        self._clean.setText(text)

    def show_busy(self, text: str) -> None:
        """Say what is being waited for."""
        self._hint.setText(text)
        self._facts.setText(text)
        self._clean.setEnabled(False)
        self._clean.setToolTip(text)

    def show_failed(self, text: str, *, can_mend: bool) -> None:
        """Say why there is no stack; `can_mend`: the dates may help."""
        self._hint.setText(text)
        self._mend.setVisible(can_mend)
        self._full.hide()
        self._empty.show()

    def show_instead(self, widget: Optional[QWidget]) -> None:
        """Let another widget take the place of the settings; they come back with None."""
        if self._guest is not None:
            self.layout().removeWidget(self._guest)
            self._guest.setParent(None)
        self._guest = widget
        self._full.setVisible(widget is None)
        if widget is not None:
            self.layout().insertWidget(0, widget)
            widget.show()

    def wants_visible(self) -> bool:
        """Whether only what the map shows is to be cleaned."""
        return bool(self._visible.isChecked())

    def _running(self, running: bool) -> None:
        for widget in (self._models, self._scope, self._output, self.tools):
            widget.setEnabled(not running)
        self._clean.setVisible(not running)
        self._bar.setVisible(running)
        self._stage.setVisible(running)
        self._cancel.setEnabled(True)
        self._cancel.setVisible(running)

    def _build_scope(self) -> QWidget:
        self._scope = QWidget()
        row = QHBoxLayout(self._scope)
        row.setContentsMargins(0, 0, 0, 0)
        whole = QRadioButton(self.tr("All of the images"))
        whole.setToolTip(self.tr("Clean the images from edge to edge"))
        whole.setChecked(True)
        self._visible = QRadioButton(self.tr("What is visible"))
        self._visible.setToolTip(self.tr("Clean and write only the part that the map shows"))
        row.addWidget(whole)
        row.addWidget(self._visible)
        row.addStretch(1)
        return self._scope

    def _build_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        for icon, tip, signal in (
            ("/mActionOptions.svg", self.tr("Settings of Kairos"), self.settingsWanted),
            ("/mActionHelpContents.svg", self.tr("How Kairos is used"), self.helpWanted),
        ):
            button = QToolButton()
            button.setAutoRaise(True)
            button.setIcon(QgsApplication.getThemeIcon(icon))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(signal)
            row.addWidget(button)
        return row

    def _build_empty(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        self._hint = QLabel(
            self.tr("Choose satellite images of several days, and Kairos removes their clouds.")
        )
        self._hint.setWordWrap(True)
        layout.addWidget(self._hint)
        for text, tip, signal in (
            (self.tr("Use the selected layers"),
             self.tr("The raster layers selected in the Layers panel"), self.layersWanted),
            (self.tr("Open a folder..."),
             self.tr("A folder with one GeoTIFF for each date"), self.folderWanted),
            (self.tr("Open a file..."),
             self.tr("A NetCDF cube, an archive, a list of STAC items"), self.fileWanted),
            (self.tr("Get images for this area..."),
             self.tr("Sentinel-2 images of what the map shows, from an open catalogue"),
             self.fetchWanted),
            (self.tr("Try the example"),
             self.tr("A small simulated stack, made on your machine"), self.exampleWanted),
            (self.tr("Give dates..."),
             self.tr("See which images were found, and give them their dates"), self.datesWanted),
        ):  # fmt: skip
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(signal)
            layout.addWidget(button)
        self._mend = button
        self._mend.hide()
        return page

    def _build_full(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        self._name = QToolButton()
        self._name.setToolTip(self.tr("The open stack; click to open another one"))
        self._name.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        menu = QMenu(self._name)
        menu.addAction(self.tr("Use the selected layers")).triggered.connect(self.layersWanted)
        menu.addAction(self.tr("Open a folder...")).triggered.connect(self.folderWanted)
        menu.addAction(self.tr("Open a file...")).triggered.connect(self.fileWanted)
        get = menu.addAction(self.tr("Get images for this area..."))
        get.triggered.connect(self.fetchWanted)
        menu.addAction(self.tr("Try the example")).triggered.connect(self.exampleWanted)
        self._name.setMenu(menu)
        head.addWidget(self._name, 1)
        dates = QToolButton()
        dates.setText(self.tr("Dates..."))
        dates.setToolTip(self.tr("Which images take part, and on which day"))
        dates.clicked.connect(self.datesWanted)
        head.addWidget(dates)
        layout.addLayout(head)
        self._facts = QLabel()
        layout.addWidget(self._facts)
        self._models = QComboBox()
        self._models.setAccessibleName(self.tr("Method"))
        self._models.currentIndexChanged.connect(lambda _: self.modelChanged.emit(self.model()))
        layout.addWidget(self._models)
        layout.addWidget(self._build_scope())
        self._output = QgsFileWidget()
        self._output.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self._output.lineEdit().setPlaceholderText(self.tr("Results: temporary folder"))
        self._output.setToolTip(
            self.tr(
                "Folder for the cleaned images. Left empty, they go to a temporary one, which "
                "QGIS deletes when it closes, as with all its temporary layers."
            )
        )
        self._output.fileChanged.connect(lambda _: self.offer())
        layout.addWidget(self._output)
        self._clean = QPushButton(self.tr("Remove clouds"))
        self._clean.setDefault(True)
        self._clean.clicked.connect(self.cleanWanted)
        layout.addWidget(self._clean)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)  # beside the bar it is legible in every theme
        layout.addWidget(self._bar)
        self._stage = QLabel()
        layout.addWidget(self._stage)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Stop; images that are finished are kept"))
        self._cancel.clicked.connect(self.cancelWanted)
        layout.addWidget(self._cancel)
        self.tools = ToolRow()
        layout.addWidget(self.tools)
        self._running(False)
        return page
