"""Sentinel-1 as ESA delivers it: Ground Range Detected, in the geometry of the radar.

Names: `<..>_GRDH_<..>.SAFE/measurement/s1a-iw-grd-vv-20200503t054012-..-032455-03c21f-001.tiff`,
beside it `annotation/<same>.xml` and `annotation/calibration/calibration-<same>.xml`. Source:
Sentinel-1 Product Specification, issue 3.9. Thermal noise and slopes stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from kairos.engine.errors import ReadError
from kairos.engine.radar import NO_TERRAIN, POWER
from kairos.engine.rasters.calibration import table_of
from kairos.engine.rasters.dates import date_in_name
from kairos.engine.rasters.read import Raster, inspect
from kairos.engine.rasters.swath import Swath, Table, placed
from kairos.engine.readers.orbits import relative_orbit
from kairos.engine.readers.place import Item, known_by
from kairos.engine.stack import RadarImage

_MEASURED = re.compile(
    r"^s1(?P<unit>[a-d])-(?:iw|ew|s\d)-grd-(?P<polarisation>[vh]{2})-\d{8}t\d{6}-\d{8}t\d{6}-"
    r"(?P<orbit>\d{6})-[0-9a-f]{6}-\d{3}(?:-cog)?\.tiff?$",
    re.IGNORECASE,
)
_PASS = re.compile(r"<(?:\w+:)?pass>\s*(ascending|descending)\s*<", re.IGNORECASE)

_Files = Mapping[PurePosixPath, Item]


def grd_in(items: Iterable[Item]) -> tuple[list[RadarImage], list[Item], list[str]]:
    """The passes of GRD products among some files, all other files, and what is to be said.

    A product without its calibration is left out and named: its numbers alone mean nothing.
    """
    files = {item.inside: item for item in items}
    measured = {path: _MEASURED.match(item.name) for path, item in files.items()}
    products: dict[PurePosixPath, dict[str, Item]] = {}
    for path, match in measured.items():
        if match is not None:
            by_polarisation = products.setdefault(path.parent.parent, {})
            by_polarisation[match["polarisation"].upper()] = files[path]
    images, said = [], []
    for folder, sides in products.items():
        try:
            images.append(_image(folder, sides, files))
        except ReadError as error:
            said.append(f"Radar left out: {error.message}")
    return images, [item for path, item in files.items() if measured[path] is None], said


def _image(folder: PurePosixPath, sides: Mapping[str, Item], files: _Files) -> RadarImage:
    """One pass. Raises ReadError where something of it is missing or damaged."""
    used = [sides[name] for name in ("VV", "VH") if name in sides]
    if not used:
        raise ReadError(f"{folder.name} has neither VV nor VH.")
    day = date_in_name(used[0].name)
    if day is None:
        raise ReadError(f"{used[0].name} has no date in its name.")
    rasters = tuple(_raster(item) for item in used)
    tables = tuple(_table(item, folder, files) for item in used)
    swath = Swath(rasters, tables, *placed(rasters[0]))
    bands = (1, len(used))  # a single polarisation serves as both
    orbit = _orbit(used[0], folder, files)
    return RadarImage(day[0], rasters[0], bands, POWER, orbit, swath, NO_TERRAIN)


def _raster(item: Item) -> Raster:
    """The image of a polarisation, known by the archive or the SAFE folder that it lies in."""
    header = inspect(known_by(item), item.source)
    folder = item.path if item.member else item.path.parent.parent
    return replace(header, path=folder if folder.suffix else item.path)


def _table(item: Item, folder: PurePosixPath, files: _Files) -> Table:
    """The calibration of a polarisation to sigma nought."""
    name = f"calibration-{item.inside.stem}.xml"
    file = files.get(folder / "annotation" / "calibration" / name)
    if file is None:
        raise ReadError(f"{item.name} has no annotation/calibration/{name}; load it anew.")
    return table_of(file.read().decode("utf-8", "replace"), name)


def _orbit(item: Item, folder: PurePosixPath, files: _Files) -> str:
    """The side and the number of the orbit; it is not that of terrain-corrected images."""
    match = _MEASURED.match(item.name)
    number = relative_orbit(match["unit"], int(match["orbit"])) if match else ""
    said: Sequence[str] = []
    for path in (folder / "annotation" / f"{item.inside.stem}.xml", folder / "manifest.safe"):
        if not said and path in files:
            said = _PASS.findall(files[path].read().decode("utf-8", "replace"))
    return " ".join([*(side.lower() for side in said[:1]), number, "in radar geometry"]).strip()
