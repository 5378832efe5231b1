"""Sentinel-2 as ESA delivers it: SAFE folders and zips of Level-2A and Level-1C, or their JP2s.

Names: `<..>_MSIL2A_<..>_N0400_<..>.SAFE/MTD_MSIL2A.xml` and, deep inside,
`T31UDS_20190208T105151_B04_10m.jp2` (Level-1C: without the resolution). Source: Sentinel-2
Products Specification Document, issue 14.9. From baseline 04.00 on the numbers carry an offset,
which the metadata states as `BOA_ADD_OFFSET` (`RADIO_ADD_OFFSET` in Level-1C).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.clear import Convention
from kairos.engine.rasters.bands import TEN
from kairos.engine.rasters.baseline import offset_of
from kairos.engine.readers.assemble import Found, Scene, some
from kairos.engine.readers.place import Item, Place
from kairos.engine.readers.product import Named, ProductReader, dated, named, number_in
from kairos.engine.readers.quality import CLASSI, SCL
from kairos.engine.readers.virtual import Layer, Meaning

_METADATA = re.compile(r"^MTD_MSIL(?:1C|2A)\.xml$")


class Sentinel2Reader(ProductReader):
    """Reads SAFE products, and JP2s taken out of them."""

    name = "Sentinel-2 products"
    rule = re.compile(
        r"^(?:L2A_)?T(?P<tile>\d\d[A-Z]{3})_(?P<date>\d{8})T\d{6}_(?P<band>B\d\d|B8A|SCL)"
        r"(?:_(?P<metres>[126]0)m)?\.jp2$",
        re.IGNORECASE,
    )

    def recognises(self, place: Place) -> Optional[str]:
        """By the metadata, else by the names of the images."""
        found = [i.name for i in place.items if _METADATA.match(i.name)]
        if found:
            levels = " and ".join(sorted({"L" + name[8:10] for name in found}))
            return f"{levels}, {len(found)} with MTD_MSI*.xml"
        return super().recognises(place)

    def find(self, place: Place) -> Found:
        """The products there, each with its own offset."""
        said: list[str] = []
        items = _by_product(place)
        scenes, unsure = [], []
        for product, files in items.items():
            images = dated(named(files, self.rule), said)
            for key in sorted({(f.says["tile"], f.says["date"]) for f in images}):
                own = [f for f in images if (f.says["tile"], f.says["date"]) == key]
                scene, sure = _scene(product, own, files)
                if scene is not None:
                    scenes.append(scene)
                    unsure += [] if sure else [scene.path]
        if unsure:
            said.append(f"No metadata, so the offset is taken by baseline or date: {some(unsure)}.")
        return Found(_of_one_level(scenes, said), said)


def _by_product(place: Place) -> dict[str, list[Item]]:
    """Files by the SAFE folder (or the folder with the metadata) that they lie in."""
    tops = {str(i.inside.parent) for i in place.items if _METADATA.match(i.name)}
    groups: dict[str, list[Item]] = {}
    for item in place.items:
        parents = [str(parent) for parent in item.inside.parents]
        top = next((p for p in parents if p in tops or p.upper().endswith(".SAFE")), ".")
        top = place.path.name if top == "." else top  # opened itself, or loose images
        groups.setdefault(top, []).append(item)
    return groups


def _scene(
    product: str, images: Sequence[Named], files: Sequence[Item]
) -> tuple[Optional[Scene], bool]:
    """The image of a day, and whether its offset is sure."""
    best: dict[str, Named] = {}
    for image in sorted(images, key=lambda n: n.says["metres"] or "00", reverse=True):
        best[image.says["band"]] = image  # the finest comes last
    layers = {band: [Layer(best[band].item.source)] for band in TEN if band in best}
    if not layers:
        return None, True
    first = images[0]
    day = first.day
    if day is None:  # pragma: no cover  # dated() left it out
        return None, True
    metadata = next((f for f in files if _METADATA.match(f.name)), None)
    level = "L1C" if not first.says["metres"] else "L2A"
    mask, bands = _mask(best, files)
    return Scene(
        path=_known_by(product, first.item),
        date=day[0],
        date_rule=day[1],
        layers=layers,
        meaning=_meaning(product, metadata, day[0]),
        mask=mask,
        mask_bands=bands,
        sensor=level,
        place=first.says["tile"],
    ), metadata is not None


def _known_by(product: str, item: Item) -> Path:
    """The SAFE folder, the archive, or the folder of the images."""
    if item.member:
        return item.path
    name = Path(product).name
    parents = (p for p in item.path.parents if p.name == name)
    return next(parents, item.path) if name.upper().endswith(".SAFE") else item.path.parent


def _mask(
    best: dict[str, Named], files: Sequence[Item]
) -> tuple[Optional[tuple[Layer, Convention]], tuple[int, ...]]:
    if "SCL" in best:
        return (Layer(best["SCL"].item.source), SCL), (1,)
    for file in files:
        if file.name.startswith("MSK_CLASSI") and file.name.endswith(".jp2"):
            return (Layer(file.source), CLASSI), (1, 2)
    return None, (1,)


def _meaning(product: str, metadata: Optional[Item], day: np.datetime64) -> Meaning:
    if metadata is None:
        return Meaning(offset=offset_of(product, day))
    text = metadata.read().decode("utf-8", "replace")
    number = r"<(?:BOA_)?QUANTIFICATION_VALUE[^>]*>\s*([-+.\deE]+)\s*<"
    whole = next((n for n in number_in(text, number) if n > 0), 1e4)
    offsets = number_in(text, r"<(?:BOA|RADIO)_ADD_OFFSET[^>]*>\s*([-+.\deE]+)\s*<")
    return Meaning(1 / whole, (float(np.median(offsets)) if offsets else 0.0) / whole)


def _of_one_level(scenes: Sequence[Scene], said: list[str]) -> list[Scene]:
    levels = {scene.sensor for scene in scenes}
    if len(levels) < 2:
        return list(scenes)
    said.append("Level-1C images are left out, because there are Level-2A images too.")
    return [scene for scene in scenes if scene.sensor == "L2A"]
