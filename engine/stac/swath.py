"""Sentinel-1 GRD of a catalogue: the images with the calibrations that their item lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import rasterio

from kairos.engine.errors import ReadError
from kairos.engine.rasters.calibration import table_of
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.read import Raster, inspect
from kairos.engine.rasters.swath import Swath, placed
from kairos.engine.stac.remote import gdal_name, signed, stall_seconds
from kairos.engine.stac.scene import Scene
from kairos.engine.stac.virtual import unreadable

_LONGEST = 1 << 23
"""Bytes of a calibration; those of the widest passes have one million."""
_PIECE = 1 << 14
"""Bytes that GDAL reads even where the file ends before; of more it says that there are none."""


def swath_of(scene: Scene) -> Swath:
    """The pass of a scene, to be calibrated as it is read.

    Raises:
        ReadError: a file of it cannot be read, or is damaged.
        CatalogueError: the address of a file cannot be read at all.
    """
    names = scene.polarisations
    rasters = tuple(_raster(scene, name) for name in names)
    tables = (table_of(_text(href), _name(href)) for href in (scene.tables[n] for n in names))
    return Swath(rasters, tuple(tables), *placed(rasters[0]))


def _raster(scene: Scene, polarisation: str) -> Raster:
    """The image of a polarisation, known by the name of its item."""
    href = scene.bands[polarisation].href
    try:
        header = inspect(Path(_name(href)), gdal_name(href))
    except ReadError as error:
        raise unreadable(href, error) from error
    return replace(header, path=Path(scene.id))


def _text(href: str) -> str:
    """The text at an address."""
    from pystac_client.exceptions import APIError
    from pystac_client.stac_api_io import StacApiIO

    failures: tuple[type[Exception], ...] = (APIError, *GDAL_ERRORS)
    try:
        if urlsplit(href).scheme.lower() == "s3":
            return "".join(_pieces(gdal_name(href)))
        server = StacApiIO(max_retries=2, timeout=stall_seconds())
        return str(server.read_text(signed(href)))
    except failures as error:
        raise unreadable(href, error) from error


def _pieces(name: str) -> Iterator[str]:
    """Text that only GDAL has the keys to, read as the bytes of lines of an image."""
    for start in range(0, _LONGEST, _PIECE):
        line = (
            f'<VRTDataset rasterXSize="{_PIECE}" rasterYSize="1"><GeoTransform>0,1,0,0,0,-1'
            '</GeoTransform><VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">'
            f'<SourceFilename relativeToVRT="0">{escape(name)}</SourceFilename>'
            f"<ImageOffset>{start}</ImageOffset><PixelOffset>1</PixelOffset>"
            f"<LineOffset>{_PIECE}</LineOffset></VRTRasterBand></VRTDataset>"
        )
        with rasterio.Env(GDAL_VRT_RAWRASTERBAND_ALLOWED_SOURCE="ALL"), rasterio.open(line) as file:
            content: bytes = file.read(1).tobytes().rstrip(b"\0")
        yield content.decode("utf-8", "replace")
        if len(content) < _PIECE:
            return


def _name(href: str) -> str:
    return PurePosixPath(urlsplit(href).path).name
