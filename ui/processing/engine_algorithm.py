"""What the Processing algorithms of the plugin share: each asks the engine and waits for it."""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm
from qgis.PyQt.QtCore import QCoreApplication


class EngineAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that the worker carries out."""

    def createInstance(self) -> EngineAlgorithm:
        """A fresh one for a run."""
        return type(self)()

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        """It drives a process, so it stays on the main thread."""
        return super().flags() | QgsProcessingAlgorithm.FlagNoThreading

    def tr(self, text: str) -> str:
        """Translated."""
        return QCoreApplication.translate(type(self).__name__, text)
