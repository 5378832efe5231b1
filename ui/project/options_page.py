"""The page of Kairos in QGIS's options."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.gui import QgsFileWidget, QgsOptionsPageWidget, QgsOptionsWidgetFactory
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QWidget,
)

from ..method_names import method_names
from .settings import NAMES, TOLD, number_of, set_setting, setting

_ICON = Path(__file__).parents[2] / "resources" / "icon.svg"
PAGE = "mOptionsPageKairos"
_USUAL = (4, 5, 6, 7)
"""Sen2Cor classes that count as clear unless the person says otherwise."""


class OptionsPage(QgsOptionsPageWidget):
    """What is set once and for all."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(PAGE)
        form = QFormLayout(self)
        self.python = QgsFileWidget()
        self.python.setToolTip(
            self.tr("A Python in which the engine is installed; empty for the one Kairos finds")
        )
        form.addRow(self.tr("Python of the engine"), self.python)
        self.device = QComboBox()
        for name, text in (
            ("", self.tr("The fastest there is")),
            ("cpu", self.tr("Processor")),
            ("cuda", self.tr("Graphics card (CUDA)")),
        ):
            self.device.addItem(text, name)
        self.device.setToolTip(self.tr("Where learned methods compute"))
        form.addRow(self.tr("Compute on"), self.device)
        self.memory = QDoubleSpinBox()
        self.memory.setRange(0, 4096)
        self.memory.setDecimals(1)
        self.memory.setSuffix(" GB")
        self.memory.setSpecialValueText(self.tr("What suits this computer"))
        self.memory.setToolTip(self.tr("What Remove clouds may take"))
        form.addRow(self.tr("Memory of a run"), self.memory)
        self.method = QComboBox()
        self.method.addItem(self.tr("The best that can run here"), "")
        for name, text in method_names().items():
            self.method.addItem(text, name)
        self.method.setToolTip(self.tr("The method that is chosen when a stack is opened"))
        form.addRow(self.tr("Method"), self.method)
        form.addRow(self.tr("Clear ground"), self._build_classes())
        note = QLabel(
            self.tr("The classes of Sen2Cor's scene classification that count as clear; all other "
                    "masks say it themselves. A change is used when a stack is next opened.")
        )  # fmt: skip
        note.setWordWrap(True)
        form.addRow("", note)
        self._load()

    def _build_classes(self) -> QWidget:
        names = {
            2: self.tr("Dark"),
            3: self.tr("Cloud shadow"),
            4: self.tr("Vegetation"),
            5: self.tr("Bare ground"),
            6: self.tr("Water"),
            7: self.tr("Unclassified"),
            8: self.tr("Cloud, medium probability"),
            10: self.tr("Thin cirrus"),
            11: self.tr("Snow"),
        }
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        self.classes = {}
        for at, (number, name) in enumerate(names.items()):
            self.classes[number] = QCheckBox(f"{number} {name}")
            grid.addWidget(self.classes[number], at // 3, at % 3)
        return box

    def _load(self) -> None:
        self.python.setFilePath(setting("python") or "")
        self.device.setCurrentIndex(max(self.device.findData(setting("device") or ""), 0))
        self.memory.setValue(number_of("memory") or 0)
        self.method.setCurrentIndex(max(self.method.findData(setting("method") or ""), 0))
        chosen = set((setting("clear_classes") or ",".join(map(str, _USUAL))).split(","))
        for number, box in self.classes.items():
            box.setChecked(str(number) in chosen)

    def apply(self) -> None:  # QGIS's name
        """Keep what was set; the dock is told if anything is another than before."""
        ticked = tuple(number for number, box in self.classes.items() if box.isChecked())
        values = {
            "python": self.python.filePath(),
            "device": self.device.currentData(),
            "memory": f"{self.memory.value():g}" if self.memory.value() else "",
            "method": self.method.currentData(),
            "clear_classes": "" if ticked in ((), _USUAL) else ",".join(map(str, ticked)),
        }
        before = {name: setting(name) for name in NAMES}
        for name, value in values.items():
            set_setting(name, value)
        if before != {name: setting(name) for name in NAMES}:
            TOLD.changed.emit()


class OptionsFactory(QgsOptionsWidgetFactory):
    """Gives QGIS the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle("Kairos")

    def icon(self) -> QIcon:
        """Of the list of pages."""
        return QIcon(str(_ICON))

    def createWidget(self, parent: QWidget) -> OptionsPage:  # QGIS's name
        """The page."""
        return OptionsPage(parent)
