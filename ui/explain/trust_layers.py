"""Layers that say how far a frame can be trusted: where it comes from, how old that is, its doubt.

Each changes with the slider, like the frame itself; their styles lie in resources/styles.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsDataProvider,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..canvas.lasting import give_role, left_by
from ..marking import mark

STYLES = Path(__file__).parents[2] / "resources" / "styles"
SOURCE, DAYS, DOUBT = "source", "days", "doubt"
LEGEND = (
    mark("Never seen"),
    mark("Observed on that day"),
    mark("Rebuilt from the rest of the scene"),
    mark("Rebuilt from other days"),
    mark("Rebuilt from radar or a learned model"),
    mark("Seen on that day"),
    mark("1 to 5 days"),
    mark("6 to 10 days"),
    mark("11 to 20 days"),
    mark("21 to 40 days"),
    mark("More than 40 days"),
    mark("None: seen on that day"),
    mark("Up to ±0.005 reflectance"),
    mark("Up to ±0.01"),
    mark("Up to ±0.02"),
    mark("Up to ±0.05"),
    mark("More than ±0.05"),
)
"""The words of the legends in the styles."""
ENDS = {SOURCE: "_SOURCE", DAYS: "_DAYS", DOUBT: "_SIGMA"}
"""Ends of the names of the files beside a frame."""


class TrustLayers:
    """At most one layer of each kind, all in one group on top."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def layer(self, kind: str) -> Optional[QgsRasterLayer]:
        """The layer of a kind, as long as nobody has removed it."""
        found = QgsProject.instance().mapLayer(self._ids.get(kind, ""))
        return found if isinstance(found, QgsRasterLayer) else None

    def take_over(self) -> list[str]:
        """Go on with the layers that a project was saved with; returns their kinds."""
        left = {kind: left_by(kind) for kind in ENDS}
        self._ids.update((kind, layer.id()) for kind, layer in left.items() if layer is not None)
        return [kind for kind, layer in left.items() if layer is not None]

    def show(self, kind: str, frame: Path, title: str, band: int) -> bool:
        """Show what lies beside a frame, of this band where it has several; False where nothing
        lies there."""
        file = frame.with_name(f"{frame.stem}{ENDS[kind]}.tif")
        layer = self.layer(kind)
        if layer is None:
            layer = QgsRasterLayer()
            layer.setRenderer(QgsSingleBandGrayRenderer(None, 1))  # else pixels are read for one
        options = QgsDataProvider.ProviderOptions()
        layer.setDataSource(str(file), title, "gdal", options, False)
        if not layer.isValid():
            return False
        layer.loadNamedStyle(str(STYLES / f"{kind}.qml"))
        if kind == DOUBT:
            layer.renderer().setBand(band)
        _translate(layer)
        if self.layer(kind) is None:
            self._add(kind, layer)
        layer.triggerRepaint()
        return True

    def remove(self, kind: str) -> None:
        """Take a layer away, and the group with the last one."""
        layer_id = self._ids.pop(kind, None)
        root = QgsProject.instance().layerTreeRoot()
        node = root.findLayer(layer_id) if layer_id is not None else None
        group = node.parent() if node is not None else None
        if layer_id is not None and QgsProject.instance().mapLayer(layer_id) is not None:
            QgsProject.instance().removeMapLayer(layer_id)
        if group is not None and group is not root and not group.children():
            group.parent().removeChildNode(group)

    def was(self, kind: str, ids: list[str]) -> bool:
        """Whether the layer of a kind is one of these."""
        return self._ids.get(kind) in ids

    def _add(self, kind: str, layer: QgsRasterLayer) -> None:
        project, root = QgsProject.instance(), QgsProject.instance().layerTreeRoot()
        nodes = (root.findLayer(other) for other in self._ids.values())
        group = next((node.parent() for node in nodes if node is not None), None)
        if group is None:
            group = root.insertGroup(0, _tr("Kairos: trust"))
        project.addMapLayer(layer, False)
        group.insertLayer(0, layer)
        give_role(layer, kind)
        self._ids[kind] = layer.id()


def _translate(layer: QgsRasterLayer) -> None:
    """Say the legend of a style in the language of the person."""
    renderer = layer.renderer()
    if isinstance(renderer, QgsPalettedRasterRenderer):
        for entry in renderer.classes():
            renderer.setLabel(entry.value, _tr(entry.label))
        return
    ramp = renderer.shader().rasterShaderFunction()
    items = ramp.colorRampItemList()
    for item in items:
        item.label = _tr(item.label)
    ramp.setColorRampItemList(items)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("Trust", text))
