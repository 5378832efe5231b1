"""Prove it as a Processing algorithm: the same request as the dock sends."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
    QgsProcessingOutputRasterLayer,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
)

from .engine_algorithm import EngineAlgorithm


class ProveIt(EngineAlgorithm):
    """Hides clear ground of a stack, rebuilds it and tells how far off that is."""

    STACK, OUTPUT, ERROR, REPORT = "STACK", "OUTPUT", "ERROR", "REPORT"
    MAE, LINEAR, RATIO = "MAE", "LINEAR", "RATIO"

    def name(self) -> str:
        """Its name in scripts."""
        return "proveit"

    def displayName(self) -> str:  # QGIS's names from here on
        """Its name in the toolbox."""
        return self.tr("Prove it")

    def shortHelpString(self) -> str:
        """What it does."""
        return self.tr(
            "Hides clear ground of your own images, rebuilds it and compares: a map of the error, "
            "a report, and how far off Kairos is beside plain interpolation."
        )

    def initAlgorithm(self, config: Optional[dict[str, Any]] = None) -> None:
        """Its parameters."""
        self.addParameter(QgsProcessingParameterFile(
            self.STACK, self.tr("Folder of images"),
            QgsProcessingParameterFile.Behavior.Folder))  # fmt: skip
        self.addParameter(QgsProcessingParameterFolderDestination(
            self.OUTPUT, self.tr("Error map and report")))  # fmt: skip
        self.addOutput(QgsProcessingOutputRasterLayer(self.ERROR, self.tr("Error map")))
        self.addOutput(QgsProcessingOutputHtml(self.REPORT, self.tr("Report")))
        for name, text in (
            (self.MAE, self.tr("Kairos is off by, reflectance")),
            (self.LINEAR, self.tr("Plain interpolation is off by, reflectance")),
            (self.RATIO, self.tr("Ratio of the two")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        """Run the worker and wait for it."""
        from ..explain.prove_words import details_of, sentence_of
        from .headless import prove  # QGIS starts without the worker's client

        folder = self.parameterAsString(parameters, self.STACK, context)
        output = self.parameterAsString(parameters, self.OUTPUT, context)
        Path(output).mkdir(parents=True, exist_ok=True)
        result = prove(folder, output, feedback)
        if not result:
            return {}
        feedback.pushInfo(f"{sentence_of(result)} {details_of(result)}")
        return {
            self.OUTPUT: output, self.ERROR: result["error"], self.REPORT: result["page"],
            self.MAE: result["mae"], self.LINEAR: result["linear"], self.RATIO: result["ratio"],
        }  # fmt: skip
