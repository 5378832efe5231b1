"""The dock: settings left, the one time axis right; it ties widgets, session and canvas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import (
    Qgis,
    QgsApplication,
)
from qgis.gui import QgisInterface, QgsDockWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton, QSplitter

from .canvas.following import Following
from .canvas.frame_layer import FrameLayer
from .canvas.link import CanvasLink
from .clean.cleaning import Cleaning
from .clean.task import CleanTask
from .curve.acts import CurveActs
from .explain.looking import Looking
from .project.help import help_dialog
from .project.options_page import PAGE
from .project.settings import set_setting
from .project.state_keeper import StateKeeper
from .session import Session
from .side_column import SideColumn
from .stack.album import Album
from .stack.choosing import Choosing
from .stack.dates_dialog import DatesDialog
from .stack.source import StackSource
from .timeline.panel import TimePanel
from .tools import Tools
from .worker.client import NO_PYTHON

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
        self.canvas = CanvasLink(iface.mapCanvas(), self)
        self.following = Following(self.session, self.panel, self.canvas, self)
        self.cleaning = Cleaning(self.session, self.side, self.frame_layer, self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.side)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self.setWidget(self._splitter)
        self.dockLocationChanged.connect(self._turn)
        self.curves = CurveActs(iface, self.session, self.panel, self.canvas.tool, self)
        self.tools = Tools(self)
        self.looking = Looking(self)
        self._connect()
        self.keeper = StateKeeper(self)

    def open_folder(self, folder: Path) -> None:
        """Open the stack in a folder."""
        self.choosing.open_folder(folder)

    @property
    def frame_layer(self) -> FrameLayer:
        """The layer that follows the slider."""
        return self.following.layer

    @property
    def task(self) -> Optional[CleanTask]:
        """The run that is under way, if there is one."""
        return self.cleaning.task

    def open_source(self, source: StackSource) -> None:
        """Open a stack; nothing of the one before stays in the window."""
        self.album = Album(source)
        self.looking.forget()
        self.following.forget()
        self.curves.forget()
        self._open(source)

    def close_all(self) -> None:
        """Give back everything: for unloading."""
        self.keeper.close()
        self.cleaning.abandon()
        self.tools.close()
        self.looking.close()
        self.following.close()
        self.curves.close()
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
        self.cleaning.start(self.side.output(), self.album.source.folder, window)

    def start_again(self) -> None:
        """Settings were changed: a new worker opens the stack again."""
        self.session.close()
        if self.album is not None:
            self._open(self.album.source)

    def _reopen(self, source: StackSource) -> None:
        """Open the same stack with edits; what is known of its images stays."""
        if self.album is not None:
            self.album.source = source
            self._open(source)
            self.keeper.touch()

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
        session.failed.connect(self.fail)
        session.engine_missing.connect(self._offer_set_up)
        session.warned.connect(lambda text: self.say(text, Qgis.MessageLevel.Warning))
        side.layersWanted.connect(self.choosing.take_layers)
        side.folderWanted.connect(self.choosing.take_folder)
        side.fileWanted.connect(self.choosing.take_file)
        side.fetchWanted.connect(self.choosing.get_images)
        side.exampleWanted.connect(self.choosing.make_example)
        self.choosing.chosen.connect(self.open_source)
        self.choosing.busy.connect(side.show_busy)
        self.choosing.said.connect(self.say)
        side.datesWanted.connect(self._edit_dates)
        side.settingsWanted.connect(self._open_settings)
        side.helpWanted.connect(lambda: help_dialog(self).show())
        side.cleanWanted.connect(self.remove_clouds)
        side.cancelWanted.connect(self.cleaning.cancel)
        self.cleaning.said.connect(self.say)
        self.cleaning.failed.connect(self.fail)
        side.modelChanged.connect(self._use_model)
        panel.includeToggled.connect(self._include)
        panel.exported.connect(lambda path: self.say(path, Qgis.MessageLevel.Success))
        panel.exportFailed.connect(lambda why: self.fail(why, ""))
        self.curves.said.connect(self.say)

    def _edit_dates(self) -> None:
        if self.album is None:
            return
        dialog = DatesDialog(self.album, self, self.session.bands, self.session.stretch)
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
        self.curves.offer(info)
        self.canvas.listen()
        clearest = max((a for a in acquisitions if a.included), key=lambda a: a.clear)
        self.panel.set_date(clearest.date)
        self.following.again()

    def _use_model(self, model: str) -> None:
        self.session.model = model
        self.following.again()
        self.curves.again()

    def _include(self, day: dt.date, included: bool) -> None:
        """Let a day take part or not; its bar stays, hollow."""
        if self.album is not None:
            self._reopen(self.album.with_day(day, included))

    def _open_settings(self) -> None:
        self.iface.showOptionsDialog(self.iface.mainWindow(), PAGE)

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
