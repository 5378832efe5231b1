"""Where a run keeps what is not done yet, and whether one was broken off there.

Standard library only: QGIS's side asks, too.
"""

from __future__ import annotations

import json
from pathlib import Path

PARTIAL = ".kairos-partial"
"""Folder inside the output that holds what is not yet whole."""

VERSION = 1
"""Of the manifest and the tiles."""


def run_folder(output: Path) -> Path:
    """The hidden folder of the run that writes into `output`."""
    return output / PARTIAL / "run"


def manifest_file(output: Path) -> Path:
    """What says there what the run was made of and how it was cut."""
    return run_folder(output) / "run.json"


def broken_off(output: Path) -> bool:
    """Whether a run into this folder ended before its time with something to go on with."""
    try:
        found = json.loads(manifest_file(output).read_text(encoding="utf-8"))
        if not isinstance(found, dict) or found.get("version") != VERSION:
            return False
        return any(run_folder(output).glob("tile-*.npz"))
    except (OSError, ValueError):
        return False
