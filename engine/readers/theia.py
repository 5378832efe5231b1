"""Sentinel-2 Level 2A by MAJA, as Theia and others deliver it.

Names: `SENTINEL2A_20190208-105857-466_L2A_T31UDS_C_V2-2_FRE_B4.tif`, in `MASKS/` `..._CLM_R1.tif`.
Source: Theia, format of Sentinel-2 Level-2A. FRE is reflectance with the slopes taken out, SRE
with them; FRE is taken where both are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kairos.engine.rasters.bands import TEN, canonical
from kairos.engine.readers.assemble import Found, Scene
from kairos.engine.readers.place import Item, Place
from kairos.engine.readers.product import ProductReader, dated, grouped, named
from kairos.engine.readers.quality import CLM
from kairos.engine.readers.virtual import Layer, Meaning


class TheiaReader(ProductReader):
    """Reads Level-2A products of MAJA, unpacked or zipped."""

    name = "Theia/MAJA Level 2A"
    rule = re.compile(
        r"^SENTINEL2[A-DX]_(?P<date>\d{8})-\d{6}-\d{3}_L2A_T(?P<place>\d\d[A-Z]{3})_[A-Z]_V[\d-]+"
        r"_(?P<kind>FRE|SRE)_(?P<band>B\d{1,2}|B8A)\.tiff?$",
        re.IGNORECASE,
    )

    def find(self, place: Place) -> Found:
        """The products there."""
        said: list[str] = []
        scenes = []
        files = dated(named(place.items, self.rule), said)
        for group in grouped(files, "place", "date").values():
            first, day = group[0], group[0].day
            kind = "FRE" if any(f.says["kind"] == "FRE" for f in group) else "SRE"
            own = {canonical(f.says["band"]): f for f in group if f.says["kind"] == kind}
            layers = {band: [Layer(own[band].item.source)] for band in TEN if band in own}
            mask = _mask(first.item, place.items)
            if layers and day is not None:
                scenes.append(
                    Scene(
                        path=first.item.path if first.item.member else first.item.path.parent,
                        date=day[0],
                        date_rule=day[1],
                        layers=layers,
                        meaning=Meaning(nodata=-10000.0),
                        mask=(mask, CLM) if mask else None,
                        place=first.says["place"],
                    )
                )
        return Found(scenes, said)


def _mask(image: Item, items: Sequence[Item]) -> Layer | None:
    """The cloud mask of a product, the finest there is."""
    stem = re.split(r"_(?:FRE|SRE)_", image.name, maxsplit=1)[0].upper()
    masks = [
        i
        for i in items
        if i.name.upper().startswith(f"{stem}_CLM_R") and i.name.lower().endswith((".tif", ".tiff"))
    ]
    return Layer(min(masks, key=lambda i: i.name).source) if masks else None
