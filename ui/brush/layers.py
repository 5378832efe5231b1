"""What the person paints on: the image of the day as it was acquired, and its mask over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import QgsDataProvider, QgsPalettedRasterRenderer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QColor

from ..clean.results import Stretch, open_layer
from ..explain.prove_layers import unfold
from .strokes import CLOUD, USABLE
from .tool import COLOURS

_MASKED = "#ff9800"
_ALPHA = 120


class BrushLayers:
    """One group at the top of the tree; it goes when the brush is put away."""

    def __init__(self) -> None:
        self._ids: list[str] = []

    def show(
        self,
        day: dt.date,
        images: Sequence[Path],
        mask: Path,
        look: tuple[Sequence[int], Stretch],
    ) -> None:
        """Show the images and the mask of a day; files that are no images are left out."""
        self.remove()
        project = QgsProject.instance()
        titles = [_tr("{}, as acquired").format(day.isoformat())] * len(images)
        shown = [open_layer(file, title, *look) for file, title in zip(images, titles)]
        layers = [_mask_layer(mask), *shown]
        group = project.layerTreeRoot().insertGroup(0, _tr("Mask of {}").format(day.isoformat()))
        for i, layer in enumerate(layers):
            if layer is not None:  # on no day: they are seen whatever day the canvas still shows
                project.addMapLayer(layer, False)
                group.addLayer(layer).setExpanded(i == 0)
                self._ids.append(layer.id())
        unfold(group)

    def remove(self) -> None:
        """Take the group away, as far as the person has not."""
        project = QgsProject.instance()
        root = project.layerTreeRoot()
        for layer_id in self._ids:
            node = root.findLayer(layer_id)
            group = node.parent() if node is not None else None
            project.removeMapLayer(layer_id)
            if group is not None and group is not root and not group.children():
                group.parent().removeChildNode(group)
        self._ids = []


def _mask_layer(file: Path) -> Optional[QgsRasterLayer]:
    layer = QgsRasterLayer()
    layer.setRenderer(_renderer(None))
    options = QgsDataProvider.ProviderOptions()
    layer.setDataSource(str(file), _tr("What counts as cloud"), "gdal", options, False)
    if not layer.isValid():
        return None
    layer.setRenderer(_renderer(layer))
    return layer


def _renderer(layer: Optional[QgsRasterLayer]) -> QgsPalettedRasterRenderer:
    classes = []
    for value, name, text in (
        (1, _MASKED, _tr("cloud, by the mask")),
        (2, COLOURS[CLOUD], _tr("cloud, painted")),
        (3, COLOURS[USABLE], _tr("clear, painted")),
    ):
        shade = QColor(name)
        shade.setAlpha(_ALPHA)
        classes.append(QgsPalettedRasterRenderer.Class(value, shade, text))
    provider = layer.dataProvider() if layer is not None else None
    return QgsPalettedRasterRenderer(provider, 1, classes)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("BrushLayers", text))
