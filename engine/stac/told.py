"""Where on the Earth a STAC item says it lies: https://github.com/stac-extensions/projection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError

from kairos.engine.rasters.grid import Grid


def grid_of(asset: Mapping[str, Any], properties: Mapping[str, Any]) -> Optional[Grid]:
    """Where the pixels of an asset lie, if the item says all of it."""

    def told(key: str) -> Any:  # noqa: ANN401  # whatever the item holds
        return asset.get(f"proj:{key}", properties.get(f"proj:{key}"))

    # Shape and transform of the item as a whole are not those of a band of another resolution.
    code, shape, transform = told("code") or told("epsg"), asset.get("proj:shape"), None
    try:
        transform = Affine(*[float(v) for v in asset["proj:transform"]][:6])
        height, width = (int(v) for v in shape or ())
        crs = CRS.from_user_input(code if isinstance(code, str) else int(code))
    except (KeyError, TypeError, ValueError, CRSError):
        return None
    usable = height > 0 and width > 0 and transform.a > 0 > transform.e
    return Grid(crs, transform, width, height) if usable else None


def coarse_of(asset: Mapping[str, Any], grid: Optional[Grid]) -> float:
    """Metres of a pixel; 0 where nobody says."""
    if grid is not None:
        return float(grid.transform.a)
    facts = (asset.get("raster:bands") or asset.get("bands") or [{}])[0]
    told = asset.get("gsd") or facts.get("spatial_resolution") or facts.get(
        "raster:spatial_resolution"
    )  # fmt: skip
    return number_in(told) or 0.0


def box_of(values: object) -> Optional[tuple[float, float, float, float]]:
    """West, south, east and north of a `bbox`."""
    if not isinstance(values, (list, tuple)) or len(values) not in (4, 6):
        return None
    half = len(values) // 2
    numbers = [number_in(values[i]) for i in (0, 1, half, half + 1)]
    west, south, east, north = numbers
    if west is None or south is None or east is None or north is None:
        return None
    return west, south, east, north


def number_in(value: object) -> Optional[float]:
    """A number, also where it is written as text."""
    if isinstance(value, str):  # nodata may be "nan" or "-inf"
        try:
            return float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
