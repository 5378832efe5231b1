"""Sentinel images of a made-up ground, as COGs with their STAC items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.warp import transform as warp_points
from rasterio.warp import transform_bounds

BANDS = {"blue": ("B02", 10), "red": ("B04", 10), "nir": ("B08", 10), "swir16": ("B11", 20)}
EAST, NORTH, SIDE = 600000, 5700000, 640
"""Corner and side in metres of the first tile; the next one lies 480 m further east."""
LEVEL = {"B02": 0.05, "B04": 0.08, "B08": 0.30, "B11": 0.20}


def reflectance(east: np.ndarray, north: np.ndarray, band: str, day: int) -> np.ndarray:
    """Of the ground at points in zone 31, so smooth that warping hardly changes it."""
    wave = 0.02 * np.sin((east - EAST) / 400) + 0.02 * np.cos((NORTH - north) / 300)
    return LEVEL[band] + wave + 0.002 * day


def write_scene(
    folder: Path,
    day: str,
    number: int,
    *,
    east: int = EAST,
    zone: int = 32631,
    collection: str = "sentinel-2-c1-l2a",
    baseline: str = "03.01",
    offset: float | None = None,
    cloud: float = 10.0,
    empty_left: int = 0,
    **properties: Any,
) -> dict[str, Any]:
    """Write the files of a scene; its item, with paths for addresses."""
    name = f"S2A_{zone}_{east}_{day}"
    added = 0.0 if offset is None else -offset
    assets: dict[str, Any] = {"visual": _asset(folder / "visual.tif", "image/tiff", ["visual"])}
    for common, (band, pixel) in BANDS.items():
        transform, x, y = _places(east, pixel, zone)
        numbers = np.rint((reflectance(x, y, band, number) + added) * 10000).astype(np.uint16)
        numbers[:, : empty_left // pixel] = 0
        file = folder / f"{name}_{band}.tif"
        _write(file, numbers, transform, zone, 0)
        facts: dict[str, Any] = {"nodata": 0, "data_type": "uint16"}
        if offset is not None:
            facts |= {"scale": 1e-4, "offset": offset}
        assets[common] = {
            **_asset(file, "image/tiff; application=geotiff; profile=cloud-optimized", ["data"]),
            "eo:bands": [{"name": common, "common_name": common.rstrip("12")}],
            "raster:bands": [facts], **_where(transform, numbers.shape),
        }  # fmt: skip
    transform, x, _ = _places(east, 20, zone)
    classes = np.where((np.arange(x.shape[0]) < 8)[:, None], 9, 4) * np.ones(x.shape[1])
    classes[:, : empty_left // 20] = 0
    _write(folder / f"{name}_SCL.tif", classes.astype(np.uint8), transform, zone, 0)
    assets["scl"] = {
        **_asset(folder / f"{name}_SCL.tif", "image/tiff; application=geotiff", ["data"]),
        **_where(transform, classes.shape),
    }
    return _item(name, day, collection, assets, _bounds(east, zone), {
        "eo:cloud_cover": cloud, "proj:epsg": zone, "s2:processing_baseline": baseline,
        **properties,
    })  # fmt: skip


def write_radar(folder: Path, day: str, *, east: int = EAST) -> dict[str, Any]:
    """A Sentinel-1 RTC scene in linear power whose shape stands at the item, as servers do."""
    name = f"S1A_IW_{east}_{day}_rtc"
    transform, x, _ = _places(east, 10, 32631)
    assets = {}
    for band, power in (("vv", 0.1), ("vh", 0.01)):
        values = np.full(x.shape, power, np.float32)
        values[:4] = -32768
        _write(folder / f"{name}_{band}.tif", values, transform, 32631, -32768)
        assets[band] = _asset(folder / f"{name}_{band}.tif", "image/tiff", ["data"])
    return _item(name, day, "sentinel-1-rtc", assets, _bounds(east, 32631), {
        "sat:orbit_state": "ascending", "sat:relative_orbit": 44, "proj:epsg": 32631,
    })  # fmt: skip


def write_grd(folder: Path, day: str) -> dict[str, Any]:
    """A Sentinel-1 GRD scene: amplitudes in the geometry of the orbit, placed by control points."""
    name, side = f"S1A_IW_GRDH_{day}", 160
    col, row = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5)
    east = EAST - 300 + 10 * col + 2 * row
    points = []
    for r in range(0, side + 1, 20):
        for c in range(0, side + 1, 20):
            x, y = EAST - 300 + 10 * c + 2 * r, NORTH + 300 - 10 * r + 2 * c
            (lon,), (lat,) = warp_points("EPSG:32631", "EPSG:4326", [x], [y])
            points.append(GroundControlPoint(r, c, lon, lat, 0))
    assets = {}
    for band in ("vv", "vh"):
        file = folder / f"{name}_{band}.tif"
        with rasterio.open(
            file, "w", driver="GTiff", count=1, height=side, width=side, dtype="uint16",
            gcps=points, crs="EPSG:4326",
        ) as target:  # fmt: skip
            target.write((100 + (east - EAST) / 10).astype(np.uint16), 1)
        assets[band] = _asset(file, "image/tiff", ["data"])
    return _item(name, day, "sentinel-1-grd", assets, _bounds(EAST, 32631), {
        "sat:orbit_state": "descending", "sat:relative_orbit": 37,
    })  # fmt: skip


def _places(east: int, pixel: int, zone: int) -> tuple[Affine, np.ndarray, np.ndarray]:
    """Transform, and where its pixels lie in zone 31."""
    count = SIDE // pixel
    transform = Affine(pixel, 0, east, 0, -pixel, NORTH)
    if zone != 32631:
        left, _, _, top = transform_bounds(
            "EPSG:32631", f"EPSG:{zone}", east, NORTH - SIDE, east + SIDE, NORTH
        )
        count, left, top = count + 20, left // 20 * 20 - 100, top // 20 * 20 + 100
        transform = Affine(pixel, 0, left, 0, -pixel, top)
    col, row = np.meshgrid(np.arange(count) + 0.5, np.arange(count) + 0.5)
    x, y = transform * (col, row)
    if zone != 32631:
        xs, ys = warp_points(f"EPSG:{zone}", "EPSG:32631", x.ravel(), y.ravel())
        x, y = np.reshape(xs, col.shape), np.reshape(ys, col.shape)
    return transform, x, y


def _write(file: Path, values: np.ndarray, transform: Affine, zone: int, nodata: float) -> None:
    with rasterio.open(
        file, "w", driver="COG", count=1, height=values.shape[0], width=values.shape[1],
        dtype=values.dtype, crs=f"EPSG:{zone}", transform=transform, nodata=nodata,
        compress="deflate", blocksize=64,
    ) as target:  # fmt: skip
        target.write(values, 1)


def _asset(file: Path, kind: str, roles: list[str]) -> dict[str, Any]:
    return {"href": str(file), "type": kind, "roles": roles}


def _where(transform: Affine, shape: tuple[int, ...]) -> dict[str, Any]:
    return {"proj:shape": list(shape), "proj:transform": list(transform)[:6]}


def _bounds(east: int, zone: int) -> list[float]:
    box = (east, NORTH - SIDE, east + SIDE, NORTH)
    return list(transform_bounds("EPSG:32631", "EPSG:4326", *box))


def _item(
    name: str, day: str, collection: str, assets: dict[str, Any], box: list[float], properties: Any
) -> dict[str, Any]:
    w, s, e, n = box
    ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "collection": collection,
        "geometry": {"type": "Polygon", "coordinates": [ring]}, "bbox": box, "links": [],
        "stac_extensions": [
            "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
            "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
            "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
        ],
        "properties": {"datetime": f"{day}T10:50:00Z", **properties}, "assets": assets,
    }  # fmt: skip
