"""The dock: settings left, the one time axis right; it ties widgets, session and canvas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsPointXY,
)
from qgis.gui import QgisInterface, QgsDockWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton, QSplitter

from ..engine.indices import indices_of
from .album import Album
from .canvas_link import CanvasLink
from .choosing import Choosing
from .clean_task import CleanTask
from .cleaning import Cleaning
from .dates_dialog import DatesDialog
from .frame_layer import FrameLayer
from .model import Curve
from .session import Session
from .settings import set_setting
from .side_column import SideColumn
from .stack_source import StackSource
from .time_panel import TimePanel
from .tools import Tools
from .worker_client import NO_PYTHON

_REST = 100_000
"""More than any screen has: the time axis takes what the left column leaves."""


class KairosDock(QgsDockWidget):
    """The window of Kairos."""

    def __init__(self, iface: QgisInterface) -> None:
        super().__init__("Kairos", iface.mainWindow())
        self.setObjectName("KairosDock")
        self.iface = iface
        self.session = Session(self)
        self.side = SideColumn(self)
        self.panel = TimePanel(self)
        self.choosing = Choosing(iface, self)
        self.album: Optional[Album] = None
        self.frame_layer = FrameLayer("Kairos")
        self.cleaning = Cleaning(self.session, self.side, self.frame_layer, self)
        self._point: Optional[QgsPointXY] = None
        self._curve: Optional[Curve] = None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.side)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self.setWidget(self._splitter)
        self.dockLocationChanged.connect(self._turn)
        self.canvas = CanvasLink(iface.mapCanvas(), self)
        self.tools = Tools(self)
        self._connect()

    def open_folder(self, folder: Path) -> None:
        """Open the stack in a folder."""
        self.choosing.open_folder(folder)

    @property
    def task(self) -> Optional[CleanTask]:
        """The run that is under way, if there is one."""
        return self.cleaning.task

    def open_source(self, source: StackSource) -> None:
        """Open a stack; nothing of the one before stays in the window."""
        self.album = Album(source)
        self.frame_layer.remove()
        self._point = self._curve = None
        self.panel.clear_pins()
        self.panel.set_curve(None)
        self._open(source)

    def close_all(self) -> None:
        """Give back everything: for unloading."""
        self.cleaning.abandon()
        self.tools.close()
        self.session.close()
        self.canvas.leave()
        self.choosing.close()

    def remove_clouds(self) -> None:
        """Start a run."""
        info = self.session.info
        if info is None or self.album is None:
            return
        window = self.canvas.visible(info) if self.side.wants_visible() else None
        if self.side.wants_visible() and window is None:
            text = self.tr("The map shows nothing of the images: move there, or choose all.")
            self.say(text, Qgis.MessageLevel.Warning)
            return
        self.cleaning.start(self.side.output(), self.album.source.folder.name, window)

    def _reopen(self, source: StackSource) -> None:
        """Open the same stack with edits; what is known of its images stays."""
        if self.album is not None:
            self.album.source = source
            self._open(source)

    def _open(self, source: StackSource) -> None:
        self.side.show_busy(self.tr("Reading the images..."))
        self.session.open(source)

    def _turn(self, area: Qt.DockWidgetArea) -> None:
        """Stand upright at a side of the window."""
        upright = area in (
            Qt.DockWidgetArea.LeftDockWidgetArea,
            Qt.DockWidgetArea.RightDockWidgetArea,
        )
        turned = Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal
        self._splitter.setOrientation(turned)
        self.side.set_upright(upright)
        hint = self.side.sizeHint()
        self._splitter.setSizes([hint.height() if upright else hint.width(), _REST])

    def _connect(self) -> None:
        session, side, panel = self.session, self.side, self.panel
        session.opened.connect(self._opened)
        session.frame_ready.connect(self._show_frame)
        session.curve_ready.connect(self._show_curve)
        session.failed.connect(self.fail)
        session.engine_missing.connect(self._offer_set_up)
        session.warned.connect(lambda text: self.say(text, Qgis.MessageLevel.Warning))
        side.layersWanted.connect(self.choosing.take_layers)
        side.folderWanted.connect(self.choosing.take_folder)
        side.exampleWanted.connect(self.choosing.make_example)
        self.choosing.chosen.connect(self.open_source)
        self.choosing.busy.connect(side.show_busy)
        self.choosing.said.connect(self.say)
        side.datesWanted.connect(self._edit_dates)
        side.cleanWanted.connect(self.remove_clouds)
        side.cancelWanted.connect(self.cleaning.cancel)
        self.cleaning.said.connect(self.say)
        self.cleaning.failed.connect(self.fail)
        side.modelChanged.connect(self._use_model)
        panel.dateSettled.connect(self._ask_frame)
        panel.indexChanged.connect(lambda _: self._ask_curve())
        panel.pinRequested.connect(self._pin)
        panel.includeToggled.connect(self._include)
        panel.exported.connect(lambda path: self.say(path, Qgis.MessageLevel.Success))
        panel.exportFailed.connect(lambda why: self.fail(why, ""))
        self.canvas.tool.clicked.connect(self._clicked)
        self.canvas.tool.hovered.connect(lambda point: self._ask_curve(point, preview=True))
        self.canvas.dayChosen.connect(self._follow)
        self.canvas.moved.connect(self._moved)

    def _edit_dates(self) -> None:
        if self.album is None:
            return
        dialog = DatesDialog(self.album, self)
        if dialog.exec():
            self._reopen(dialog.edited())

    def _opened(self, info: dict[str, Any]) -> None:
        if self.album is None:
            return
        self.album.learn(info)
        self.side.show_stack(info, self.album.source.folder.name)
        self.session.model = self.side.model() or None
        acquisitions = self.album.acquisitions()
        self.panel.set_acquisitions(acquisitions)
        names = indices_of(info["bands"])
        self.panel.set_index_names(names if self.session.has_engine else names[:1])
        self.canvas.listen()
        clearest = max((a for a in acquisitions if a.included), key=lambda a: a.clear)
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
        if self.panel.reaches(day) and day != self.panel.date():
            self.panel.set_date(day)
            self._ask_frame(day)

    def _moved(self) -> None:
        """Of a large stack only the visible part is rebuilt: look again after a move."""
        day = self.panel.date()
        if day is not None and self.session.is_large and self.frame_layer.layer is not None:
            self._ask_frame(day)

    def _clicked(self, point: QgsPointXY) -> None:
        self._point = QgsPointXY(point)
        self.panel.set_waiting(bool(self.panel.index()))
        self._ask_curve()

    def _ask_curve(self, point: Optional[QgsPointXY] = None, *, preview: bool = False) -> None:
        place = point if point is not None else self._point
        if place is None or self.session.info is None or not self.session.info["crs"]:
            return
        if not self.panel.index():
            if not preview:
                text = self.tr("The bands of these images allow no index, so there is no curve.")
                self.say(text, Qgis.MessageLevel.Warning)
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
            self.panel.set_waiting(False)
            self.panel.show_preview(None)
            self.panel.set_curve(curve)

    def _include(self, day: dt.date, included: bool) -> None:
        """Let a day take part or not; its bar stays, hollow."""
        if self.album is not None:
            self._reopen(self.album.with_day(day, included))

    def _pin(self) -> None:
        if self._curve is not None:
            self.panel.pin(self._curve)

    def _offer_set_up(self) -> None:
        """One sentence, one button."""
        warning = Qgis.MessageLevel.Warning
        self.push(NO_PYTHON, warning, self.tr("Choose Python..."), self._choose_python)

    def _choose_python(self) -> None:
        """The Python of an environment in which the engine is installed."""
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Python of the engine"))
        if chosen:
            set_setting("python", chosen)
            if self.album is not None:
                self._open(self.album.source)

    def fail(self, message: str, details: str) -> None:
        """Say what went wrong; the log keeps the details."""
        self.panel.set_status("")
        self.panel.set_waiting(False)
        if self.session.info is None:  # no stack: say it where the next one is chosen
            self.side.show_failed(message, can_mend=self.album is not None)
            self.panel.set_acquisitions([])
        if details:
            QgsApplication.messageLog().logMessage(details, "Kairos", Qgis.MessageLevel.Warning)
        critical = Qgis.MessageLevel.Critical
        self.push(message, critical, self.tr("Details"), self.iface.openMessageLog)

    def push(
        self, message: str, level: Qgis.MessageLevel, words: str, act: Callable[[], None]
    ) -> None:
        """Say a sentence with a button."""
        bar = self.iface.messageBar()
        widget = bar.createMessage("Kairos", message)
        button = QPushButton(words, widget)
        button.clicked.connect(act)
        widget.layout().addWidget(button)
        bar.pushWidget(widget, level)

    def say(self, message: str, level: Qgis.MessageLevel) -> None:
        """Say a sentence."""
        self.iface.messageBar().pushMessage("Kairos", message, level)
