"""Frames on the canvas: one group, one shared stretch, each layer on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Callable, Optional, Union

import numpy as np
from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsDataProvider,
    QgsDateTimeRange,
    QgsLayerTreeGroup,
    QgsMultiBandColorRenderer,
    QgsProject,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, QTime

Stretch = dict[int, tuple[float, float]]
"""Lowest and highest value shown, for each band shown."""

_SHOWN = ((("B04", "B03", "B02")), ("B08", "B04", "B03"), ("B08", "B04", "B04"))
_LOW, _HIGH = 0.5, 99.5
_LOOK = 512


def shown_bands(names: Sequence[str]) -> tuple[int, ...]:
    """1-based bands for red, green and blue: true colour where there is."""
    for wanted in _SHOWN:
        if all(name in names for name in wanted):
            return tuple(list(names).index(name) + 1 for name in wanted)
    return (len(names), (len(names) + 1) // 2, 1) if len(names) > 1 else (1,)


def stretch_of(file: Path, bands: Sequence[int]) -> Stretch:
    """The stretch of an image, from a reduced copy of it; to be shared by all its stack."""
    raster = gdal.Open(str(file))
    size = max(raster.RasterXSize, raster.RasterYSize)
    factor = min(1.0, _LOOK / size)
    shape = {
        "buf_xsize": max(1, int(raster.RasterXSize * factor)),
        "buf_ysize": max(1, int(raster.RasterYSize * factor)),
    }
    stretch: Stretch = {}
    for band in dict.fromkeys(bands):
        source = raster.GetRasterBand(band)
        values = source.ReadAsArray(**shape).astype(np.float32)
        nodata = source.GetNoDataValue()
        values = values[np.isfinite(values) & (values != (0 if nodata is None else nodata))]
        low, high = np.percentile(values, (_LOW, _HIGH)) if values.size else (0.0, 1.0)
        stretch[band] = (float(low), float(max(high, low + 1e-6)))
    return stretch


def open_layer(
    file: Path, title: str, bands: Sequence[int], stretch: Stretch
) -> Optional[QgsRasterLayer]:
    """A layer with the shared stretch; None where the file is no image.

    It has a renderer before it has a file: else QGIS reads pixels for a stretch of its own, which
    holds 12 MB for each layer and leaves an .aux.xml beside each file.
    """
    layer = QgsRasterLayer()
    layer.setRenderer(_renderer(None, bands))
    layer.setDataSource(str(file), title, "gdal", QgsDataProvider.ProviderOptions(), False)
    if not layer.isValid():
        return None
    apply_stretch(layer, bands, stretch)
    return layer


def apply_stretch(layer: QgsRasterLayer, bands: Sequence[int], stretch: Stretch) -> None:
    """Give a layer the shared stretch, so that colours stay the same from day to day."""
    provider = layer.dataProvider()
    renderer = _renderer(provider, bands)
    if isinstance(renderer, QgsMultiBandColorRenderer):
        renderer.setRedContrastEnhancement(_enhancement(bands[0], stretch))
        renderer.setGreenContrastEnhancement(_enhancement(bands[1], stretch))
        renderer.setBlueContrastEnhancement(_enhancement(bands[2], stretch))
    else:
        renderer.setContrastEnhancement(_enhancement(bands[0], stretch))
    if layer.renderer() is not None:
        renderer.setOpacity(layer.renderer().opacity())  # the person's
    layer.setRenderer(renderer)


def add_frames(
    name: str,
    files: Sequence[tuple[Path, dt.date]],
    bands: Sequence[int],
    stretch: Stretch,
    above: str = "",
    note: Callable[[QgsRasterLayer], None] = lambda _: None,
) -> Iterator[QgsLayerTreeGroup]:
    """Add cleaned frames as a group of dated layers, newest on top, only that one visible.

    The layer of the id `above`, where it is in the tree, stays first. Yields the group after each
    layer, so that the window can breathe; `note` says of each what it is.
    """
    project = QgsProject.instance()
    root = project.layerTreeRoot()
    below = 1 if root.findLayer(above) is not None else 0
    group = root.insertGroup(below, name)
    group.setExpanded(False)
    for i, (file, day) in enumerate(sorted(files, key=lambda f: f[1], reverse=True)):
        layer = open_layer(file, day.isoformat(), bands, stretch)
        if layer is None:
            continue
        set_day(layer, day)
        note(layer)
        group.name()  # raises RuntimeError where the person has removed the group
        project.addMapLayer(layer, False)
        node = group.addLayer(layer)
        node.setExpanded(False)
        node.setItemVisibilityChecked(i == 0)
        yield group


def set_day(layer: QgsRasterLayer, day: dt.date, last: Optional[dt.date] = None) -> None:
    """Put a layer on its day, or on the days up to a last one, for the Temporal Controller."""
    properties = layer.temporalProperties()
    properties.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    properties.setFixedTemporalRange(day_range(day, last))
    properties.setIsActive(True)


def day_range(day: dt.date, last: Optional[dt.date] = None) -> QgsDateTimeRange:
    """The whole of a day, or of the days up to a last one."""
    end = last or day
    first, final = (QDate(d.year, d.month, d.day) for d in (day, end))
    return QgsDateTimeRange(QDateTime(first, QTime(0, 0)), QDateTime(final, QTime(23, 59, 59, 999)))


def _renderer(
    provider: Optional[QgsRasterDataProvider], bands: Sequence[int]
) -> Union[QgsMultiBandColorRenderer, QgsSingleBandGrayRenderer]:
    if len(bands) == 3:
        return QgsMultiBandColorRenderer(provider, *bands)
    return QgsSingleBandGrayRenderer(provider, bands[0])


def _enhancement(band: int, stretch: Stretch) -> QgsContrastEnhancement:
    # Of whole numbers it would hold a table of all of them, 0.5 MB for each layer.
    enhancement = QgsContrastEnhancement(Qgis.DataType.Float32)
    low, high = stretch[band]
    enhancement.setMinimumValue(low)
    enhancement.setMaximumValue(high)
    enhancement.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    return enhancement
