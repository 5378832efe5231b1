"""The polygon that a person has selected in a vector layer."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsMapLayer,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..model import Place

_DIGITS = 9
"""Enough for millimetres, in degrees as in metres."""


def selected_polygon(
    layer: Optional[QgsMapLayer], crs: QgsCoordinateReferenceSystem
) -> Optional[tuple[Place, str]]:
    """The selected polygons of a layer as one area in a reference system, and its name.

    None where nothing of that kind is selected, or where it cannot be brought there.
    """
    if not isinstance(layer, QgsVectorLayer):
        return None
    if layer.geometryType() != QgsWkbTypes.GeometryType.PolygonGeometry:
        return None
    features = [f for f in layer.selectedFeatures() if f.hasGeometry()]
    if not features:
        return None
    together = QgsGeometry.unaryUnion([f.geometry() for f in features])
    try:
        together.transform(QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()))
    except QgsCsException:
        return None
    if together.isEmpty():
        return None
    together.convertToStraightSegment()
    middle = together.pointOnSurface().asPoint()
    place = Place(middle.x(), middle.y(), str(together.asJson(_DIGITS)))
    return place, _name(layer, features[0]) if len(features) == 1 else layer.name()


def _name(layer: QgsVectorLayer, feature: QgsFeature) -> str:
    """What QGIS calls a feature."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    told = QgsExpression(layer.displayExpression()).evaluate(context)
    return str(told) if told not in (None, "") else f"{layer.name()} {feature.id()}"
