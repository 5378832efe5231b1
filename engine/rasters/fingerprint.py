"""Telling whether the images at a place are still those that were read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_BESIDE = (".aux.xml", ".ovr", ".qml", ".qmd")
"""Ends of files that QGIS writes beside the images that it shows; no pixel is in them."""

Fingerprint = frozenset[tuple[str, int, int]]
"""Name, size and time of change of every file."""


def fingerprint(folder: Path) -> Fingerprint:
    """What changes when the images in a folder do; empty where there is no folder."""
    found = set()
    if folder.is_file():  # a cube, an archive
        with suppress(OSError):
            found.add((folder.name, folder.stat().st_size, folder.stat().st_mtime_ns))
    with suppress(OSError), os.scandir(folder) as entries:  # opening it will say what is wrong
        for entry in entries:
            if not entry.name.endswith(_BESIDE):
                with suppress(OSError):  # gone meanwhile, or a link to nowhere
                    stat = entry.stat()
                    found.add((entry.name, stat.st_size, stat.st_mtime_ns))
    return frozenset(found)
