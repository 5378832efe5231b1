"""Many dates in one file: a band for each date, or for each date and band.

The descriptions of the bands hold the dates: `2019-02-08`, `B04_20190208`, or, as Google Earth
Engine's `toBands()` has it, `20190208T105151_20190208T105150_T31UDS_B4`. Where a description holds
no band, the name of the file does (`NDVI.tif`, `B04.tif`); several such files are one stack.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.errors import KairosError
from kairos.engine.rasters.bands import canonical
from kairos.engine.rasters.dates import date_in_name
from kairos.engine.rasters.read import Raster, inspect
from kairos.engine.readers.assemble import Found, Scene, stack_of
from kairos.engine.readers.header import MASKS, scale_of
from kairos.engine.readers.place import IMAGES, Item, Place, images_in, known_by
from kairos.engine.readers.product import counted
from kairos.engine.readers.virtual import Layer, Meaning
from kairos.engine.stack import Stack

_MOST = 30
"""Files of a folder that may be such stacks; more are one image each."""


class TimeStackReader:
    """Reads a file, or a folder of a few files, whose bands are days."""

    name = "Dates as bands"

    def recognises(self, place: Place) -> Optional[str]:
        """The descriptions of the bands hold at least two dates."""
        images = _images(place)
        if not 0 < len(images) <= _MOST:
            return None
        try:
            first = inspect(known_by(images[0]), images[0].source)
        except KairosError:
            return None  # another reader will say what is wrong
        days = _days(first)
        if len(days) < 2 or len({day for day, _ in days.values()}) < 2:
            return None
        return f"{counted(len(days), 'band')} with a date in the description"

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack. Raises KairosError where it is none."""
        rasters = [inspect(known_by(i), i.source) for i in _images(place)]
        layers: dict[np.datetime64, dict[str, Layer]] = {}
        rules: dict[np.datetime64, str] = {}
        for raster in rasters:
            for i, (day, rule) in _days(raster).items():
                name = _band(raster.descriptions[i - 1] or "", raster.path)
                layers.setdefault(day, {}).setdefault(name, Layer(raster.key, i))
                rules[day] = rule
        first = rasters[0]
        scale, offset = first.scale, first.offset
        if (scale, offset) == (1.0, 0.0):
            scale = scale_of(rasters[:1])
        scenes = [
            _scene(first.path, day, rules[day], found, Meaning(scale, offset, first.nodata))
            for day, found in sorted(layers.items())
        ]
        return stack_of(place.path, Found([s for s in scenes if s.layers]), scl_usable)


def _images(place: Place) -> list[Item]:
    if place.path.is_dir():
        return images_in(place)
    return [i for i in place.items if i.inside.suffix.lower() in IMAGES]


def _days(raster: Raster) -> dict[int, tuple[np.datetime64, str]]:
    """The days in the descriptions, by 1-based band."""
    found = {i: date_in_name(text or "") for i, text in enumerate(raster.descriptions, start=1)}
    return {i: day for i, day in found.items() if day is not None}


def _band(description: str, file: Path) -> str:
    """The band or the mask in a description, or in the name of the file."""
    for text in (description.lower(), file.stem.lower()):
        for mask in MASKS:
            if re.search(rf"(?<![a-z0-9]){mask}(?![a-z0-9])", text):
                return mask
        known = next(filter(None, map(canonical, (text, *re.split(r"[^a-z0-9]+", text)))), None)
        if known is not None:
            return known
    return "NDVI" if "NDVI" in f"{description} {file.stem}".upper() else "band1"


def _scene(
    path: Path, day: np.datetime64, rule: str, found: dict[str, Layer], meaning: Meaning
) -> Scene:
    mask = next((name for name in MASKS if name in found), None)
    return Scene(
        path=path,
        date=day,
        date_rule=f"{rule} in a band",
        layers={name: [layer] for name, layer in found.items() if name not in MASKS},
        meaning=meaning,
        mask=(found[mask], MASKS[mask]) if mask else None,
        mask_bands=(found[mask].band,) if mask else (1,),
    )
