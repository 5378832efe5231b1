"""Several scenes of one day as one virtual image on a grid; GDAL reads what is asked of it.

The text is that of GDAL's virtual format (https://gdal.org/drivers/raster/vrt.html) and is opened
as if it were a file. Where scenes overlap the first one counts, and the next ones fill its holes.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Optional

import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.shutil import copy as raster_copy
from rasterio.transform import from_gcps
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform as transform_points

from kairos.engine.errors import ReadError
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster
from kairos.engine.rasters.warp import steady
from kairos.engine.stac.remote import gdal_name
from kairos.engine.stac.scene import Layer

_TYPES = {
    **{"uint8": "Byte", "uint16": "UInt16", "int16": "Int16", "uint32": "UInt32"},
    **{"int32": "Int32", "float32": "Float32", "float64": "Float64"},
}
_AROUND = 9
"""Control points that place a radar image in the geometry of its orbit."""

_LEAST = 1e-3
"""Parts of a pixel by which grids may differ and still be one."""


@dataclass(frozen=True)
class Band:
    """One band of a virtual image: its name and the layers that it shows, the first on top."""

    name: str
    layers: Sequence[Layer]


def virtual(path: Path, bands: Sequence[Band], grid: Grid, *, classes: bool = False) -> Raster:
    """A virtual image. All its numbers are encoded as those of its very first layer.

    Args:
        path: what a person knows it by.
        bands: what it shows.
        grid: where.
        classes: whether the numbers are classes, which must not be averaged.

    Raises:
        ReadError: the grid of a layer is not told and its file cannot be read.
        CatalogueError: the address of a layer cannot be read.
    """
    top = located(next(layer for band in bands for layer in band.layers))
    nodata = 0.0 if top.nodata is None else top.nodata
    drawn = [
        _band(i, band, replace(top, nodata=nodata), grid, classes=classes)
        for i, band in enumerate(bands, start=1)
    ]
    a = grid.transform
    place = ", ".join(repr(float(v)) for v in (a.c, a.a, a.b, a.f, a.d, a.e))
    system = f"<SRS>{escape(grid.crs.to_wkt())}</SRS>" if grid.crs is not None else ""
    text = (
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">{system}'
        f"<GeoTransform>{place}</GeoTransform>{''.join(drawn)}</VRTDataset>"
    )
    names = tuple(band.name for band in bands)
    return Raster(path, grid, str(top.dtype), nodata, names, top.scale, top.offset, text)


def located(layer: Layer) -> Layer:
    """The layer with grid and data type: as its item tells them, else as its file does."""
    if layer.grid is not None and layer.dtype in _TYPES:
        return layer
    grid, dtype, nodata = _look(layer.href)
    kept = layer.nodata if layer.nodata is not None else nodata
    return replace(layer, grid=grid, dtype=dtype, nodata=kept)


@lru_cache(maxsize=4096)
def _look(href: str) -> tuple[Grid, str, Optional[float]]:
    try:
        with rasterio.open(gdal_name(href)) as file:
            grid = Grid(file.crs, file.transform, file.width, file.height)
            return grid, file.dtypes[0], file.nodata
    except GDAL_ERRORS as error:
        raise unreadable(href, error) from error


def unreadable(href: str, error: Exception) -> ReadError:
    """What to say of a file that a catalogue lists and that does not open."""
    short = href.split("?")[0]
    return ReadError(
        f"{short} cannot be read; check the connection, or try again later.", details=str(error)
    )


def _band(number: int, band: Band, top: Layer, grid: Grid, *, classes: bool) -> str:
    sources = [_source(located(layer), top, grid, classes=classes) for layer in band.layers]
    encoded = "" if classes else f"<Offset>{top.offset!r}</Offset><Scale>{top.scale!r}</Scale>"
    return (
        f'<VRTRasterBand dataType="{_TYPES[str(top.dtype)]}" band="{number}">'
        f"<Description>{escape(band.name)}</Description><NoDataValue>{top.nodata}</NoDataValue>"
        f"{encoded}{''.join(reversed(sources))}</VRTRasterBand>"
    )


def _source(layer: Layer, top: Layer, grid: Grid, *, classes: bool) -> str:
    name, own = gdal_name(layer.href), layer.grid or grid
    number, upright = layer.band, not own.transform.b and not own.transform.d
    if own.crs != grid.crs or not upright or own.transform.e > 0:
        name, number = _warped(layer, grid, classes=classes), 1
        own = grid
    x, y = ~grid.transform * (own.transform.c, own.transform.f)
    width = own.width * own.transform.a / grid.transform.a
    height = own.height * own.transform.e / grid.transform.e
    size = f'xSize="{own.width}" ySize="{own.height}"'
    return (
        f"<ComplexSource{_resampling(own, grid, (x, y), classes=classes)}>"
        f'<SourceFilename relativeToVRT="0">{escape(name)}</SourceFilename>'
        f"<SourceBand>{number}</SourceBand>"
        f'<SourceProperties RasterXSize="{own.width}" RasterYSize="{own.height}" '
        f'DataType="{_TYPES[str(layer.dtype)]}" BlockXSize="512" BlockYSize="512"/>'
        f'<SrcRect xOff="0" yOff="0" {size}/>'
        f'<DstRect xOff="{x!r}" yOff="{y!r}" xSize="{width!r}" ySize="{height!r}"/>'
        f"{_recoded(layer, top)}"
        f"<NODATA>{top.nodata if layer.nodata is None else layer.nodata}</NODATA></ComplexSource>"
    )


def _resampling(own: Grid, grid: Grid, corner: tuple[float, float], *, classes: bool) -> str:
    """Nothing where pixels fall into pixels: coarser ones are repeated, not smoothed."""
    ratio = own.transform.a / grid.transform.a
    steps = (ratio, *corner)
    if ratio > 1 - _LEAST and all(abs(step - round(step)) < _LEAST for step in steps):
        return ""
    if classes:
        return ' resampling="mode"' if ratio < 1 else ""
    return ' resampling="average"' if ratio < 1 else ' resampling="bilinear"'


def _recoded(layer: Layer, top: Layer) -> str:
    """The numbers of a layer as numbers of the first one."""
    if (layer.scale, layer.offset) == (top.scale, top.offset):
        return ""
    ratio, moved = layer.scale / top.scale, (layer.offset - top.offset) / top.scale
    return f"<ScaleOffset>{moved!r}</ScaleOffset><ScaleRatio>{ratio!r}</ScaleRatio>"


def _warped(layer: Layer, grid: Grid, *, classes: bool) -> str:
    """The layer on another grid, as text of a virtual image of its own."""
    name = gdal_name(layer.href)
    try:
        with rasterio.open(name) as file, WarpedVRT(
            file,
            crs=grid.crs,
            transform=grid.transform,
            width=grid.width,
            height=grid.height,
            resampling=Resampling.nearest if classes else Resampling.bilinear,
            src_nodata=layer.nodata,
            nodata=layer.nodata,
            **_placed(file, grid),
        ) as warped, MemoryFile(ext=f".{uuid.uuid4().hex[:8]}.vrt") as memory:  # fmt: skip
            raster_copy(warped, memory.name, driver="VRT")
            return _rooted(memory.read().decode("utf-8"), name)
    except GDAL_ERRORS as error:
        raise unreadable(layer.href, error) from error


def _placed(file: Any, grid: Grid) -> dict[str, Any]:  # noqa: ANN401  # rasterio is untyped
    """How its pixels become those of a grid."""
    points, system = file.gcps
    if points and file.crs is None:  # radar in the geometry of the orbit
        plane = from_gcps(_nearest(points, system, grid))
        return {"src_crs": system, "src_transform": plane, **steady(system, plane, grid)}
    return steady(file.crs, file.transform, grid) if file.crs is not None else {}


def _nearest(points: Sequence[Any], system: CRS, grid: Grid) -> list[Any]:
    """The control points around a grid: the plane through them is true there, not everywhere."""
    middle = grid.transform * (grid.width / 2, grid.height / 2)
    (x,), (y,) = transform_points(grid.crs, system, [middle[0]], [middle[1]])
    by_distance = sorted(points, key=lambda point: (point.x - x) ** 2 + (point.y - y) ** 2)
    return by_distance[:_AROUND]


def _rooted(text: str, name: str) -> str:
    """The text with the whole name of its one source, wherever it is opened."""
    start, end = text.index("<SourceDataset"), text.index("</SourceDataset>")
    rooted = f'<SourceDataset relativeToVRT="0">{escape(name)}'
    return f"{text[:start]}{rooted}{text[end:]}"
