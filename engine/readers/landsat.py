"""Landsat Collection 2, Level 2 (surface reflectance), as folders or tars of GeoTIFFs.

Names: `LC08_L2SP_195025_20190208_20200829_02_T1_SR_B4.TIF`, `..._QA_PIXEL.TIF`, `..._MTL.txt`.
Source: Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619). Bands take the names of
the Sentinel-2 bands of their wavelength; the near infrared of every Landsat is called B8A.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

from kairos.engine.errors import StackError
from kairos.engine.readers.assemble import Found, Scene, some
from kairos.engine.readers.place import Item, Place
from kairos.engine.readers.product import Named, ProductReader, dated, grouped, named, number_in
from kairos.engine.readers.quality import QA_PIXEL
from kairos.engine.readers.virtual import Layer, Meaning

OLI = {"B1": "B01", "B2": "B02", "B3": "B03", "B4": "B04", "B5": "B8A", "B6": "B11", "B7": "B12"}
"""Landsat 8 and 9 to Sentinel-2, by wavelength."""

TM = {"B1": "B02", "B2": "B03", "B3": "B04", "B4": "B8A", "B5": "B11", "B7": "B12"}
"""Landsat 4, 5 and 7; their near infrared is wider than B8A."""

SCALE, OFFSET = 2.75e-5, -0.2
"""Of all surface reflectance of Collection 2."""

_SECTION = re.compile(
    r"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS(.*?)(?:END_GROUP|</LEVEL2|\}|\Z)", re.DOTALL
)


class LandsatReader(ProductReader):
    """Reads Landsat 4 to 9."""

    name = "Landsat Collection 2"
    rule = re.compile(
        r"^(?P<sensor>L[COTEM]0[4-9])_(?P<level>L\d\w\w)_(?P<place>\d{6})_(?P<date>\d{8})_\d{8}"
        r"_02_(?:T1|T2|RT)_(?:SR_)?(?P<band>B\d{1,2}|QA_PIXEL)\.TIFF?$",
        re.IGNORECASE,
    )

    def find(self, place: Place) -> Found:
        """The images there, with the scale of their metadata."""
        said: list[str] = []
        files = dated(named(place.items, self.rule), said)
        surface = [f for f in files if f.says["level"].startswith("L2")]
        if files and not surface:
            raise StackError(
                f"{place.path.name} holds Landsat Level-1 images, which are not reflectance of "
                "the ground; load the Level-2 images of the same days."
            )
        scenes, unsure = [], []
        for group in grouped(surface, "sensor", "place", "date").values():
            scene, sure = _scene(group, place.items)
            if scene is not None:
                scenes.append(scene)
                unsure += [] if sure else [scene.path]
        if unsure:
            said.append(
                f"No metadata, so the usual scale of Collection 2 is taken: {some(unsure)}."
            )
        return Found(scenes, said)


def _scene(group: Sequence[Named], items: Sequence[Item]) -> tuple[Optional[Scene], bool]:
    """The image of a day, and whether its scale is sure."""
    first = group[0]
    sensor, day = first.says["sensor"], first.day
    bands = OLI if sensor in ("LC08", "LC09", "LO08", "LO09") else TM
    source = {f.says["band"]: Layer(f.item.source) for f in group}
    layers = {own: [source[band]] for band, own in bands.items() if band in source}
    if not layers or day is None:
        return None, True
    meaning = _meaning(first, items)
    return Scene(
        path=first.item.path if first.item.member else first.item.path.parent,
        date=day[0],
        date_rule=day[1],
        layers=layers,
        meaning=meaning or Meaning(SCALE, OFFSET),
        mask=(source["QA_PIXEL"], QA_PIXEL) if "QA_PIXEL" in source else None,
        sensor="Landsat 8 and 9" if bands is OLI else "Landsat 4 to 7",
        place=first.says["place"],
    ), meaning is not None


def _meaning(image: Named, items: Sequence[Item]) -> Optional[Meaning]:
    """As the metadata beside the image has it; all bands of a Level-2 image share it."""
    stem = re.split(r"_(?:SR_B|QA_|B)\w+\.", image.item.name, maxsplit=1)[0]
    for item in items:
        if item.inside.parent != image.item.inside.parent or not item.name.startswith(stem):
            continue
        if item.name.lower().endswith(("_mtl.txt", "_mtl.xml", "_mtl.json")):
            section = _SECTION.search(item.read().decode("utf-8", "replace"))
            text = section.group(1) if section else ""
            number = r"_BAND_\d+[^-+.\d]+([-+.\deE]+)"
            scales = [n for n in number_in(text, f"REFLECTANCE_MULT{number}") if n > 0]
            offsets = number_in(text, f"REFLECTANCE_ADD{number}")
            if scales and offsets:
                return Meaning(scales[0], offsets[0])
    return None
