"""Temporary folders.

They lie in the folder that QGIS keeps for temporary outputs: layers in it carry QGIS's mark for
temporary layers, QGIS warns before they are lost, and deletes the folder when it closes.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingUtils


def scratch_folder(name: str) -> Path:
    """A new empty folder, gone when QGIS is."""
    folder = Path(QgsProcessingUtils.generateTempFilename(name))
    folder.mkdir(parents=True)
    return folder
