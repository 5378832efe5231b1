"""What a STAC item says of its bands: where they are, which ones, and what their numbers mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Optional

import numpy as np

from kairos.engine.rasters.bands import ALL, canonical
from kairos.engine.rasters.grid import Grid
from kairos.engine.stac.told import box_of, coarse_of, grid_of, number_in

Box = tuple[float, float, float, float]
"""West, south, east and north in degrees; west is greater than east across the antimeridian."""

POLARISATIONS = ("VV", "VH", "HH", "HV")

_COMMON = {
    **{"coastal": "B01", "blue": "B02", "green": "B03", "red": "B04"},
    **{"rededge1": "B05", "rededge071": "B05", "rededge2": "B06", "rededge075": "B06"},
    **{"rededge3": "B07", "rededge078": "B07", "nir": "B08", "nir08": "B8A", "nir09": "B09"},
    **{"cirrus": "B10", "swir16": "B11", "swir22": "B12"},
}
_PICTURES = {"visual", "overview", "thumbnail", "preview", "rendered_preview", "tilejson"}
_CALIBRATION = re.compile(r"(?<![a-z])calibration[-_](?:.*[-_])?([vh]{2})$", re.IGNORECASE)
_OFFSET_SINCE = "04.00"
"""Processing baseline since which the numbers of Sentinel-2 are higher by 1000."""


@dataclass(frozen=True)
class Layer:
    """One band of an item."""

    href: str
    band: int = 1
    """1-based, of its file."""
    grid: Optional[Grid] = None
    """Where the item says it; else the file does."""
    dtype: Optional[str] = None
    nodata: Optional[float] = None
    scale: float = 1.0
    """Reflectance = scale * number + offset."""
    offset: float = 0.0
    coarse: float = 0.0
    """Metres of a pixel as far as the item says; of two files of one band the finer counts."""


@dataclass(frozen=True)
class Scene:
    """One item as Kairos needs it."""

    id: str
    sensor: str
    """S2 or S1."""
    product: str
    """L2A, RTC, GRD."""
    date: np.datetime64
    box: Optional[Box]
    bands: Mapping[str, Layer]
    """By the name of Sentinel-2 or by polarisation."""
    mask: Optional[Layer] = None
    """The Sen2Cor classes."""
    cloud: float = 0.0
    """Percent of the whole scene."""
    version: str = ""
    """Of the processing; where two scenes show the same ground the newer one counts."""
    orbit: str = ""
    """ASC, DESC, or empty; with the number of the relative orbit where it is told."""
    doubts: tuple[str, ...] = field(default=(), compare=False)
    """What to warn of."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """Where the calibration of each polarisation is, if the numbers are not calibrated."""

    @property
    def polarisations(self) -> tuple[str, ...]:
        """Those that are used."""
        return tuple(p for p in ("VV", "VH") if p in self.bands)

    @property
    def is_calibrated(self) -> bool:
        """Whether the numbers are power, or can be brought to it."""
        return self.product != "GRD" or set(self.polarisations) <= self.tables.keys()


def scene_of(item: Mapping[str, Any]) -> Optional[Scene]:
    """A scene from an item (a JSON object with absolute addresses); None if it has no bands.

    The offset of baseline 04.00 is taken from `raster:offset`, unless the item says that it is
    no more in the numbers; where nothing is said, from the baseline.
    """
    properties: Mapping[str, Any] = item.get("properties") or {}
    day = _day(properties)
    if day is None:
        return None
    optical, radar, mask = _layers(item, properties)
    if not optical and not radar:
        return None
    sensor = "S2" if optical else "S1"
    return Scene(
        id=str(item.get("id", "")),
        sensor=sensor,
        product=_product(item, sensor),
        date=day,
        box=box_of(item.get("bbox")),
        bands=optical or radar,
        mask=mask,
        cloud=number_in(properties.get("eo:cloud_cover")) or 0.0,
        version=_baseline(properties) + str(properties.get("created") or ""),
        orbit=_orbit(properties),
        doubts=_doubts(item, properties),
        tables=_tables(item),
    )


def _layers(
    item: Mapping[str, Any], properties: Mapping[str, Any]
) -> tuple[dict[str, Layer], dict[str, Layer], Optional[Layer]]:
    optical: dict[str, Layer] = {}
    radar: dict[str, Layer] = {}
    mask: Optional[Layer] = None
    for key, asset in dict(item.get("assets") or {}).items():
        if not isinstance(asset, dict) or not isinstance(asset.get("href"), str):
            continue
        if key.lower() in _PICTURES or _PICTURES & set(asset.get("roles") or ()):
            continue
        if not _is_raster(asset):
            continue
        grid = grid_of(asset, properties)
        if re.fullmatch(r"scl(_\d+m)?", key.lower()) and not key.lower().endswith("60m"):
            layer = Layer(asset["href"], 1, grid, "uint8", 0.0, coarse=coarse_of(asset, grid))
            mask = layer if mask is None else _finer(mask, layer)
            continue
        for number, name, facts in _bands(key, asset):
            polarised = name.upper() in POLARISATIONS
            place = radar if polarised else optical
            name = name.upper() if polarised else name
            layer = Layer(
                asset["href"], number, grid, facts.get("data_type"),
                number_in(facts.get("nodata")), coarse=coarse_of(asset, grid),
            )  # fmt: skip
            if not polarised:
                layer = _reflecting(layer, facts, properties)
            place[name] = _finer(place[name], layer) if name in place else layer
    return {b: optical[b] for b in ALL if b in optical}, radar, mask


def _tables(item: Mapping[str, Any]) -> dict[str, str]:
    """Addresses of calibrations: `schema-calibration-vv` of stactools, and the like."""
    found = {}
    for key, asset in dict(item.get("assets") or {}).items():
        named = _CALIBRATION.search(key)
        if named and isinstance(asset, dict) and isinstance(asset.get("href"), str):
            found[named.group(1).upper()] = asset["href"]
    return found


def _is_raster(asset: Mapping[str, Any]) -> bool:
    kind = str(asset.get("type") or "")
    if not kind:
        return PurePosixPath(asset["href"].split("?")[0]).suffix.lower() in (
            ".tif",
            ".tiff",
            ".jp2",
        )
    return kind.startswith(("image/tiff", "image/vnd.stac.geotiff", "image/jp2"))


def _bands(key: str, asset: Mapping[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Number, name and facts of the bands of a file that are bands of Sentinel-2 or radar."""
    shared = {k: asset[k] for k in ("data_type", "nodata") if k in asset}
    shared.update({k: asset[f"raster:{k}"] for k in ("scale", "offset") if f"raster:{k}" in asset})
    named = asset.get("bands") or asset.get("eo:bands") or [{}]
    facts = asset.get("raster:bands") or [{}] * len(named)
    for i, band in enumerate(named):
        more = facts[i] if i < len(facts) else {}
        own = {k.removeprefix("raster:"): v for k, v in {**more, **band}.items()}
        texts = [band.get("name"), key if len(named) == 1 else None]
        texts += [band.get("common_name"), band.get("eo:common_name")]
        name = next((n for n in (_name(text) for text in texts) if n), None)
        if name is not None:
            yield i + 1, name, {**shared, **own}


def _name(text: object) -> Optional[str]:
    if not isinstance(text, str):
        return None
    plain = re.sub(r"_\d+m$", "", text.strip().lower())
    if plain.upper() in POLARISATIONS:
        return plain.upper()
    return _COMMON.get(plain) or (canonical(plain) if re.fullmatch(r"b\d?[\da]", plain) else None)


def _reflecting(layer: Layer, facts: Mapping[str, Any], properties: Mapping[str, Any]) -> Layer:
    scale, offset = number_in(facts.get("scale")), number_in(facts.get("offset"))
    floating = str(facts.get("data_type") or "").startswith("float")
    if offset is None:
        product = any(k in properties for k in ("s2:processing_baseline", "processing:version"))
        late = scale is None and not floating and product
        offset = -0.1 if late and _baseline(properties) >= _OFFSET_SINCE else 0.0
    if any(properties.get(f"{who}:boa_offset_applied") for who in ("earthsearch", "sentinel")):
        offset = 0.0
    nodata = layer.nodata if layer.nodata is not None or floating else 0.0
    usual = 1.0 if floating else 1e-4
    return replace(layer, scale=scale or usual, offset=offset, nodata=nodata)


def _baseline(properties: Mapping[str, Any]) -> str:
    """Such as 04.00."""
    for key in ("s2:processing_baseline", "processing:version", "sentinel:processing_baseline"):
        match = re.fullmatch(r"(\d{1,2})\.(\d{2})", str(properties.get(key) or ""))
        if match:
            return f"{int(match.group(1)):02d}.{match.group(2)}"
    return ""


def _doubts(item: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[str, ...]:
    if properties.get("earthsearch:boa_offset_applied") is False and (
        _baseline(properties) >= _OFFSET_SINCE and item.get("collection") == "sentinel-2-l2a"
    ):
        return (
            "Some images of Earth Search's sentinel-2-l2a say wrongly that the offset of baseline "
            "04.00 is still in their numbers and come out too dark; sentinel-2-c1-l2a is reliable.",
        )
    return ()


def _product(item: Mapping[str, Any], sensor: str) -> str:
    collection = str(item.get("collection") or item.get("id") or "").upper()
    if sensor == "S2":
        return "L1C" if "L1C" in collection else "L2A"
    return "GRD" if "GRD" in collection and "RTC" not in collection else "RTC"


def _orbit(properties: Mapping[str, Any]) -> str:
    state = {"ascending": "ASC", "descending": "DESC"}.get(
        str(properties.get("sat:orbit_state") or "").lower(), ""
    )
    number = properties.get("sat:relative_orbit")
    return f"{state}{number:03d}" if state and isinstance(number, int) else state


def _day(properties: Mapping[str, Any]) -> Optional[np.datetime64]:
    text = str(properties.get("datetime") or properties.get("start_datetime") or "")[:10]
    try:
        day = np.datetime64(text, "D")
    except ValueError:
        return None
    return None if np.isnat(day) else day


def _finer(one: Layer, other: Layer) -> Layer:
    """The finer of two files of a band; the first where it is a draw, GeoTIFF before JP2."""
    if one.coarse == other.coarse:
        return other if one.href.endswith(".jp2") and not other.href.endswith(".jp2") else one
    return min(one, other, key=lambda layer: layer.coarse or np.inf)
