"""The dock: settings left, the one time axis right; it ties widgets, session and canvas."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsPointXY,
    QgsRasterLayer,
)
from qgis.gui import QgisInterface, QgsDockWidget
from qgis.PyQt.QtCore import QProcess, Qt
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton, QSplitter

from .canvas_link import CanvasLink
from .clean_task import CleanTask
from .cleaning import Cleaning
from .dates_dialog import DatesDialog
from .frame_layer import FrameLayer
from .model import Acquisition, Curve
from .python_env import engine_environment, engine_python
from .session import Session
from .settings import set_setting
from .side_column import SideColumn
from .stack_source import StackSource
from .time_panel import TimePanel
from .worker_client import NO_PYTHON


class KairosDock(QgsDockWidget):
    """The window of Kairos."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__("Kairos", iface.mainWindow())
        self.setObjectName("KairosDock")
        self.iface = iface
        self.session = Session(self)
        self.side = SideColumn(self)
        self.panel = TimePanel(self)
        self.source: Optional[StackSource] = None
        self.frame_layer = FrameLayer("Kairos")
        self.cleaning = Cleaning(self.session, self.side, self.frame_layer, self)
        self._example: Optional[QProcess] = None
        self._left_out: dict[str, Acquisition] = {}
        self._days_of: dict[str, str] = {}
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.side)
        splitter.addWidget(self.panel)
        splitter.setStretchFactor(1, 1)
        self.setWidget(splitter)
        self.canvas = CanvasLink(iface.mapCanvas(), self)
        self._connect()

    def open_folder(self, folder: Path) -> None:
        """Open the stack in a folder."""
        self.open_source(StackSource.of_folder(folder))

    @property
    def task(self) -> Optional[CleanTask]:
        """The run that is under way, if there is one."""
        return self.cleaning.task

    def open_source(self, source: StackSource) -> None:
        """Open a stack."""
        self._left_out.clear()
        self._reopen(source)

    def _reopen(self, source: StackSource) -> None:
        self.source = source
        self.side.show_busy(self.tr("Reading the images..."))
        self.session.open(source)

    def close_all(self) -> None:
        """Give back everything: for unloading."""
        self.cleaning.abandon()
        self.session.close()
        self.canvas.leave()
        if self._example is not None:
            self._example.kill()

    def remove_clouds(self) -> None:
        """Start a run."""
        if self.session.folder is not None:
            self.cleaning.start(self.side.output(), self.source.folder.name if self.source else "")

    def _connect(self) -> None:
        session, side, panel = self.session, self.side, self.panel
        session.opened.connect(self._opened)
        session.frame_ready.connect(self._show_frame)
        session.curve_ready.connect(self._show_curve)
        session.failed.connect(self._fail)
        session.engine_missing.connect(self._offer_set_up)
        session.warned.connect(lambda text: self._say(text, Qgis.MessageLevel.Warning))
        side.layersWanted.connect(self._open_layers)
        side.folderWanted.connect(self._choose_folder)
        side.exampleWanted.connect(self._open_example)
        side.datesWanted.connect(self._edit_dates)
        side.cleanWanted.connect(self.remove_clouds)
        side.cancelWanted.connect(self.cleaning.cancel)
        self.cleaning.said.connect(self._say)
        self.cleaning.failed.connect(self._fail)
        side.modelChanged.connect(self._use_model)
        panel.dateSettled.connect(self._ask_frame)
        panel.indexChanged.connect(lambda _: self._ask_curve())
        panel.pinRequested.connect(self._pin)
        panel.includeToggled.connect(self._include)
        panel.exported.connect(lambda path: self._say(path, Qgis.MessageLevel.Success))
        panel.exportFailed.connect(lambda why: self._fail(why, ""))
        self.canvas.tool.clicked.connect(self._clicked)
        self.canvas.tool.hovered.connect(lambda point: self._ask_curve(point, preview=True))
        self.canvas.dayChosen.connect(self._follow)
        self.canvas.moved.connect(self._moved)
        self._point: Optional[QgsPointXY] = None
        self._curve: Optional[Curve] = None

    def _open_layers(self) -> None:
        layers = self.iface.layerTreeView().selectedLayersRecursive()
        files = [
            Path(layer.source().split("|")[0])
            for layer in layers
            if isinstance(layer, QgsRasterLayer) and layer.providerType() == "gdal"
        ]
        files = [file for file in files if file.is_file()]
        if not files:
            self._say(
                self.tr("Select raster layers from files in the Layers panel first."),
                Qgis.MessageLevel.Warning,
            )
            return
        self.open_source(StackSource.of_files(files))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of images"))
        if folder:
            self.open_folder(Path(folder))

    def _open_example(self) -> None:
        python = engine_python()
        if python is None:
            self._fail(NO_PYTHON, "")
            return
        folder = Path(tempfile.mkdtemp(prefix="kairos-example-")) / "example"
        process = QProcess(self)
        process.setProcessEnvironment(engine_environment())
        process.finished.connect(lambda *_: self.open_folder(folder) if folder.is_dir() else None)
        self._example = process
        self.side.show_busy(self.tr("Making the example..."))
        process.start(str(python), ["-m", "kairos.engine", "sample", str(folder)])

    def _edit_dates(self) -> None:
        if self.session.info is None or self.source is None:
            return
        dialog = DatesDialog(self.session.info["frames"], self)
        if dialog.exec():
            source = self.source
            for file, (date, included) in dialog.edits().items():
                source = source.edited(file, date=date, included=included)
            self._reopen(source)

    def _opened(self, info: dict[str, Any]) -> None:
        self._days_of.update({f["file"]: f["date"] for f in info["frames"]})
        self.side.show_stack(info, self.source.folder.name if self.source else "")
        self.session.model = self.side.model() or None
        acquisitions = self.session.acquisitions()
        left_out = [a for day, a in self._left_out.items() if day not in info["dates"]]
        self.panel.set_acquisitions(sorted([*acquisitions, *left_out], key=lambda a: a.date))
        self.panel.set_index_names(["NDVI", "EVI", "NDWI", "NDMI", "NBR"])
        self.canvas.listen()
        if acquisitions:
            clearest = max(acquisitions, key=lambda a: a.clear)
            self.panel.set_date(clearest.date)
            self._ask_frame(clearest.date)

    def _use_model(self, model: str) -> None:
        self.session.model = model
        day = self.panel.date()
        if day is not None:
            self._ask_frame(day)
        self._ask_curve()

    def _ask_frame(self, day: dt.date) -> None:
        self.panel.set_status(self.tr("reconstructing..."))
        info, shown = self.session.info, self.frame_layer.layer is not None
        self.session.ask_frame(day, self.canvas.visible(info) if info and shown else None)

    def _show_frame(self, file: Path, day: dt.date, result: dict[str, Any]) -> None:
        if day != self.panel.date():
            return  # the person has moved on
        first = self.frame_layer.layer is None
        self.frame_layer.show(file, day, self.session.bands, self.session.stretch)
        layer = self.frame_layer.layer
        if first and layer is not None:
            self.canvas.zoom_to(layer)
        self.canvas.show_day(day)
        self.panel.set_status(self._status(day, result))

    def _status(self, day: dt.date, result: dict[str, Any]) -> str:
        if result["observed"] >= 0.995:
            return self.tr("observed")
        doubt = f"±{1.645 * result['sigma']:.3f}"
        if result["observed"] > 0:
            return self.tr("cleaned, {:.0%} observed, doubt {}").format(result["observed"], doubt)
        return self.tr("reconstructed, doubt {}").format(doubt)

    def _follow(self, day: dt.date) -> None:
        """The Temporal Controller and the slider are one date."""
        acquisitions = self.session.acquisitions()
        inside = acquisitions and acquisitions[0].date <= day <= acquisitions[-1].date
        if inside and day != self.panel.date():
            self.panel.set_date(day)
            self._ask_frame(day)

    def _moved(self) -> None:
        """Of a large stack only the visible part is rebuilt: look again after a move."""
        day = self.panel.date()
        if day is not None and self.session.is_large and self.frame_layer.layer is not None:
            self._ask_frame(day)

    def _clicked(self, point: QgsPointXY) -> None:
        self._point = QgsPointXY(point)
        self._ask_curve()

    def _ask_curve(self, point: Optional[QgsPointXY] = None, *, preview: bool = False) -> None:
        place = point if point is not None else self._point
        if place is None or self.session.info is None or not self.session.info["crs"]:
            return
        there = self.canvas.in_stack(place, self.session.info)
        self.session.ask_curve(
            there.x(), there.y(), self.session.info["crs"], self.panel.index(), preview=preview
        )

    def _show_curve(self, curve: Curve, preview: bool) -> None:
        if preview:
            self.panel.show_preview(curve)
        else:
            self._curve = curve
            self.panel.show_preview(None)
            self.panel.set_curve(curve)

    def _include(self, day: dt.date, included: bool) -> None:
        """Let a day take part or not; its bar stays, hollow."""
        if self.source is None or self.session.info is None:
            return
        source, iso = self.source, day.isoformat()
        if included:
            self._left_out.pop(iso, None)
        for entry in source.entries:
            of_day = [f for f in self.session.info["frames"] if f["date"] == iso]
            if not included and any(f["file"] == entry.file.name for f in of_day):
                clear = max(f["clear"] for f in of_day)
                self._left_out[iso] = Acquisition(day, clear, False)
                source = source.edited(entry.file.name, included=False)
            elif included and not entry.included and self._days_of.get(entry.file.name) == iso:
                source = source.edited(entry.file.name, included=True)
        self._reopen(source)

    def _pin(self) -> None:
        if self._curve is not None:
            self.panel.pin(self._curve)

    def _offer_set_up(self) -> None:
        """One sentence, one button."""
        bar = self.iface.messageBar()
        widget = bar.createMessage("Kairos", NO_PYTHON)
        button = QPushButton(self.tr("Choose Python..."), widget)
        button.clicked.connect(self._choose_python)
        widget.layout().addWidget(button)
        bar.pushWidget(widget, Qgis.MessageLevel.Warning)

    def _choose_python(self) -> None:
        """The Python of an environment in which the engine is installed."""
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Python of the engine"))
        if chosen:
            set_setting("python", chosen)
            if self.source is not None:
                self.open_source(self.source)

    def _fail(self, message: str, details: str) -> None:
        self.side.show_busy(message)
        if details:
            QgsApplication.messageLog().logMessage(details, "Kairos", Qgis.MessageLevel.Warning)
        self._say(message, Qgis.MessageLevel.Critical)

    def _say(self, message: str, level: Qgis.MessageLevel) -> None:
        self.iface.messageBar().pushMessage("Kairos", message, level)
