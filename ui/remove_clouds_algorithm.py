"""Remove clouds as a Processing algorithm: the same request as the dock sends."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
)
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop

from ..engine import protocol
from .stack_source import StackSource, file_of, is_image
from .worker_client import WorkerClient


class RemoveClouds(QgsProcessingAlgorithm):
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

    def createInstance(self) -> RemoveClouds:
        """A fresh one for a run."""
        return RemoveClouds()

    def flags(self) -> QgsProcessingAlgorithm.Flags:
        """It drives a process, so it stays on the main thread."""
        return super().flags() | QgsProcessingAlgorithm.FlagNoThreading

    def tr(self, text: str) -> str:
        """Translated."""
        return QCoreApplication.translate("RemoveClouds", text)

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
        with tempfile.TemporaryDirectory(prefix="kairos-") as scratch:
            folder = self._stack(parameters, context, Path(scratch))
            output = self.parameterAsString(parameters, self.OUTPUT, context)
            overwrite = self.parameterAsBool(parameters, self.OVERWRITE, context)
            request = protocol.Clean("run", str(folder), output, overwrite=overwrite)
            answer = _wait(request, feedback)
        if isinstance(answer, protocol.Done):
            return {self.OUTPUT: output, self.FILES: list(answer.result["files"])}
        if isinstance(answer, protocol.Failed):
            raise QgsProcessingException(answer.message)
        return {}

    def _stack(
        self, parameters: dict[str, Any], context: QgsProcessingContext, scratch: Path
    ) -> Path:
        folder = self.parameterAsString(parameters, self.STACK, context)
        if folder:
            return Path(folder)
        layers = self.parameterAsLayerList(parameters, self.INPUTS, context) or []
        files = {layer.name(): file_of(layer) for layer in layers}
        elsewhere = ", ".join(name for name, file in files.items() if file is None)
        if elsewhere:
            text = self.tr("Not a file on this computer: {}.").format(elsewhere)
            raise QgsProcessingException(text)
        images = [file for file in files.values() if file is not None and is_image(file)]
        if not images:
            raise QgsProcessingException(self.tr("Give a folder of images, or several layers."))
        return StackSource.of_files(images).prepared(scratch / "stack")


def _wait(request: protocol.Clean, feedback: QgsProcessingFeedback) -> protocol.Reply:
    """Ask a worker of its own; cancel when the person does."""
    client, loop = WorkerClient(), QEventLoop()
    answers: list[protocol.Reply] = []

    def ended(answer: protocol.Reply) -> None:
        answers.append(answer)
        loop.quit()

    def told(message: protocol.Reply) -> None:
        if isinstance(message, protocol.Progress):
            feedback.setProgress(100 * message.done)
        elif isinstance(message, protocol.Warning):
            feedback.pushInfo(message.message)

    feedback.canceled.connect(lambda: client.cancel(request.id))
    client.ask(request, ended, told)
    if not answers:
        loop.exec()
    client.stop()
    return answers[0]
