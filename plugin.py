"""QGIS's door: actions, dock and provider in and out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .ui.dock import KairosDock
    from .ui.provider import KairosProvider

_ICON = Path(__file__).parent / "resources" / "icon.svg"


class KairosPlugin:
    """The plugin. Widgets are made when they are first wanted, so that QGIS starts as before."""

    def __init__(self, iface: QgisInterface) -> None:
        self.iface = iface
        self.dock: Optional[KairosDock] = None
        self._action: Optional[QAction] = None
        self._provider: Optional[KairosProvider] = None
        self._log = _MessageLog()

    def initGui(self) -> None:  # QGIS's name
        """Add the action and the provider."""
        logging.getLogger("kairos").addHandler(self._log)
        self._action = QAction(QIcon(str(_ICON)), "Kairos", self.iface.mainWindow())
        self._action.setObjectName("KairosAction")
        self._action.setToolTip("Kairos: a cloud-free image of any day")
        self._action.setCheckable(True)
        self._action.triggered.connect(self.show)
        self.iface.addToolBarIcon(self._action)
        self.iface.addPluginToRasterMenu("Kairos", self._action)
        self.initProcessing()

    def initProcessing(self) -> None:
        """Add the Processing provider; also called by `qgis_process`."""
        from .ui.provider import KairosProvider

        self._provider = KairosProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def show(self, visible: bool = True) -> None:
        """Show the dock or hide it."""
        if self.dock is None:
            try:
                from .ui.dock import KairosDock
            except ImportError as error:
                self.iface.messageBar().pushMessage(
                    "Kairos",
                    f"QGIS's Python lacks {error.name}; install it there and open Kairos again.",
                    Qgis.MessageLevel.Critical,
                )
                return
            self.dock = KairosDock(self.iface)
            self.dock.visibilityChanged.connect(self._sync)
            self.iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.dock.setUserVisible(visible)

    def unload(self) -> None:
        """Take everything away again."""
        if self.dock is not None:
            self.dock.visibilityChanged.disconnect(self._sync)
            self.dock.close_all()
            self.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()
            self.dock = None
        if self._action is not None:
            self.iface.removeToolBarIcon(self._action)
            self.iface.removePluginRasterMenu("Kairos", self._action)
            self._action.deleteLater()
            self._action = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        logging.getLogger("kairos").removeHandler(self._log)

    def _sync(self, visible: bool) -> None:
        if self._action is not None:
            self._action.setChecked(visible)


class _MessageLog(logging.Handler):
    """Sends the log of Kairos to the log panel of QGIS."""

    def emit(self, record: logging.LogRecord) -> None:
        level = (
            Qgis.MessageLevel.Warning
            if record.levelno >= logging.WARNING
            else Qgis.MessageLevel.Info
        )
        QgsApplication.messageLog().logMessage(self.format(record), "Kairos", level)
