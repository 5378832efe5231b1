"""Which Python runs the engine, and in which environment.

The engine lives in a process of its own with its own Python: the one in the settings, one that
Kairos made, or the project's `.venv` in development. It runs the engine of this very plugin
folder, whatever else is installed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from qgis.PyQt.QtCore import QProcessEnvironment, QStandardPaths

from ..project.settings import OF_ENGINE, setting

ROOT = Path(__file__).resolve().parents[2]
"""The plugin's folder."""

_FOREIGN = ("PYTHON", "GDAL", "PROJ", "QT_", "QGIS", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
"""What QGIS sets for itself breaks another Python's rasterio."""


def engine_python() -> Optional[Path]:
    """The Python that runs the engine, or None where there is none yet."""
    chosen = setting("python")
    for candidate in (chosen, *_made(), ROOT / ".venv"):
        if candidate:
            found = _executable(Path(candidate))
            if found is not None:
                return found
    return None


def engine_environment() -> QProcessEnvironment:
    """The environment of the engine's process."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in list(environment.keys()):
        if name.startswith(_FOREIGN):
            environment.remove(name)
    if ROOT.name == "kairos":  # elsewhere the package is installed under that name
        environment.insert("PYTHONPATH", str(ROOT.parent))
    environment.insert("PYTHONUNBUFFERED", "1")
    for name in OF_ENGINE:
        value = setting(name)
        if value:
            environment.insert(f"KAIROS_{name.upper()}", value)
    return environment


def _made() -> list[Path]:
    """Environments that Kairos made in the user's data folder, newest first."""
    where = QStandardPaths.StandardLocation.GenericDataLocation
    folder = Path(QStandardPaths.writableLocation(where)) / "kairos" / "python"
    if not folder.is_dir():
        return []
    whole = [d for d in folder.iterdir() if (d / "ready").exists()]
    return sorted(whole, key=lambda d: d.stat().st_mtime, reverse=True)


def _executable(place: Path) -> Optional[Path]:
    if place.is_file() and os.access(place, os.X_OK):
        return place
    for inner in ("bin/python", "Scripts/python.exe"):
        if (place / inner).is_file():
            return place / inner
    return None
