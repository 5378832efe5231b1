"""Images of which each band is a file of its own, as products are delivered: put together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from osgeo import gdal

from ...engine.rasters.bands import ALL, canonical
from ...engine.rasters.baseline import offset_of
from ...engine.rasters.dates import date_in_name

_BAND = re.compile(
    r"(?<![A-Za-z0-9])(B0?\d|B1[0-2]|B8A|blue|green|red|nir|swir[12])(?:_([126]0)m)?"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_RESOLUTION = re.compile(r"/R[126]0m$")
_IMAGES = (".tif", ".tiff", ".jp2", ".vrt")
_MASKS = ("_SCL", "_CLEAR", "_CLOUD", "_QA")
_METRES = ("", "_10m", "_20m", "_60m")
_PRODUCT = re.compile(r"^(?:L2A_)?T\d\d[A-Z]{3}_\d{8}T\d{6}_B\w+\.jp2$", re.IGNORECASE)


def image_of(file: Path) -> str:
    """What the files of one image have in common: all but the band and the resolution."""
    return f"{_RESOLUTION.sub('', str(file.parent))}/{_rest(file)}"


def stem_of(file: Path) -> str:
    """The name of the image that a file holds one band of."""
    return re.sub(r"([_. -])[_. -]+", r"\1", _rest(file)).strip("_. -")


def by_band(files: Iterable[Path]) -> list[Path]:
    """The files of one image in the order of the bands; of two of a band the finer one."""
    best: dict[str, tuple[int, Path]] = {}
    for file in files:
        found = _last(file)
        band = canonical(found.group(1)) if found else None
        if found is None or band is None:
            continue
        metres = int(found.group(2) or 0)
        if band not in best or metres < best[band][0]:
            best[band] = metres, file
    return [best[band][1] for band in ALL if band in best]


def masks_of(file: Path) -> dict[str, Path]:
    """The masks beside a file of one band, by the end that the engine knows them by."""
    found = _last(file)
    if found is None:
        return {}
    head, tail = file.stem[: found.start()].rstrip("_"), file.stem[found.end() :]
    top = Path(_RESOLUTION.sub("", str(file.parent)))
    folders = (file.parent, *(top / f"R{metres}m" for metres in (20, 10, 60)))
    masks: dict[str, Path] = {}
    for end in _MASKS:
        start = f"{head}{end}" if head else end[1:]
        names = [f"{start}{m}{tail}{s}" for m in _METRES for s in (file.suffix, ".tif")]
        there = (folder / name for folder in folders for name in names)
        mask = next((m for m in there if gdal.VSIStatL(str(m)) is not None), None)
        if mask is not None:
            masks[end] = mask
    return masks


def join(first: Path, others: Sequence[str], target: Path) -> None:
    """Write one virtual raster of all bands, on the finest of their grids.

    Args:
        first: the file of the first band.
        others: those of the others, seen from its folder.
        target: to write.

    Raises:
        OSError: a file cannot be opened.
    """
    files = [str(first), *(os.path.normpath(f"{first.parent}/{other}") for other in others)]
    made = gdal.BuildVRT(str(target), files, separate=True, resolution="highest")
    if made is None or made.RasterCount != len(files):
        raise OSError(f"{first} and its other bands cannot be opened")
    for number, file in enumerate(files, start=1):
        found, band = _last(Path(file)), made.GetRasterBand(number)
        band.SetDescription(str(canonical(found.group(1)) if found else number))
        day = date_in_name(first.name)
        if day is not None and _PRODUCT.match(first.name):
            band.SetScale(1e-4)
            band.SetOffset(offset_of(str(first), day[0]))
    made.FlushCache()


def _last(file: Path) -> re.Match[str] | None:
    found = list(_BAND.finditer(file.stem)) if file.suffix.lower() in _IMAGES else []
    return found[-1] if found else None


def _rest(file: Path) -> str:
    found = _last(file)
    return file.stem if found is None else file.stem[: found.start()] + file.stem[found.end() :]
