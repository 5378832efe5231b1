"""Items of a STAC catalogue, saved as a file: read where they are, through one grid."""

from __future__ import annotations

from typing import Optional

import numpy as np

from kairos.engine.clear import CONVENTIONS
from kairos.engine.radar import AMPLITUDE, POWER
from kairos.engine.readers.assemble import finish
from kairos.engine.readers.place import Place
from kairos.engine.stac.catalogue import Query, find, items_of, looks_like_items
from kairos.engine.stac.plan import Day, Plan, plan
from kairos.engine.stack import Frame, Mask, RadarImage, Stack

_SCL = next(convention for convention in CONVENTIONS if convention.suffix == "_SCL")


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
        radar = [_radar(day, made) for day in made.radar]
        return finish(place.path, made.bands, frames, made.warnings, scl_usable, radar)


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


def _radar(day: Day, made: Plan) -> RadarImage:
    """VV and VH; a single one serves as both."""
    there = [p for p in ("VV", "VH") if any(p in scene.bands for scene in day.scenes)]
    order = tuple(there.index(p) + 1 if p in there else 1 for p in ("VV", "VH"))
    unit = AMPLITUDE if day.is_amplitude else POWER
    raster = day.image(there, made.grid)
    return RadarImage(np.datetime64(day.date, "D"), raster, order, unit, day.scenes[0].orbit)
