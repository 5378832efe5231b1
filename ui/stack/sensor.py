"""Which satellite took an image, by the name of its file."""

from __future__ import annotations

import re

_SIGNS = (
    (re.compile(r"(?<![A-Z0-9])S2([ABCD])(?![A-Z0-9])"), "Sentinel-2{}"),
    (re.compile(r"HLS\.S30"), "Sentinel-2 (HLS)"),
    (re.compile(r"HLS\.L30"), "Landsat 8/9 (HLS)"),
    (re.compile(r"(?<![A-Z0-9])L[COTE]0([4-9])(?![A-Z0-9])"), "Landsat {}"),
    (re.compile(r"SENTINEL2([ABCD])"), "Sentinel-2{}"),
    (re.compile(r"(?<![A-Z0-9])(?:S2|SENTINEL-?2|T\d{2}[A-Z]{3}_\d{8})"), "Sentinel-2"),
)


def sensor_of(name: str) -> str:
    """Such as Sentinel-2A; empty where the name does not say."""
    for sign, words in _SIGNS:
        found = sign.search(name.upper())
        if found:
            return words.format(*found.groups())
    return ""
