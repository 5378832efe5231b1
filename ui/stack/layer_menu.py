"""*Open in Kairos* in the menus of raster layers and of groups of them."""

from __future__ import annotations

from typing import Callable

from qgis.core import QgsLayerTree, QgsMapLayerType, QgsRasterLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction


class LayerMenu(QObject):
    """QGIS lets plugins add to the menus of layers; those of groups are shown by us."""

    def __init__(
        self, iface: QgisInterface, icon: QIcon, open_selected: Callable[[], None]
    ) -> None:
        super().__init__(iface.mainWindow())
        self._iface = iface
        self.action = QAction(icon, self.tr("Open in Kairos"), self)
        self.action.triggered.connect(lambda _=False: open_selected())
        kind = QgsMapLayerType.RasterLayer
        iface.addCustomActionForLayerType(self.action, "", kind, True)
        iface.layerTreeView().viewport().installEventFilter(self)

    def close(self) -> None:
        """Take it out of the menus."""
        self._iface.removeCustomActionForLayerType(self.action)
        self._iface.layerTreeView().viewport().removeEventFilter(self)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Show the menu of a group with our entry at its end."""
        if event.type() != QEvent.Type.ContextMenu:
            return False
        view = self._iface.layerTreeView()
        node = view.index2node(view.indexAt(event.pos()))
        provider = view.menuProvider()
        if node is None or not QgsLayerTree.isGroup(node) or provider is None:
            return False
        layers = [child.layer() for child in node.findLayers()]
        if not any(isinstance(layer, QgsRasterLayer) for layer in layers):
            return False
        menu = provider.createContextMenu()
        if menu is None:
            return False
        menu.addSeparator()
        menu.addAction(self.action)
        menu.exec(event.globalPos())
        menu.deleteLater()
        return True
