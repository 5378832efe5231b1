"""Small pictures of images, as they look on the map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Optional

import numpy as np
from osgeo import gdal
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
from qgis.PyQt.QtGui import QImage

from ..clean.results import Stretch

_SIDE = 192


def thumbnail(file: Path, bands: Sequence[int], stretch: Stretch) -> Optional[QImage]:
    """An image, small; None where it cannot be read."""
    raster = gdal.Open(str(file))
    if raster is None or max(bands, default=0) > raster.RasterCount:
        return None
    scale = _SIDE / max(raster.RasterXSize, raster.RasterYSize)
    width = max(1, round(raster.RasterXSize * scale))
    height = max(1, round(raster.RasterYSize * scale))
    channels = []
    for band in (bands[0], bands[len(bands) // 2], bands[-1]):
        values = raster.GetRasterBand(band).ReadAsArray(
            buf_xsize=width, buf_ysize=height, resample_alg=gdal.GRIORA_Average
        )
        if values is None:
            return None
        low, high = stretch.get(band, (0.0, 1.0))
        shade = (np.nan_to_num(values.astype(np.float32)) - low) / (high - low)
        channels.append((np.clip(shade, 0, 1) * 255).astype(np.uint8))
    pixels = np.ascontiguousarray(np.stack(channels, axis=-1))
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


@lru_cache(maxsize=256)
def tooltip(file: Path, bands: tuple[int, ...], look: tuple[tuple[int, float, float], ...]) -> str:
    """The same as the rich text of a tooltip; empty where it cannot be read."""
    picture = thumbnail(file, bands, {band: (low, high) for band, low, high in look})
    if picture is None:
        return ""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return f'<img src="data:image/png;base64,{bytes(data.toBase64()).decode("ascii")}">'
