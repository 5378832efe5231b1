"""QGIS's door: actions, dock and provider in and out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .ui.dock import KairosDock
    from .ui.processing.provider import KairosProvider
    from .ui.project.options_page import OptionsFactory
    from .ui.stack.layer_menu import LayerMenu

_RESOURCES = Path(__file__).parent / "resources"
_ICON = _RESOURCES / "icon.svg"


class KairosPlugin:
    """The plugin. Widgets are made when they are first wanted, so that QGIS starts as before."""

    def __init__(self, iface: QgisInterface) -> None:
        self.iface = iface
        self.dock: Optional[KairosDock] = None
        self._action: Optional[QAction] = None
        self._provider: Optional[KairosProvider] = None
        self._layer_menu: Optional[LayerMenu] = None
        self._options: Optional[OptionsFactory] = None
        self._translator: Optional[QTranslator] = None
        self._log = _MessageLog()

    def initGui(self) -> None:  # QGIS's name
        """Add the action and the provider."""
        logging.getLogger("kairos").addHandler(self._log)
        self._translator = install_translator()
        self._action = QAction(QIcon(str(_ICON)), "Kairos", self.iface.mainWindow())
        self._action.setObjectName("KairosAction")
        self._action.setToolTip(_tr("Kairos: a cloud-free image of any day"))
        self._action.setCheckable(True)
        self._action.triggered.connect(self.show)
        self.iface.addToolBarIcon(self._action)
        self.iface.addPluginToRasterMenu("Kairos", self._action)
        from .ui.project.options_page import OptionsFactory
        from .ui.stack.layer_menu import LayerMenu

        self._layer_menu = LayerMenu(self.iface, QIcon(str(_ICON)), self._open_selected)
        self._options = OptionsFactory()
        self.iface.registerOptionsWidgetFactory(self._options)
        QgsProject.instance().readProject.connect(self._project_read)
        self.initProcessing()

    def initProcessing(self) -> None:
        """Add the Processing provider; also called by `qgis_process`."""
        from .ui.processing.provider import KairosProvider

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
                    _tr("QGIS's Python lacks {}; install it there and open Kairos again.").format(
                        error.name
                    ),
                    Qgis.MessageLevel.Critical,
                )
                return
            self.dock = KairosDock(self.iface)
            self.dock.visibilityChanged.connect(self._sync)
            self.iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.dock.setUserVisible(visible)

    def _open_selected(self) -> None:
        """The dock opens with what is selected in the Layers panel."""
        self.show(True)
        if self.dock is not None:
            self.dock.choosing.take_layers()

    def _project_read(self, *_: object) -> None:
        """A project that was saved with the dock open brings it back."""
        from .ui.project.state import read

        state = read(QgsProject.instance())
        if self.dock is None and state is not None and state.shown:
            self.show(True)

    def unload(self) -> None:
        """Take everything away again."""
        if self._layer_menu is not None:
            QgsProject.instance().readProject.disconnect(self._project_read)
            self._layer_menu.close()
            self._layer_menu = None
        if self._options is not None:
            self.iface.unregisterOptionsWidgetFactory(self._options)
            self._options = None
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
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None
        logging.getLogger("kairos").removeHandler(self._log)

    def _sync(self, visible: bool) -> None:
        if self._action is not None:
            self._action.setChecked(visible)


def install_translator(locale: str = "") -> Optional[QTranslator]:
    """Speak the language of QGIS, or of a locale, where Kairos knows it."""
    translator = QTranslator()
    name = f"kairos_{(locale or QgsApplication.locale())[:2]}"
    if not translator.load(name, str(_RESOURCES / "translations")):
        return None
    QCoreApplication.installTranslator(translator)
    return translator


def _tr(text: str) -> str:
    return QCoreApplication.translate("KairosPlugin", text)


class _MessageLog(logging.Handler):
    """Sends the log of Kairos to the log panel of QGIS."""

    def emit(self, record: logging.LogRecord) -> None:
        level = (
            Qgis.MessageLevel.Warning
            if record.levelno >= logging.WARNING
            else Qgis.MessageLevel.Info
        )
        QgsApplication.messageLog().logMessage(self.format(record), "Kairos", level)
