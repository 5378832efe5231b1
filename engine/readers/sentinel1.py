"""Sentinel-1 images beside optical ones: of Earth Engine, of ASF, of catalogues, of one's own.

Names start with `S1`. VV and VH are two bands of a file or two files (`..._VV.tif`, `..._VH.tif`);
one alone serves as both. The unit is told by the name (`_dB`, ASF's `..._RTC30_G_gpuned_...` with
`p` for power, `a` for amplitude, `d` for dB) or by the metadata, else by the numbers when they are
read. The orbit is told by the metadata, by `ASC` or `DESC` in the name, or by the absolute orbit
in the name of a product. Products in the geometry of the radar are read by `grd`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Optional

import numpy as np

from kairos.engine.errors import GridError, ReadError
from kairos.engine.radar import AMPLITUDE, DECIBEL, POWER, apart
from kairos.engine.rasters.dates import date_in_name
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.read import Raster, inspect
from kairos.engine.readers.assemble import some
from kairos.engine.readers.grd import grd_in
from kairos.engine.readers.orbits import relative_orbit
from kairos.engine.readers.place import IMAGES, Item, known_by
from kairos.engine.readers.virtual import Layer, Meaning, virtual
from kairos.engine.stack import RadarImage

POLARISATIONS = ("VV", "VH")
_ALONE = re.compile(r"(?<![A-Za-z0-9])(VV|VH)(?![A-Za-z0-9])", re.IGNORECASE)
_ASF = re.compile(r"_RTC\d\d_[GS]_[gst]([pad])\w{4}_", re.IGNORECASE)
_LETTERS = {"p": POWER, "a": AMPLITUDE, "d": DECIBEL}
_SIDE = re.compile(r"(?<![a-z])(asc|desc?)(?:ending)?(?![a-z])", re.IGNORECASE)
_ORBIT = re.compile(r"S1([ABC])_\w{2}_\w{4}_\w{4}_\d{8}T\d{6}_\d{8}T\d{6}_(\d{6})_", re.IGNORECASE)
_COMPLEX = re.compile(r"^s1\w-\w+-slc-", re.IGNORECASE)
_PASS_TAGS = ("orbitproperties_pass", "orbit_direction", "sat:orbit_state", "pass")
_NUMBER_TAGS = ("relativeorbitnumber_start", "sat:relative_orbit", "relative_orbit")


def is_radar(item: Item) -> bool:
    """Whether a file is a Sentinel-1 image, by its name."""
    return item.name.upper().startswith("S1") and item.inside.suffix.lower() in IMAGES


def radar_in(items: Iterable[Item]) -> tuple[tuple[RadarImage, ...], list[str]]:
    """The radar images among some files, by date, and what is to be said about them.

    Raises:
        ReadError: a file is no image.
    """
    images, rest, said = grd_in(items)
    groups: dict[tuple[str, str], dict[str, Item]] = {}
    for item in filter(is_radar, rest):
        alone = list(_ALONE.finditer(item.inside.stem))
        stem, polarisation = item.inside.stem, ""
        if alone:
            last = alone[-1]
            stem, polarisation = stem[: last.start()] + stem[last.end() :], last.group(1).upper()
        groups.setdefault((str(item.inside.parent), stem), {})[polarisation] = item
    away = []
    for files in groups.values():
        first = next(iter(files.values()))
        if _COMPLEX.search(first.name):
            away.append(known_by(first))
            continue
        found = date_in_name(first.name) or date_in_name(first.inside.parent.name)
        image = _image(files, found[0]) if found else None
        if image is None:
            away.append(known_by(first))
        else:
            images.append(image)
    images.sort(key=lambda image: (image.date, image.raster.path.name))
    if away:
        said.append(
            f"Radar left out, without a date or still in the geometry of the radar: {some(away)}."
        )
    return tuple(images), said


def _image(files: dict[str, Item], date: np.datetime64) -> Optional[RadarImage]:
    """One pass; None where it does not lie on a map."""
    rasters = {p: inspect(known_by(i), i.source if i.member else "") for p, i in files.items()}
    first = next(iter(rasters.values()))
    tags = _tags(first)
    if first.grid.crs is None and "gcps" in tags:
        return None
    known = {p: r for p, r in rasters.items() if p in POLARISATIONS}
    if len(known) > 1:
        layers = {p: [Layer(known[p].key)] for p in POLARISATIONS if p in known}
        try:
            raster = virtual(first.path, layers, Meaning(1.0, 0.0, first.nodata))
        except GridError as error:
            raise ReadError(error.message, details=error.details) from error
        bands: tuple[int, ...] = (1, 2)
    else:
        raster, bands = first, _bands(first.descriptions)
    lacks = tags.get("lacks", "")
    orbit = apart(_orbit(first, tags), lacks)
    return RadarImage(date, raster, bands, _unit(raster, first, tags), orbit, lacks=lacks)


def _bands(descriptions: Sequence[Optional[str]]) -> tuple[int, ...]:
    """VV and VH by description, else the first two bands; a single band serves as both."""
    names = [(text or "").upper() for text in descriptions]
    order = [
        next((i for i, name in enumerate(names) if polarisation in name), position)
        for position, polarisation in enumerate(POLARISATIONS)
    ]
    single = [i for i, name in enumerate(names) if any(p in name for p in POLARISATIONS)]
    if len(single) == 1:  # one polarisation, and the angle beside it
        order = [single[0]] * 2
    return tuple(min(i, len(names) - 1) + 1 for i in order)


def _tags(raster: Raster) -> dict[str, str]:
    """The metadata of a file in small letters; `gcps` where only control points place it."""
    try:
        with raster.open() as dataset:
            tags = {str(k).lower(): str(v).lower() for k, v in dataset.tags().items()}
            for i in dataset.indexes:
                tags |= {f"unit{i}": str(dataset.units[i - 1] or "").lower()}
            if dataset.gcps[0]:
                tags["gcps"] = "yes"
    except GDAL_ERRORS as error:
        raise ReadError(
            f"{raster.path.name} is not a readable image; replace it or move it out of the folder.",
            details=str(error),
        ) from error
    return tags


def _unit(raster: Raster, first: Raster, tags: dict[str, str]) -> str:
    asf = _ASF.search(first.path.name)
    if asf:
        return _LETTERS[asf.group(1).lower()]
    said = " ".join([first.path.stem, *(d or "" for d in raster.descriptions), *tags.values()])
    return DECIBEL if re.search(r"(?<![a-z])db(?![a-z])", said.lower()) else ""


def _orbit(raster: Raster, tags: dict[str, str]) -> str:
    number = next((tags[key] for key in _NUMBER_TAGS if tags.get(key)), "")
    if number:
        return number
    product = _ORBIT.search(raster.path.name)
    if product:
        return relative_orbit(product.group(1), int(product.group(2)))
    side = next((tags[key] for key in _PASS_TAGS if tags.get(key)), "")
    if not side:
        named = _SIDE.search(raster.path.stem)
        side = named.group(1) if named else ""
    return {"a": "ascending", "d": "descending"}.get(side[:1].lower(), "")
