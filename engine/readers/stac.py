"""Items of a STAC catalogue, saved as a file: read where they are, through one grid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Optional

import numpy as np

from kairos.engine.clear import CONVENTIONS
from kairos.engine.errors import CatalogueError, ReadError
from kairos.engine.radar import AMPLITUDE, POWER, apart
from kairos.engine.readers.assemble import finish
from kairos.engine.readers.place import Place
from kairos.engine.stac.catalogue import Query, find, items_of, looks_like_items
from kairos.engine.stac.plan import Day, Plan, plan
from kairos.engine.stac.swath import swath_of
from kairos.engine.stack import Frame, Mask, RadarImage, Stack

_SCL = next(convention for convention in CONVENTIONS if convention.suffix == "_SCL")

_HANDS = 8


class StacReader:
    """Reads an ItemCollection, an item or a catalogue of files; nothing is copied before."""

    name = "STAC items"

    def recognises(self, place: Place) -> Optional[str]:
        """How many items a JSON file lists."""
        if not looks_like_items(place.path):
            return None
        count = len(items_of(place.path))
        return f"{place.path.name} lists {count} item{'' if count == 1 else 's'}"

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack of the items.

        Raises:
            CatalogueError: the library for STAC is missing, or there is no Sentinel-2 image.
            ReadError: the file is no list of items, or an image has to be opened and cannot be.
        """
        made = plan(find(Query(str(place.path), radar=True)))
        frames = [_frame(day, made) for day in made.optical]
        with ThreadPoolExecutor(_HANDS) as hands:  # of each pass two files or more are looked at
            found = list(hands.map(lambda day: _radar(day, made), made.radar))
        radar = [image for images, _ in found for image in images]
        said = [*made.warnings, *(words for _, more in found for words in more)]
        return finish(place.path, made.bands, frames, said, scl_usable, radar)


def _frame(day: Day, made: Plan) -> Frame:
    raster = day.image(made.bands, made.grid)
    return Frame(
        date=day.date,
        raster=raster,
        bands=tuple(range(1, len(made.bands) + 1)),
        scale=raster.scale,
        offset=raster.offset,
        mask=Mask(day.mask(made.grid), _SCL) if day.has_mask else None,
        date_rule="datetime of the item",
    )


def _radar(day: Day, made: Plan) -> tuple[list[RadarImage], list[str]]:
    """The passes of a day, and which of them are left out; a single polarisation serves as both."""
    date, orbit = np.datetime64(day.date, "D"), apart(day.scenes[0].orbit, day.lacks)
    if not (day.is_raw and day.is_calibrated):
        there = day.polarisations
        order = tuple(there.index(p) + 1 if p in there else 1 for p in ("VV", "VH"))
        unit = POWER if day.is_calibrated else AMPLITUDE
        raster = day.image(there, made.grid)
        return [RadarImage(date, raster, order, unit, orbit, lacks=day.lacks)], []
    images, said = [], []
    for scene in day.scenes:
        try:
            swath = swath_of(scene)
        except (ReadError, CatalogueError) as error:
            said.append(f"Radar left out: {error.message}")
        else:
            order = (1, len(scene.polarisations))
            raster = swath.rasters[0]
            images.append(RadarImage(date, raster, order, POWER, orbit, swath, day.lacks))
    return images, said
