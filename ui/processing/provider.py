"""Kairos in the Processing toolbox."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .prove_algorithm import ProveIt
from .remove_clouds_algorithm import RemoveClouds

_ICON = Path(__file__).parents[2] / "resources" / "icon.svg"


class KairosProvider(QgsProcessingProvider):
    """The provider `kairos`."""

    def id(self) -> str:
        """Its name in scripts."""
        return "kairos"

    def name(self) -> str:
        """Its name in the toolbox."""
        return "Kairos"

    def icon(self) -> QIcon:
        """Its icon."""
        return QIcon(str(_ICON))

    def loadAlgorithms(self) -> None:  # QGIS's name
        """Add the algorithms."""
        self.addAlgorithm(RemoveClouds())
        self.addAlgorithm(ProveIt())
