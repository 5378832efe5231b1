"""Remove clouds as a Processing algorithm: the same request as the dock sends."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
)

from .engine_algorithm import EngineAlgorithm


class RemoveClouds(EngineAlgorithm):
    """Fills the clouds of every image of a stack."""

    STACK, INPUTS, OVERWRITE, OUTPUT, FILES = "STACK", "INPUTS", "OVERWRITE", "OUTPUT", "FILES"

    def name(self) -> str:
        """Its name in scripts."""
        return "removeclouds"

    def displayName(self) -> str:  # QGIS's names from here on
        """Its name in the toolbox."""
        return self.tr("Remove clouds")

    def shortHelpString(self) -> str:
        """What it does."""
        return self.tr(
            "Fills the clouds of a time series of satellite images. Clear pixels stay as they "
            "are, to the bit. Give a folder with one GeoTIFF for each date, or several layers."
        )

    def initAlgorithm(self, config: Optional[dict[str, Any]] = None) -> None:
        """Its parameters."""
        self.addParameter(QgsProcessingParameterFile(
            self.STACK, self.tr("Folder of images"),
            QgsProcessingParameterFile.Behavior.Folder, optional=True))  # fmt: skip
        self.addParameter(QgsProcessingParameterMultipleLayers(
            self.INPUTS, self.tr("Images, instead of a folder"),
            QgsProcessing.SourceType.TypeRaster, optional=True))  # fmt: skip
        self.addParameter(QgsProcessingParameterBoolean(
            self.OVERWRITE, self.tr("Replace files in the output folder"), False))  # fmt: skip
        self.addParameter(QgsProcessingParameterFolderDestination(
            self.OUTPUT, self.tr("Cleaned images")))  # fmt: skip
        self.addOutput(QgsProcessingOutputMultipleLayers(self.FILES, self.tr("Cleaned images")))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Run the worker and wait for it."""
        from .headless import clean, stack_of  # QGIS starts without the worker's client

        with tempfile.TemporaryDirectory(prefix="kairos-") as scratch:
            folder = self.parameterAsString(parameters, self.STACK, context)
            if not folder:
                layers = self.parameterAsLayerList(parameters, self.INPUTS, context) or []
                folder = str(stack_of(layers, Path(scratch)))
            output = self.parameterAsString(parameters, self.OUTPUT, context)
            overwrite = self.parameterAsBool(parameters, self.OVERWRITE, context)
            files = clean(folder, output, feedback, overwrite=overwrite)
        return {self.OUTPUT: output, self.FILES: files}
