"""One file for each band: `20190208_B04_10m.jp2`, `2019-02-08/B04.tif`, `S2_20190208_red.tif`.

The names of the files of one image differ in the band alone. The date stands in the name, or in
that of a folder around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

import numpy as np

from kairos.engine.rasters.bands import ALL, canonical
from kairos.engine.rasters.dates import date_in_name
from kairos.engine.rasters.read import inspect
from kairos.engine.readers.assemble import Found, Scene, some, stack_of
from kairos.engine.readers.header import MASKS, scale_of
from kairos.engine.readers.place import IMAGES, Item, Place, known_by
from kairos.engine.readers.product import counted, with_radar
from kairos.engine.readers.virtual import Layer, Meaning
from kairos.engine.stack import Stack

_BAND = re.compile(
    r"(?<![A-Za-z0-9])(B0?\d|B1[0-2]|B8A|blue|green|red|nir|swir[12]|"
    + "|".join(MASKS)
    + r")(?:_([126]0)m)?(?![A-Za-z0-9])",
    re.IGNORECASE,
)

Group = dict[str, tuple[int, Item]]
"""Bands and masks of an image, each with its metres (0 where the name does not say)."""


class BandFilesReader:
    """Reads folders, nested ones too, with a file for each band of each date."""

    name = "One file for each band"

    def recognises(self, place: Place) -> Optional[str]:
        """Images whose names differ in the band alone."""
        groups = [
            g
            for g in _groups(place).values()
            if len(_bands(g)) > 1 and _date(next(iter(g.values()))[1])
        ]
        files = sum(len(g) for g in groups)
        images = sum(1 for i in place.items if i.inside.suffix.lower() in IMAGES)
        if not groups or 2 * files < images:
            return None
        return f"{counted(len(groups), 'image')} whose files differ in the band"

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack. Raises KairosError where it is none."""
        scenes, undated = [], []
        for group in _groups(place).values():
            bands = _bands(group)
            item = next(iter(group.values()))[1]
            found = _date(item)
            if not bands:
                continue
            if found is None:
                undated.append(known_by(item))
            else:
                scenes.append(_scene(group, bands, *found))
        said = [f"Left out, no date in the name: {some(undated)}."] if undated else []
        return stack_of(place.path, with_radar(Found(scenes, said), place), scl_usable)


def _groups(place: Place) -> dict[tuple[str, str], Group]:
    groups: dict[tuple[str, str], Group] = {}
    for item in place.items:
        if item.inside.suffix.lower() not in IMAGES or item.name.upper().startswith("S1"):
            continue
        found = list(_BAND.finditer(item.inside.stem))
        if not found:
            continue
        last = found[-1]
        rest = item.inside.stem[: last.start()] + item.inside.stem[last.end() :]
        band, metres = last.group(1).lower(), int(last.group(2) or 0)
        group = groups.setdefault((str(item.inside.parent), rest), {})
        known = canonical(band) or band
        if known not in group or metres < group[known][0]:
            group[known] = metres, item
    return _joined(groups)


def _joined(groups: dict[tuple[str, str], Group]) -> dict[tuple[str, str], Group]:
    """Files of one image in folders by resolution (`R10m`, `R20m`) are one image."""
    joined: dict[tuple[str, str], Group] = {}
    for (folder, rest), group in groups.items():
        key = (re.sub(r"/R[126]0m$", "", folder), rest)
        known = joined.setdefault(key, {})
        for band, (metres, item) in group.items():
            if band not in known or metres < known[band][0]:
                known[band] = metres, item
    return joined


def _bands(group: Group) -> list[str]:
    return [band for band in ALL if band in group]


def _date(item: Item) -> Optional[tuple[np.datetime64, str]]:
    for name in (item.name, *(parent.name for parent in item.inside.parents)):
        found = date_in_name(name)
        if found is not None:
            return found
    return None


def _scene(group: Group, bands: Sequence[str], date: np.datetime64, rule: str) -> Scene:
    first = group[bands[0]][1]
    header = inspect(known_by(first), first.source)
    scale, offset = header.scale, header.offset
    if (scale, offset) == (1.0, 0.0):
        scale = scale_of([header])
    mask = next((name for name in MASKS if name in group), None)
    return Scene(
        path=known_by(first),
        date=date,
        date_rule=rule,
        layers={band: [Layer(group[band][1].source)] for band in bands},
        meaning=Meaning(scale, offset, header.nodata),
        mask=(Layer(group[mask][1].source), MASKS[mask]) if mask else None,
    )
