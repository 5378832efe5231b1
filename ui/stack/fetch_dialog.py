"""Get images for this area: from a catalogue into a folder, which then is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication
from qgis.gui import QgsFileWidget, QgsMapCanvas
from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ...engine import protocol
from ...engine.stac.presets import PRESETS
from ..clean.task import CleanTask
from ..project.settings import set_setting, setting
from ..worker.scratch import scratch_folder
from .fetch_area import WIDEST, Area, area_of

_FINEST = 10
"""Metres of the finest pixels of Sentinel-2."""
_ISO = Qt.DateFormat.ISODate


class FetchDialog(QDialog):
    """Asks what is wanted, gets it, and says where it lies. QGIS stays usable meanwhile."""

    fetched = pyqtSignal(object, str)
    """The folder (Path), and what there is to warn of."""

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Get images for this area"))
        self.task: Optional[CleanTask] = None
        self._canvas, self._folder = canvas, Path()
        self._warned: list[str] = []
        layout = QVBoxLayout(self)
        layout.addLayout(self._build_form())
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._said = QLabel()
        self._said.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton
        self._box = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self._get = self._box.button(buttons.Ok)
        self._get.setText(self.tr("Get images"))
        self._box.accepted.connect(self.start)
        self._box.rejected.connect(self.reject)
        for widget in (self._bar, self._said, self._box):
            layout.addWidget(widget)
        self._bar.hide()
        canvas.extentsChanged.connect(self._look)
        canvas.destinationCrsChanged.connect(self._look)
        self.resize(50 * self.fontMetrics().averageCharWidth(), self.sizeHint().height())
        self._look()

    def start(self) -> None:
        """Begin to fetch."""
        area = area_of(self._canvas)
        if self.task is not None or area is None:
            return
        source, metres = self._source(), self.pixel.value()
        chosen = self.folder.filePath()
        self._folder = Path(chosen) if chosen else scratch_folder("images")
        set_setting("catalogue", source)
        request = protocol.Fetch(
            "fetch", str(self._folder), source, area.box,
            self.first.date().toString(_ISO), self.last.date().toString(_ISO),
            float(self.cloud.value()), self.radar.isChecked(),
            float(metres) if metres > _FINEST else None,
        )  # fmt: skip
        self._warned = []
        self.task = CleanTask(self.tr("Get images"), request)
        self.task.told.connect(self._told)
        self.task.ended.connect(self._ended)
        self._running(True)
        self._said.setText(self.tr("Searching..."))
        QgsApplication.taskManager().addTask(self.task)

    def reject(self) -> None:
        """Cancel what runs, or close."""
        if self.task is None:
            super().reject()
        elif not self.task.isCanceled():
            self._said.setText(self.tr("Cancelling..."))
            self.task.cancel()

    def abandon(self) -> None:
        """End at once: the plugin is going away."""
        self._canvas.extentsChanged.disconnect(self._look)
        self._canvas.destinationCrsChanged.disconnect(self._look)
        task, self.task = self.task, None
        if task is not None:
            task.abandon()
        super().reject()

    def _build_form(self) -> QFormLayout:
        form = QFormLayout()
        self._area = QLabel()
        form.addRow(self.tr("Area"), self._area)
        self.catalogue = QComboBox()
        self.catalogue.setEditable(True)
        for name, known in PRESETS.items():
            self.catalogue.addItem(known.title, name)
        self.catalogue.setToolTip(
            self.tr("A catalogue of images, or the address of another STAC API")
        )
        last = setting("catalogue")
        if last:
            known = self.catalogue.findData(last)
            self.catalogue.setCurrentIndex(known)
            if known < 0:
                self.catalogue.setEditText(last)
        self.catalogue.editTextChanged.connect(self._look)
        form.addRow(self.tr("From"), self.catalogue)
        today = QDate.currentDate()
        self.first, self.last = QDateEdit(today.addYears(-1)), QDateEdit(today)
        row = QHBoxLayout()
        for edit, name in ((self.first, self.tr("First day")), (self.last, self.tr("Last day"))):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setAccessibleName(name)
            edit.setToolTip(name)
            edit.dateChanged.connect(self._look)
            row.addWidget(edit, 1)
        form.addRow(self.tr("Days"), row)
        self.cloud = QSpinBox()
        self.cloud.setRange(1, 100)
        self.cloud.setValue(80)
        self.cloud.setSuffix(" %")
        self.cloud.setToolTip(
            self.tr("Images with more cloud than this, seen over their whole scene, are left out")
        )
        form.addRow(self.tr("Most cloud"), self.cloud)
        self.pixel = QSpinBox()
        self.pixel.setRange(_FINEST, 1000)
        self.pixel.setSingleStep(_FINEST)
        self.pixel.setSuffix(" m")
        self.pixel.setToolTip(self.tr("Coarser pixels are means of finer ones"))
        self.pixel.valueChanged.connect(self._look)
        form.addRow(self.tr("Pixels"), self.pixel)
        self.radar = QCheckBox(self.tr("Sentinel-1 radar, where the catalogue has it"))
        form.addRow("", self.radar)
        self.folder = QgsFileWidget()
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.lineEdit().setPlaceholderText(self.tr("Temporary folder"))
        self.folder.setToolTip(
            self.tr("Of an earlier try with the same area: what is there already is kept")
        )
        form.addRow(self.tr("Into"), self.folder)
        return form

    def _look(self, *_: object) -> None:
        """Say what the area is, and whether it can be asked for."""
        area = area_of(self._canvas)
        why = self._hindrance(area)
        if area is not None:
            width, height = area.size
            pixel = self.pixel.value() / 1000
            self._area.setText(
                self.tr("{:.1f} x {:.1f} km on the map, {} x {} pixels").format(
                    width, height, round(width / pixel), round(height / pixel)
                )
            )
        else:
            self._area.setText(self.tr("What the map shows"))
        self._get.setEnabled(not why and self.task is None)
        self._get.setToolTip(why)
        if self.task is None:
            self._said.setText(why)

    def _hindrance(self, area: Optional[Area]) -> str:
        """Why nothing can be asked for; empty where it can."""
        if area is None:
            return self.tr("The map shows no place on the Earth: zoom to your fields first.")
        if max(area.size) > WIDEST:
            return self.tr("The map shows too much: zoom in to {:.0f} km or less.").format(WIDEST)
        if self.first.date() > self.last.date():
            return self.tr("The last day comes before the first one.")
        if self._source() not in PRESETS and "://" not in self._source():
            return self.tr("Choose a catalogue, or give the address of one (https://...).")
        return ""

    def _source(self) -> str:
        """Name of the catalogue, or the address that was typed."""
        text = self.catalogue.currentText().strip()
        known = self.catalogue.findText(text)  # the current item is not what was typed
        return text if known < 0 else str(self.catalogue.itemData(known))

    def _running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._bar.setValue(0)
        for widget in (self.catalogue, self.first, self.last, self.cloud, self.pixel, self.radar,
                       self.folder):  # fmt: skip
            widget.setEnabled(not running)
        self._get.setEnabled(not running)
        if not running:
            self._look()

    def _told(self, message: protocol.Reply) -> None:
        if self.task is None or self.task.isCanceled():
            return
        if isinstance(message, protocol.Warning):
            self._warned.append(message.message)
        elif isinstance(message, protocol.Progress):
            self._bar.setValue(round(1000 * message.done))
            if message.stage == "fetching":
                left = message.remaining
                more = "" if left is None else self.tr(", {:.0f} s left").format(left)
                self._said.setText(self.tr("Loading, {:.0%}{}").format(message.done, more))

    def _ended(self, answer: protocol.Reply) -> None:
        self.task = None
        self._running(False)
        if isinstance(answer, protocol.Done):
            self.fetched.emit(self._folder, " ".join(self._warned))
            self.accept()
        elif isinstance(answer, protocol.Failed):
            self._said.setText(answer.message)
        else:
            self._said.setText(self.tr("Cancelled. Images that were finished are kept."))
