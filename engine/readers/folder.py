"""The simplest stack: a folder with one image per date, masks and radar beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.clear import BRUSH, CONVENTIONS
from kairos.engine.errors import BandError, StackError
from kairos.engine.rasters.dates import date_in_name
from kairos.engine.rasters.read import Raster, inspect
from kairos.engine.readers.assemble import finish, some
from kairos.engine.readers.header import Header, header_of, meaning_of, scale_of
from kairos.engine.readers.place import Item, Place, images_in, known_by
from kairos.engine.readers.sentinel1 import is_radar, radar_in
from kairos.engine.readers.virtual import Layer, Meaning, virtual
from kairos.engine.stack import Frame, Mask, Stack

_OURS = ("_SOURCE", "_SIGMA", "_DAYS", BRUSH)
_BESIDE = (*_OURS, *(c.suffix for c in CONVENTIONS))
_PART = re.compile(r"-\d{10}-\d{10}$")
"""How Google Earth Engine names the parts of a large image."""


class FolderReader:
    """Reads a folder as DESIGN lays it out: `<anything><date>*.tif`, `<stem>_SCL.tif`, `S1*`."""

    name = "Folder of images"

    def recognises(self, place: Place) -> Optional[str]:
        """A folder, whatever it holds."""
        return "one image per date" if place.path.is_dir() else None

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack in a folder.

        Raises:
            StackError: no image, or no image with a date.
            ReadError: a file that is no image.
            BandError: images with different bands.
        """
        optical, undated = _sort_out(place)
        said: list[str] = []
        if undated:
            said.append(f"Left out, no date in the name: {some(undated)}.")
        rasters, optical = _rasters(optical)
        headers = [header_of(raster) for raster in rasters]
        bands, band_rule = _common_bands(rasters, headers)
        if band_rule != "description":
            said.append(
                f"The bands have no descriptions; taken by {band_rule} as {', '.join(bands)}."
            )
        scale = scale_of(rasters)
        frames = []
        for raster, header, (item, date, rule) in zip(rasters, headers, optical):
            meaning = meaning_of(raster, header, scale)
            frames.append(
                Frame(
                    date=date,
                    raster=raster,
                    bands=tuple(header.bands[band] for band in bands),
                    scale=meaning[0],
                    offset=meaning[1],
                    mask=_mask_of(item, raster, header),
                    date_rule=rule,
                )
            )
        images, more = radar_in(place.items)
        return finish(place.path, bands, frames, [*said, *more], scl_usable, images)


def _sort_out(place: Place) -> tuple[list[tuple[Item, np.datetime64, str]], list[Path]]:
    """Optical files by date and name, and the files without a date."""
    folder = place.path
    images = [i for i in images_in(place) if not i.inside.stem.upper().endswith(_BESIDE)]
    if not images:
        raise StackError(f"{folder} holds no GeoTIFF images; choose a folder with one per date.")
    optical, undated = [], []
    for item in images:
        found = date_in_name(item.name)
        if is_radar(item):
            continue
        if found is None:
            undated.append(known_by(item))
        else:
            optical.append((item, *found))
    if not optical:
        what = (
            "radar only" if any(map(is_radar, images)) else f"no date in a name ({some(undated)})"
        )
        raise StackError(
            f"{folder} has no dated optical image, {what}; name the files with their date, "
            "such as S2_20190208.tif."
        )
    optical.sort(key=lambda found: (found[1], found[0].name))
    return optical, undated


def _rasters(
    optical: Sequence[tuple[Item, np.datetime64, str]],
) -> tuple[list[Raster], list[tuple[Item, np.datetime64, str]]]:
    """One raster for each image; parts of one image are put together."""
    images: dict[str, list[tuple[Item, np.datetime64, str]]] = {}
    for found in optical:
        item = found[0]
        part = _PART.search(item.inside.stem)
        key = str(item.inside) if part is None else item.inside.stem[: part.start()]
        images.setdefault(key, []).append(found)
    rasters, kept = [], []
    for parts in images.values():
        opened = [inspect(known_by(i), i.source if i.member else "") for i, _, _ in parts]
        rasters.append(opened[0] if len(opened) == 1 else _mosaic(opened))
        kept.append(parts[0])
    return rasters, kept


def _mosaic(parts: Sequence[Raster]) -> Raster:
    first = parts[0]
    layers = {
        text or f"band{i}": [Layer(part.key, i) for part in parts]
        for i, text in enumerate(first.descriptions, start=1)
    }
    return virtual(first.path, layers, Meaning(first.scale, first.offset, first.nodata))


def _common_bands(
    rasters: Sequence[Raster], headers: Sequence[Header]
) -> tuple[tuple[str, ...], str]:
    sets = Counter(frozenset(header.bands) for header in headers)
    usual = sets.most_common(1)[0][0]
    for raster, header in zip(rasters, headers):
        if not usual <= set(header.bands):
            missing = ", ".join(sorted(usual - set(header.bands)))
            raise BandError(
                f"{raster.path.name} lacks band {missing} that the other images have; "
                "move it out of the folder or replace it."
            )
    return next((tuple(h.bands), h.rule) for h in headers if frozenset(h.bands) == usual)


def _mask_of(item: Item, raster: Raster, header: Header) -> Optional[Mask]:
    image = item.path
    for convention in CONVENTIONS:
        for suffix in dict.fromkeys((image.suffix, ".tif", ".tiff")):
            file = image.with_name(f"{image.stem}{convention.suffix}{suffix}")
            if file.exists():
                return Mask(inspect(file), convention)
    if header.mask is not None:
        return Mask(raster, header.mask[1], (header.mask[0],))
    return None
