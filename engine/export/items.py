"""The images of a cleaning as STAC: an item beside each, and a collection of them.

Items say where an image lies, what its numbers mean and what made it, by the extensions
projection, raster, eo and processing of https://stac-extensions.github.io.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from rasterio.transform import array_bounds
from rasterio.warp import transform_bounds, transform_geom

from kairos.engine.clean.draft import SIGMA, SOURCE, beside
from kairos.engine.errors import OutputError
from kairos.engine.export.provenance import Provenance
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.read import Raster, inspect
from kairos.engine.rasters.write import write_text

if TYPE_CHECKING:
    from pystac import Asset, Item

COLLECTION = "collection.json"

_COMMON = {
    **{"B01": "coastal", "B02": "blue", "B03": "green", "B04": "red", "B05": "rededge071"},
    **{"B06": "rededge075", "B07": "rededge078", "B08": "nir", "B8A": "nir08", "B09": "nir09"},
    **{"B10": "cirrus", "B11": "swir16", "B12": "swir22"},
}
_BESIDE = {
    SOURCE: ("source", "0 never seen, 1 observed, 2 from the scene, 3 from time, 4 from radar or "
             "a model"),
    SIGMA: ("doubt", "Standard deviation of the filled pixels, reflectance"),
}  # fmt: skip
_EXTENSIONS = [
    f"https://stac-extensions.github.io/{name}/schema.json"
    for name in ("projection/v2.0.0", "raster/v2.0.0", "eo/v2.0.0", "processing/v1.2.0")
]


@dataclass(frozen=True)
class Made:
    """One image of a cleaning."""

    file: Path
    date: np.datetime64
    names: Mapping[int, str]
    """Of the 1-based bands that were filled."""
    scale: float
    """Reflectance = scale * number + offset."""
    offset: float


def ensure_library() -> None:
    """Raises OutputError where the library for STAC is not installed."""
    if find_spec("pystac") is None:
        raise OutputError(
            "Writing STAC items needs pystac, which is not installed; "
            "install it with: pip install 'kairos-eo[stac]'."
        )


def write_items(folder: Path, images: Sequence[Made], provenance: Provenance) -> list[Path]:
    """Write `<stem>.json` beside each image and `collection.json` for all of them.

    Raises:
        OutputError: they cannot be written.
        ReadError: an image cannot be read.
    """
    import pystac

    items = [_item(image, provenance) for image in images]
    times = [item.datetime for item in items]
    boxes = [item.bbox for item in items if item.bbox]
    whole = [list(_union(boxes))] if boxes else [[-180.0, -90.0, 180.0, 90.0]]
    extent = pystac.Extent(
        pystac.SpatialExtent(whole), pystac.TemporalExtent([[times[0], times[-1]]])
    )
    collection = pystac.Collection(
        folder.resolve().name, provenance.sentence, extent, title="Cloud-free satellite images"
    )
    written = []
    for image, item in zip(images, items):
        collection.add_link(
            pystac.Link("item", f"./{image.file.stem}.json", "application/geo+json")
        )
        for kind in ("root", "parent", "collection"):
            item.add_link(pystac.Link(kind, f"./{COLLECTION}", "application/json"))
        item.collection_id = collection.id
        written.append(_write(image.file.with_suffix(".json"), _plain(item)))
    _write(folder / COLLECTION, _plain(collection))
    return written


def _item(image: Made, provenance: Provenance) -> Item:
    import pystac

    raster = inspect(image.file)
    box, shape = _footprint(raster)
    day = datetime.combine(image.date.astype(object), datetime.min.time(), timezone.utc)
    properties: dict[str, Any] = {
        "created": provenance.stamp,
        "processing:datetime": provenance.stamp,
        "processing:lineage": provenance.sentence,
        "processing:software": {"Kairos": provenance.version},
        "kairos:method": provenance.method,
    }
    if provenance.weights:
        properties["kairos:weights_sha256"] = provenance.weights
    code = _code(raster)
    properties["proj:code"] = code
    if code is None and raster.grid.crs is not None:
        properties["proj:wkt2"] = raster.grid.crs.to_wkt()
    item = pystac.Item(
        image.file.stem, shape, box, day, properties, stac_extensions=list(_EXTENSIONS)
    )
    item.add_asset("image", _asset(raster, _bands(raster, image)))
    for end, (key, words) in _BESIDE.items():
        if beside(image.file, end).exists():
            there = inspect(beside(image.file, end))
            item.add_asset(key, _asset(there, [_facts(there)], words))
    return item


def _asset(raster: Raster, bands: list[dict[str, Any]], words: str = "") -> Asset:
    import pystac

    place = {
        "proj:shape": [raster.grid.height, raster.grid.width],
        "proj:transform": [float(v) for v in raster.grid.transform[:6]],
        "bands": bands,
    }
    return pystac.Asset(
        f"./{raster.path.name}", description=words or None, media_type=pystac.MediaType.COG,
        roles=["metadata" if words else "data"], extra_fields=place,
    )  # fmt: skip


def _bands(raster: Raster, image: Made) -> list[dict[str, Any]]:
    bands = []
    for number, text in enumerate(raster.descriptions, start=1):
        name = image.names.get(number) or text or f"band{number}"
        facts = {"name": name, **_facts(raster)}
        if number in image.names:
            facts |= {"raster:scale": image.scale, "raster:offset": image.offset}
        if name in _COMMON:
            facts["eo:common_name"] = _COMMON[name]
        bands.append(facts)
    return bands


def _facts(raster: Raster) -> dict[str, Any]:
    if raster.nodata is None:
        return {"data_type": raster.dtype}
    number = raster.nodata
    return {"data_type": raster.dtype, "nodata": "nan" if np.isnan(number) else number}


def _footprint(raster: Raster) -> tuple[Optional[list[float]], Optional[dict[str, Any]]]:
    """Box and outline in degrees; None where the image does not say where it lies."""
    grid = raster.grid
    if grid.crs is None:
        return None, None
    left, bottom, right, top = array_bounds(grid.height, grid.width, grid.transform)
    ring = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    try:
        box = transform_bounds(grid.crs, "EPSG:4326", left, bottom, right, top)
        outline = {"type": "Polygon", "coordinates": [ring]}
        shape = transform_geom(grid.crs, "EPSG:4326", outline, antimeridian_cutting=True)
    except GDAL_ERRORS:
        return None, None
    return [float(v) for v in box], json.loads(json.dumps(shape))


def _code(raster: Raster) -> Optional[str]:
    authority = raster.grid.crs.to_authority() if raster.grid.crs is not None else None
    return ":".join(authority) if authority else None


def _union(boxes: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    each = np.array(boxes)
    (west, south), (east, north) = each[:, :2].min(axis=0), each[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _plain(thing: Any) -> dict[str, Any]:  # noqa: ANN401  # an item or a collection
    facts: dict[str, Any] = thing.to_dict(include_self_link=False, transform_hrefs=False)
    return facts


def _write(target: Path, facts: Mapping[str, Any]) -> Path:
    write_text(target, json.dumps(facts, indent=1))
    return target
