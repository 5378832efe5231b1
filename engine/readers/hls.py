"""Harmonized Landsat Sentinel-2, version 2.0.

Names: `HLS.L30.T31UDS.2019039T104109.v2.0.B04.tif` and `...Fmask.tif`. Source: HLS User Guide 2.0.
Both sensors have their nadir-adjusted near infrared in B8A (L30 calls it B05).
"""

from __future__ import annotations

import re

from kairos.engine.rasters.bands import TEN
from kairos.engine.readers.assemble import Found, Scene
from kairos.engine.readers.place import Place
from kairos.engine.readers.product import ProductReader, dated, grouped, named
from kairos.engine.readers.quality import FMASK
from kairos.engine.readers.virtual import Layer, Meaning

_L30 = {"B02": "B02", "B03": "B03", "B04": "B04", "B05": "B8A", "B06": "B11", "B07": "B12"}
_BANDS = {"L30": _L30, "S30": {band: band for band in TEN}}


class HlsReader(ProductReader):
    """Reads granules of L30 and S30, also together."""

    name = "HLS"
    rule = re.compile(
        r"^HLS\.(?P<sensor>[LS]30)\.T(?P<place>\d\d[A-Z]{3})\.(?P<date>\d{7})T\d{6}\.v\d\.\d\."
        r"(?P<band>B\d\d|B8A|Fmask)\.tiff?$",
        re.IGNORECASE,
    )

    def find(self, place: Place) -> Found:
        """The granules there."""
        said: list[str] = []
        scenes = []
        files = dated(named(place.items, self.rule), said)
        for group in grouped(files, "sensor", "place", "date").values():
            first, day = group[0], group[0].day
            source = {f.says["band"]: Layer(f.item.source) for f in group}
            bands = _BANDS[first.says["sensor"]]
            layers = {own: [source[band]] for band, own in bands.items() if band in source}
            name = first.item.name.rsplit(".", 2)[0]
            if not layers:
                said.append(f"{name} has its quality alone, no band; left out.")
            elif day is not None:
                scenes.append(
                    Scene(
                        path=first.item.path,
                        date=day[0],
                        date_rule=day[1],
                        layers=layers,
                        meaning=Meaning(nodata=-9999.0),
                        mask=(source["FMASK"], FMASK) if "FMASK" in source else None,
                        sensor=first.says["sensor"],
                        place=first.says["place"],
                        name=name,
                    )
                )
        return Found(scenes, said)
