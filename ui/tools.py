"""What else the dock can do with a stack: it ties the buttons of the tool row to their acts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QAction

from .brush.session import Brushing
from .explain.prove_run import Proving

if TYPE_CHECKING:
    from .dock import KairosDock


class Tools(QObject):
    """Prove it, and the brush for masks."""

    def __init__(self, dock: KairosDock) -> None:
        super().__init__(dock)
        self._dock = dock
        self.proving = Proving(dock.session, dock.side, self)
        self.proving.said.connect(dock.say)
        self.proving.failed.connect(dock.fail)
        self.proving.proved.connect(self._proved)
        dock.side.cancelWanted.connect(self.proving.cancel)
        self.prove_action = self._action(
            self.tr("Prove it"),
            self.tr("Hide clear ground of your own images, rebuild it and show how far off it is"),
            self.prove,
        )
        self.brushing = Brushing(dock)
        self.brushing.said.connect(dock.say)
        self.brushing.failed.connect(dock.fail)
        self.brush_action = self._action(
            self.tr("Paint mask"),
            self.tr("Paint cloud that the mask missed, or clear ground that it took for cloud"),
            self.paint,
        )

        dock.following.covered_by += [
            lambda: self.brushing.is_open,
            lambda: self.proving.layers.is_seen,
        ]

    def close(self) -> None:
        """End what goes on: for unloading."""
        self.proving.abandon()
        self.brushing.close()

    def paint(self) -> None:
        """Take the brush."""
        if self._dock.task is None and self.proving.task is None:
            self.brushing.open()

    def prove(self) -> None:
        """Prove it on what the map shows of the images, or on all of them."""
        dock = self._dock
        info = dock.session.info
        if info is not None and dock.album is not None and dock.task is None:
            self.proving.start(dock.album.source.folder.name, dock.canvas.visible(info))

    def _proved(self, sentence: str, page: Path) -> None:
        self._dock.following.preview.hide()

        def read() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))

        self._dock.push(sentence, Qgis.MessageLevel.Success, self.tr("Read the report"), read)

    def _action(self, text: str, tip: str, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setToolTip(tip)
        action.triggered.connect(lambda _=False: act())
        self._dock.side.tools.add(action)
        return action
