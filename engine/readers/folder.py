"""The simplest stack: a folder with one GeoTIFF per date, masks and radar beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.arrays import RawArray
from kairos.engine.bands import name_bands
from kairos.engine.clear import CONVENTIONS
from kairos.engine.dates import date_in_name
from kairos.engine.errors import BandError, StackError
from kairos.engine.grid import Grid, Window
from kairos.engine.raster import Raster, Rasters, inspect
from kairos.engine.readers.place import Place
from kairos.engine.stack import Frame, Mask, RadarImage, Stack

_IMAGES = (".tif", ".tiff")
_OURS = ("_SOURCE", "_SIGMA")
_PATCH = 128
_REFLECTS = 2.0
"""No ground reflects more; numbers above it are not reflectance as it is."""
_BESIDE = (*_OURS, *(c.suffix for c in CONVENTIONS))


class FolderReader:
    """Reads a folder as DESIGN lays it out: `<anything><date>*.tif`, `<stem>_SCL.tif`, `S1*`."""

    name = "folder of GeoTIFFs"

    def recognises(self, place: Place) -> Optional[str]:
        """A folder, whatever it holds."""
        return "a folder" if place.path.is_dir() else None

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack in a folder.

        Raises:
            StackError: no image, or no image with a date.
            ReadError: a file that is no image.
            BandError: images with different bands.
        """
        path = place.path
        optical, radar, undated = _sort_out(path)
        warnings: list[str] = []
        if undated:
            warnings.append(f"Left out, no date in the name: {_some(undated)}.")
        rasters = [inspect(file) for file, _, _ in optical]
        grid = _common_grid(rasters)
        bands, band_rule = _common_bands(rasters)
        if band_rule != "description":
            warnings.append(
                f"The bands have no descriptions; taken by {band_rule} as {', '.join(bands)}."
            )
        scale = _scale([r for r in rasters if not _says_scale(r)])
        frames = tuple(
            Frame(
                date=date,
                raster=raster,
                bands=_positions(raster, bands),
                scale=raster.scale if _says_scale(raster) else scale,
                offset=raster.offset,
                mask=_mask_of(raster.path),
                date_rule=rule,
            )
            for raster, (_, date, rule) in zip(rasters, optical)
        )
        bare = [f.path for f in frames if f.mask is None]
        if bare:
            warnings.append(f"No mask, so every pixel with data counts as clear: {_some(bare)}.")
        moved = [r.path for r in rasters if not r.grid.same_as(grid)]
        if moved:
            warnings.append(f"On another grid, warped onto the stack's: {_some(moved)}.")
        return Stack(
            root=path,
            grid=grid,
            bands=bands,
            frames=frames,
            radar=tuple(_radar(file, date) for file, date in radar),
            warnings=tuple(warnings),
            scl_usable=scl_usable,
        )


def _sort_out(
    folder: Path,
) -> tuple[list[tuple[Path, np.datetime64, str]], list[tuple[Path, np.datetime64]], list[Path]]:
    """Optical files and radar files by date and name, and the files without a date."""
    files = [f for f in sorted(folder.iterdir()) if f.suffix.lower() in _IMAGES and f.is_file()]
    files = [f for f in files if not f.name.startswith(".")]
    images = [f for f in files if not f.stem.upper().endswith(_BESIDE)]
    if not images:
        raise StackError(f"{folder} holds no GeoTIFF images; choose a folder with one per date.")
    optical, radar, undated = [], [], []
    for file in images:
        found = date_in_name(file.name)
        if found is None:
            undated.append(file)
        elif file.name.upper().startswith("S1"):
            radar.append((file, found[0]))
        else:
            optical.append((file, *found))
    if not optical:
        what = "radar only" if radar else f"no date in a name ({_some(undated)})"
        raise StackError(
            f"{folder} has no dated optical image, {what}; name the files with their date, "
            "such as S2_20190208.tif."
        )
    optical.sort(key=lambda item: (item[1], item[0].name))
    radar.sort(key=lambda item: (item[1], item[0].name))
    return optical, radar, undated


def _common_grid(rasters: Sequence[Raster]) -> Grid:
    """The grid of most frames; of the earliest where it is a draw."""
    groups: list[tuple[Grid, int]] = []
    for raster in rasters:
        for i, (grid, count) in enumerate(groups):
            if grid.same_as(raster.grid):
                groups[i] = (grid, count + 1)
                break
        else:
            groups.append((raster.grid, 1))
    return max(groups, key=lambda group: group[1])[0]


def _common_bands(rasters: Sequence[Raster]) -> tuple[tuple[str, ...], str]:
    named = [name_bands(r.descriptions) for r in rasters]
    sets = Counter(frozenset(names) for names, _ in named)
    usual = sets.most_common(1)[0][0]
    for raster, (names, _) in zip(rasters, named):
        if not usual <= set(names):
            missing = ", ".join(sorted(usual - set(names)))
            raise BandError(
                f"{raster.path.name} lacks band {missing} that the other images have; "
                "move it out of the folder or replace it."
            )
    return next((names, rule) for names, rule in named if frozenset(names) == usual)


def _positions(raster: Raster, bands: Sequence[str]) -> tuple[int, ...]:
    names = name_bands(raster.descriptions)[0]
    return tuple(names.index(band) + 1 for band in bands)


def _mask_of(image: Path) -> Optional[Mask]:
    for convention in CONVENTIONS:
        for suffix in dict.fromkeys((image.suffix, ".tif", ".tiff")):
            file = image.with_name(f"{image.stem}{convention.suffix}{suffix}")
            if file.exists():
                return Mask(inspect(file), convention)
    return None


def _radar(file: Path, date: np.datetime64) -> RadarImage:
    """VV and VH by description, else the first two bands; a single band serves as both."""
    raster = inspect(file)
    names = [(text or "").upper() for text in raster.descriptions]
    order = [
        next((i for i, name in enumerate(names) if polarisation in name), position)
        for position, polarisation in enumerate(("VV", "VH"))
    ]
    return RadarImage(date, raster, tuple(min(i, len(names) - 1) + 1 for i in order))


def _says_scale(raster: Raster) -> bool:
    return raster.scale != 1.0 or raster.offset != 0.0


def _scale(rasters: Sequence[Raster]) -> float:
    """Reflectance per number of files that do not say: 1e-4 as products hold them, else 1."""
    if not rasters or np.issubdtype(np.dtype(rasters[0].dtype), np.integer):
        return 1e-4
    for raster in rasters:
        numbers = _middle(raster)
        known = numbers[np.isfinite(numbers) & (numbers != raster.nodata) & (numbers != 0)]
        if known.size:
            return 1e-4 if np.median(known) > _REFLECTS else 1.0
    return 1.0


def _middle(raster: Raster) -> RawArray:
    """Pixels in the middle of a file."""
    grid, rasters = raster.grid, Rasters(raster.grid)
    height, width = min(_PATCH, grid.height), min(_PATCH, grid.width)
    row, col = (grid.height - height) // 2, (grid.width - width) // 2
    try:
        return rasters.read(raster, Window(row, col, height, width))
    finally:
        rasters.close()


def _some(files: Sequence[Path], most: int = 3) -> str:
    names = ", ".join(f.name for f in files[:most])
    return names if len(files) <= most else f"{names} and {len(files) - most} more"
