"""Sentinel-2 bands: their names, and which band of a file is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

ALL = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
"""The thirteen bands of Sentinel-2 in the order of the products."""

TEN = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
"""The ten bands of 10 and 20 m."""

_BY_COUNT = {
    4: ("B02", "B03", "B04", "B08"),
    10: TEN,
    12: tuple(b for b in ALL if b != "B10"),
    13: ALL,
}
_WORDS = {"blue": "B02", "green": "B03", "red": "B04", "nir": "B08", "swir1": "B11", "swir2": "B12"}


def canonical(description: Optional[str]) -> Optional[str]:
    """The Sentinel-2 name in a band description (`b4`, `B04 (red)`, `red`), or None."""
    if not description:
        return None
    text = description.strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    match = re.search(r"(?<![a-z0-9])b(8a|\d{1,2})(?![a-z0-9])", text)
    if match is None:
        return None
    name = "B8A" if match.group(1) == "8a" else f"B{int(match.group(1)):02d}"
    return name if name in ALL else None


def name_bands(descriptions: Sequence[Optional[str]]) -> tuple[tuple[str, ...], str]:
    """Names for the bands of one file, and the rule that gave them.

    By description where every band has its own; else by the usual order for that many bands;
    else `band1`, `band2`, ...

    Returns:
        One name per band, and `description`, `order` or `position`.
    """
    count = len(descriptions)
    names = [canonical(text) or (text or "").strip() for text in descriptions]
    if all(names) and len(set(names)) == count:
        return tuple(names), "description"
    if count in _BY_COUNT:
        return _BY_COUNT[count], "order"
    return tuple(f"band{i + 1}" for i in range(count)), "position"
