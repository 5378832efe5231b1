"""The error map of Prove it on the canvas: a group of two layers with one legend."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsColorRampShader,
    QgsDataProvider,
    QgsLayerTreeGroup,
    QgsProject,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QColor

_CLASSES = ((0.01, "#fdf6e3"), (0.02, "#fdd49e"), (0.05, "#fc8d59"), (0.1, "#d7301f"))
"""Upper bound (reflectance) and colour; told apart also by people who confuse red and green."""
_WORST = "#5b0012"


class ProveLayers:
    """At most one group at a time; a new proof takes the place of the one before."""

    def __init__(self) -> None:
        self._ids: list[str] = []

    @property
    def is_seen(self) -> bool:
        """Whether the map shows one of them."""
        root = QgsProject.instance().layerTreeRoot()
        nodes = [root.findLayer(layer_id) for layer_id in self._ids]
        return any(node is not None and node.isVisible() for node in nodes)

    def show(self, file: Path, name: str, sentence: str) -> bool:
        """Put the map on top, that of the method visible; False where the file is no image."""
        self.remove()
        project = QgsProject.instance()
        titles = (_tr("Off by, Kairos"), _tr("Off by, plain interpolation"))
        layers = [_layer(file, band, title) for band, title in enumerate(titles, start=1)]
        if not all(layer.isValid() for layer in layers):
            return False
        group = project.layerTreeRoot().insertGroup(0, name)
        for i, layer in enumerate(layers):
            about = layer.metadata()
            about.setAbstract(sentence)
            layer.setMetadata(about)
            project.addMapLayer(layer, False)
            node = group.addLayer(layer)
            node.setItemVisibilityChecked(i == 0)
            node.setExpanded(i == 0)
            self._ids.append(layer.id())
        unfold(group)
        return True

    def remove(self) -> None:
        """Take the group away, where the person has not."""
        project = QgsProject.instance()
        root = project.layerTreeRoot()
        parent = None
        for layer_id in self._ids:
            node = root.findLayer(layer_id)
            parent = node.parent() if node is not None else parent
            project.removeMapLayer(layer_id)
        self._ids = []
        if parent is not None and parent is not root and not parent.children():
            parent.parent().removeChildNode(parent)


def unfold(group: QgsLayerTreeGroup) -> None:
    """Show what is in a group: a tree that thinks it is open already does not look again."""
    group.setExpanded(False)
    group.setExpanded(True)


def _layer(file: Path, band: int, title: str) -> QgsRasterLayer:
    """A layer that has a renderer before it has a file, so that no pixel is read for a stretch."""
    layer = QgsRasterLayer()
    layer.setRenderer(_renderer(None, band))
    layer.setDataSource(str(file), title, "gdal", QgsDataProvider.ProviderOptions(), False)
    if layer.isValid():
        layer.setRenderer(_renderer(layer, band))
    return layer


def _renderer(layer: Optional[QgsRasterLayer], band: int) -> QgsSingleBandPseudoColorRenderer:
    ramp = QgsColorRampShader(0, 0.1, None, QgsColorRampShader.Type.Discrete)
    items, lower = [], ""
    for bound, colour in _CLASSES:
        text = _tr("{} to {}").format(lower, bound) if lower else _tr("under {}").format(bound)
        items.append(QgsColorRampShader.ColorRampItem(bound, QColor(colour), text))
        lower = str(bound)
    text = _tr("{} reflectance or more").format(lower)
    items.append(QgsColorRampShader.ColorRampItem(float("inf"), QColor(_WORST), text))
    ramp.setColorRampItemList(items)
    shader = QgsRasterShader(0, 0.1)
    shader.setRasterShaderFunction(ramp)
    provider = layer.dataProvider() if layer is not None else None
    return QgsSingleBandPseudoColorRenderer(provider, band, shader)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("ProveLayers", text))
