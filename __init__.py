"""Kairos: a cloud-free satellite image of any day, from the images you already own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin import KairosPlugin


def classFactory(iface: QgisInterface) -> KairosPlugin:  # QGIS's name
    """The plugin, for QGIS; the engine is imported without it."""
    from .plugin import KairosPlugin

    return KairosPlugin(iface)
