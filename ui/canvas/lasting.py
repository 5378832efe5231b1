"""What a project keeps of layers whose files are gone when QGIS closes.

Each has a role. A project that is saved gets an empty image of the same ground in place of the
file, so that it opens without a broken layer; who plays the role then fills the layer again, which
keeps its place, its name and its style.
"""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtXml import QDomDocument, QDomElement

_ROLE = "kairos/role"
_EMPTY = "<VRTDataset"


def give_role(layer: QgsRasterLayer, role: str) -> None:
    """Say what a layer is for."""
    layer.setCustomProperty(_ROLE, role)


def has_role(layer: QgsMapLayer) -> bool:
    """Whether a layer shows what Kairos made of the day of the slider."""
    return layer.customProperty(_ROLE) is not None


def all_empty() -> list[QgsRasterLayer]:
    """The layers that the project was opened with and that nothing has filled yet."""
    layers = QgsProject.instance().mapLayers().values()
    return [
        layer
        for layer in layers
        if isinstance(layer, QgsRasterLayer) and has_role(layer) and is_empty(layer)
    ]


def left_by(role: str) -> Optional[QgsRasterLayer]:
    """That of a role, if there is one."""
    return next((a for a in all_empty() if a.customProperty(_ROLE) == role), None)


def is_empty(layer: QgsRasterLayer) -> bool:
    """Whether nothing has filled a layer yet."""
    return bool(layer.source().startswith(_EMPTY))


def write(layer: QgsMapLayer, element: QDomElement, document: QDomDocument) -> None:
    """Put an empty image into the element of a layer with a role, while its project is saved."""
    if not isinstance(layer, QgsRasterLayer) or not has_role(layer):
        return
    source = element.firstChildElement("datasource")
    if layer.isValid() and not source.isNull():
        while source.hasChildNodes():
            source.removeChild(source.firstChild())
        source.appendChild(document.createTextNode(empty_image(layer)))


def empty_image(layer: QgsRasterLayer) -> str:
    """An image for GDAL of the same size, ground and bands without a single value."""
    extent = layer.extent()
    across, down = layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    bands = "".join(
        f'<VRTRasterBand dataType="Float32" band="{band + 1}"><NoDataValue>nan</NoDataValue>'
        "</VRTRasterBand>"
        for band in range(layer.bandCount())
    )
    place = (extent.xMinimum(), across, 0, extent.yMaximum(), 0, -down)
    return (
        f'{_EMPTY} rasterXSize="{layer.width()}" rasterYSize="{layer.height()}">'
        f"<SRS>{_escaped(layer.crs().toWkt())}</SRS>"
        f"<GeoTransform>{', '.join(repr(float(number)) for number in place)}</GeoTransform>"
        f"{bands}</VRTDataset>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
