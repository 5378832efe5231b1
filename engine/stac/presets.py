"""The catalogues that Kairos knows by name. QGIS's own Python imports this: no library is used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Catalogue:
    """A STAC API and which of its collections are wanted."""

    title: str
    url: str
    optical: str
    """Collection of Sentinel-2 L2A."""
    radar: str = ""
    """Collection of Sentinel-1; empty where it cannot be read without an account."""


PRESETS = {
    # sentinel-2-c1-l2a and not sentinel-2-l2a, whose items do not always tell whether the offset
    # of baseline 04.00 is still in the numbers (Element84/earth-search, issues 66 and 71).
    "earth-search": Catalogue(
        "Earth Search", "https://earth-search.aws.element84.com/v1", "sentinel-2-c1-l2a"
    ),
    "planetary-computer": Catalogue(
        "Planetary Computer",
        "https://planetarycomputer.microsoft.com/api/stac/v1",
        "sentinel-2-l2a",
        "sentinel-1-rtc",
    ),
}

OPTICAL = ("sentinel-2-c1-l2a", "sentinel-2-l2a")
RADAR = ("sentinel-1-rtc", "sentinel-1-grd")
"""Usual names of collections, the better ones first, looked for in any other catalogue."""
