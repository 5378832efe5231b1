"""Layers of the open project as images: where their pixels are, and of which day they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Optional

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication

from ...engine.rasters.dates import date_in_name
from .band_files import by_band, image_of
from .source import Entry, file_of, is_image


def entries_of(layers: Iterable[QgsMapLayer]) -> tuple[list[Entry], list[str]]:
    """The images among some layers, and the names of layers that are no files of this computer."""
    entries: dict[Path, Entry] = {}
    elsewhere = []
    for layer in layers:
        file = file_of(layer)
        if file is None:
            elsewhere.append(layer.name())
        elif is_image(file):
            file = file.resolve()
            told = _day_of(layer, file)
            entries.setdefault(file, Entry(file, told=told[0], rule=told[1]))
    return _joined([entries[file] for file in sorted(entries)]), sorted(elsewhere)


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    """The images; layers of which each is one band of an image make one together."""
    images: dict[tuple[str, Optional[str]], list[Entry]] = {}
    for entry in entries:
        images.setdefault((image_of(entry.file), entry.told), []).append(entry)
    joined = []
    for some in images.values():
        files = by_band([entry.file for entry in some])
        if len(files) < 2:
            joined.extend(some)
            continue
        first, *others = files
        folder = first.parent
        parts = tuple(os.path.relpath(file, folder) for file in others)
        joined.append(Entry(first, told=some[0].told, rule=some[0].rule, parts=parts))
    return joined


def _day_of(layer: QgsMapLayer, file: Path) -> tuple[Optional[str], str]:
    """The day that the project tells, where it knows more than the name of the file; and how."""
    first, last = _span(layer)
    if first is not None and first == last:
        return first, _tr("temporal range of the layer")
    if date_in_name(file.name) is not None:
        return None, ""
    folders = [(folder.name, _tr("name of the folder")) for folder in file.parents]
    for name, rule in ((layer.name(), _tr("name of the layer")), *_groups(layer), *folders):
        found = date_in_name(name)
        if found is not None:
            return str(found[0]), rule
    return first, _tr("start of the temporal range") if first is not None else ""


def _span(layer: QgsMapLayer) -> tuple[Optional[str], Optional[str]]:
    """First and last day of the layer's own range of time, if it has one."""
    properties = layer.temporalProperties()
    fixed = Qgis.RasterTemporalMode.FixedTemporalRange
    if not isinstance(layer, QgsRasterLayer) or not properties.isActive():
        return None, None
    span = properties.fixedTemporalRange()
    if properties.mode() != fixed or not span.begin().isValid() or not span.end().isValid():
        return None, None
    end = span.end()
    if not span.includeEnd() or end.time().msecsSinceStartOfDay() == 0:
        end = end.addMSecs(-1) if end > span.begin() else end
    return span.begin().date().toString("yyyy-MM-dd"), end.date().toString("yyyy-MM-dd")


def _groups(layer: QgsMapLayer) -> list[tuple[str, str]]:
    """The names of the groups around a layer, the innermost first."""
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    names = []
    while node is not None and node.parent() is not None:
        node = node.parent()
        names.append((node.name(), _tr("name of the group")))
    return names


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("Layers", text))
