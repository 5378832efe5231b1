"""Several files as one: a GDAL virtual raster, made in memory, that copies nothing.

The image of a day may lie in one file for each band, in two resolutions, in parts side by side or
in a few bands of a large file. As a virtual raster it is one raster like any other. Coarser bands
are repeated, not smoothed: their numbers stay those of the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Optional

import numpy as np
from affine import Affine

from kairos.engine.errors import GridError, ReadError
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster, inspect

_TYPES = {
    "uint8": "Byte",
    "int8": "Int8",
    "uint16": "UInt16",
    "int16": "Int16",
    "uint32": "UInt32",
    "int32": "Int32",
    "float32": "Float32",
    "float64": "Float64",
}


@dataclass(frozen=True)
class Layer:
    """One band of a file."""

    source: str
    """What GDAL opens."""
    band: int = 1


Layers = Mapping[str, Sequence[Layer]]
"""By name of the band: the parts, side by side, that it is made of."""


@dataclass(frozen=True)
class Meaning:
    """What the numbers of a product mean: reflectance = scale * number + offset."""

    scale: float = 1e-4
    offset: float = 0.0
    nodata: Optional[float] = 0.0


PLAIN = Meaning()
"""As most products have it."""


def checked(layer: Layer, product: Path) -> Raster:
    """What a file of a product says of itself.

    Raises:
        ReadError: if it cannot be opened, or has too few bands.
    """
    file = Path(layer.source)
    try:
        header = inspect(file, layer.source)
    except ReadError as error:
        raise ReadError(
            f"{file.name} of {product.name} is damaged; load it anew or move it away.",
            details=error.details,
        ) from error
    if layer.band > len(header.descriptions):
        raise ReadError(
            f"{file.name} has {len(header.descriptions)} bands where {layer.band} are needed; "
            "load it anew or move it away."
        )
    return header


def virtual(path: Path, layers: Layers, meaning: Meaning) -> Raster:
    """One raster made of some bands, on the finest of their grids.

    Args:
        path: what a person knows it by.
        layers: its bands in their order.
        meaning: of the numbers; the virtual raster declares it, and so do copies of it.

    Raises:
        ReadError: a file cannot be opened.
        GridError: the files lie in different reference systems.
    """
    headers = {layer: checked(layer, path) for parts in layers.values() for layer in parts}
    grid = _whole(path, [header.grid for header in headers.values()])
    kinds = np.result_type(*{np.dtype(header.dtype) for header in headers.values()})
    kind = kinds.name if kinds.name in _TYPES else "float32"
    crs = grid.crs.to_wkt() if grid.crs else ""
    where = ", ".join(repr(float(number)) for number in grid.transform.to_gdal())
    xml = [
        f'<VRTDataset rasterXSize="{grid.width}" rasterYSize="{grid.height}">',
        f"<SRS>{escape(crs)}</SRS>" if crs else "",
        f"<GeoTransform>{where}</GeoTransform>",
    ]
    for i, (name, parts) in enumerate(layers.items(), start=1):
        xml.append(f'<VRTRasterBand dataType="{_TYPES[kind]}" band="{i}">')
        xml.append(f"<Description>{escape(name)}</Description>")
        if meaning.nodata is not None:
            xml.append(f"<NoDataValue>{meaning.nodata}</NoDataValue>")
        if (meaning.scale, meaning.offset) != (1.0, 0.0):
            xml.append(f"<Offset>{meaning.offset}</Offset><Scale>{meaning.scale}</Scale>")
        for layer in parts:
            xml.extend(_part(layer, headers[layer].grid, grid))
        xml.append("</VRTRasterBand>")
    xml.append("</VRTDataset>")
    return inspect(path, "".join(xml))


def _whole(path: Path, grids: Sequence[Grid]) -> Grid:
    """The grid that covers all of them, as fine as the finest."""
    finest = min(grids, key=lambda grid: abs(grid.transform.determinant))
    if any(grid.crs != finest.crs for grid in grids):
        raise GridError(
            f"The bands of {path.name} lie in different reference systems; load it anew or move "
            "it away."
        )
    corners = [_place(grid, finest) for grid in grids]
    left, top = (round(min(c[i] for c in corners)) for i in (0, 1))
    right, bottom = (round(max(c[i] for c in corners)) for i in (2, 3))
    moved = finest.transform * Affine.translation(left, top)
    return Grid(finest.crs, moved, right - left, bottom - top)


def _place(grid: Grid, on: Grid) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a grid in pixels of another."""
    to_pixels = ~on.transform * grid.transform
    left, top = to_pixels * (0, 0)
    right, bottom = to_pixels * (grid.width, grid.height)
    return left, top, right, bottom


def _part(layer: Layer, own: Grid, grid: Grid) -> Iterator[str]:
    left, top, right, bottom = _place(own, grid)
    yield f'<SimpleSource><SourceFilename relativeToVRT="0">{escape(layer.source)}</SourceFilename>'
    yield f"<SourceBand>{layer.band}</SourceBand>"
    yield f'<SrcRect xOff="0" yOff="0" xSize="{own.width}" ySize="{own.height}"/>'
    size = {"xOff": left, "yOff": top, "xSize": right - left, "ySize": bottom - top}
    place = " ".join(f'{key}="{value!r}"' for key, value in size.items())
    yield f"<DstRect {place}/>"
    yield "</SimpleSource>"
