"""What can be shown without the engine: the dates of a folder and the raw points of a pixel."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Optional

import numpy as np
from osgeo import gdal

from ...engine.clear import (
    CLOUD,
    CONVENTIONS,
    SCL_USABLE,
    UNTOUCHED,
    USABLE,
    Convention,
    valid,
)
from ...engine.rasters.bands import name_bands
from ...engine.rasters.dates import date_in_name
from ..model import Curve, CurvePoint
from .source import StackSource, brush_beside

_NIR, _RED = ("B08", "B8A"), ("B04",)
_LOOK = 256
_CLASSES = ", ".join(map(str, SCL_USABLE))
_NO_MASK = "no mask: every pixel with data usable"


def describe(folder: Path) -> dict[str, Any]:
    """The facts of a stack, as the engine tells them, from a reduced look at its files."""
    frames, first = [], None
    for entry in StackSource.of_folder(folder).entries:
        found = date_in_name(entry.file.name)
        if found is None:
            continue
        first = first or gdal.Open(str(entry.file))
        mask = _mask(entry.file)
        frames.append({
            "date": str(found[0]), "file": entry.file.name,
            "result": entry.file.name, "date_rule": found[1],
            "mask": mask[0].name if mask else None,
            "mask_rule": mask[1].rule.format(classes=_CLASSES) if mask else _NO_MASK,
            "clear": _clear_share(entry.file, mask),
        })  # fmt: skip
    frames.sort(key=lambda frame: (frame["date"], frame["file"]))
    bands: tuple[str, ...] = ()
    if first is not None:
        texts = [first.GetRasterBand(i + 1).GetDescription() for i in range(first.RasterCount)]
        bands = name_bands(texts)[0]
    transform = first.GetGeoTransform() if first is not None else (0, 1, 0, 0, 0, -1)
    c, a, b, f, d, e = transform
    return {
        "dates": sorted({frame["date"] for frame in frames}),
        "bands": list(bands),
        "frames": frames,
        "radar_dates": [],
        "crs": first.GetProjection() if first is not None else None,
        "transform": [a, b, c, d, e, f],
        "width": first.RasterXSize if first is not None else 0,
        "height": first.RasterYSize if first is not None else 0,
        "default_model": "",
        "default_reason": "",
        "models": {},
    }


def raw_curve(folder: Path, info: dict[str, Any], x: float, y: float) -> Optional[Curve]:
    """The NDVI of a point on every day, clear or not; None outside or without the bands."""
    red = next((info["bands"].index(b) for b in _RED if b in info["bands"]), None)
    nir = next((info["bands"].index(b) for b in _NIR if b in info["bands"]), None)
    if red is None or nir is None:
        return None
    points = []
    for frame in info["frames"]:
        file = folder / frame["file"]
        raster = gdal.Open(str(file))
        pixel = _pixel(raster, x, y)
        if pixel is None:
            return None
        values = raster.ReadAsArray(*pixel, 1, 1).reshape(-1, 1, 1)
        nodata = raster.GetRasterBand(1).GetNoDataValue()
        if not valid(values, nodata)[0, 0]:
            continue
        low, high = float(values[red, 0, 0]), float(values[nir, 0, 0])
        value = (high - low) / (high + low) if high + low else 0.0
        mask = _mask(file)
        paint = _painted(file, x, y)
        clear = paint == USABLE or (paint != CLOUD and (mask is None or _usable(mask, x, y)))
        day = dt.date.fromisoformat(frame["date"])
        points.append(CurvePoint(day, value, value, value, "observed" if clear else "masked"))
    return Curve("NDVI", f"{x:.0f}, {y:.0f}", tuple(points))


def _mask(file: Path) -> Optional[tuple[Path, Convention]]:
    for convention in CONVENTIONS:
        beside = file.with_name(f"{file.stem}{convention.suffix}{file.suffix}")
        if beside.exists():
            return beside, convention
    return None


def _clear_share(file: Path, mask: Optional[tuple[Path, Convention]]) -> float:
    if mask is None:
        return 1.0
    raster = gdal.Open(str(mask[0]))
    band = raster.GetRasterBand(1)
    size = {"buf_xsize": min(_LOOK, band.XSize), "buf_ysize": min(_LOOK, band.YSize)}
    return float(np.mean(mask[1].usable(band.ReadAsArray(**size), SCL_USABLE)))


def _usable(mask: tuple[Path, Convention], x: float, y: float) -> bool:
    raster = gdal.Open(str(mask[0]))
    pixel = _pixel(raster, x, y)
    if pixel is None:
        return False
    return bool(mask[1].usable(raster.GetRasterBand(1).ReadAsArray(*pixel, 1, 1), SCL_USABLE)[0, 0])


def _painted(file: Path, x: float, y: float) -> int:
    """What is painted over the mask of an image at a point."""
    brush = brush_beside(file)
    raster = gdal.Open(str(brush)) if brush.is_file() else None
    pixel = _pixel(raster, x, y) if raster is not None else None
    if raster is None or pixel is None:
        return UNTOUCHED
    return int(raster.GetRasterBand(1).ReadAsArray(*pixel, 1, 1)[0, 0])


def _pixel(raster: gdal.Dataset, x: float, y: float) -> Optional[tuple[int, int]]:
    inverse = gdal.InvGeoTransform(raster.GetGeoTransform())
    col, row = (int(v // 1) for v in gdal.ApplyGeoTransform(inverse, x, y))
    inside = 0 <= col < raster.RasterXSize and 0 <= row < raster.RasterYSize
    return (col, row) if inside else None
