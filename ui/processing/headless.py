"""Remove clouds without a window: the request of the dock, waited for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsMapLayer, QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop

from ...engine import protocol
from ..stack.layer_entries import entries_of
from ..stack.source import StackSource
from ..worker.client import WorkerClient


def stack_of(layers: Sequence[QgsMapLayer], scratch: Path) -> Path:
    """A folder that holds the images of some layers.

    Raises:
        QgsProcessingException: there is no layer, or one is no file.
    """
    entries, elsewhere = entries_of(layers)
    if elsewhere:
        names = ", ".join(elsewhere)
        raise QgsProcessingException(_tr("Not a file on this computer: {}.").format(names))
    if not entries:
        raise QgsProcessingException(_tr("Give a folder of images, or several layers."))
    return StackSource.of_entries(entries).prepared(scratch / "stack")


def clean(
    stack: str, output: str, feedback: QgsProcessingFeedback, *, overwrite: bool
) -> list[str]:
    """Clean a stack with a worker of its own; the files that were written, none if cancelled.

    Raises:
        QgsProcessingException: the engine's sentence.
    """
    request = protocol.Clean("run", stack, output, overwrite=overwrite)
    answer = _wait(request, feedback)
    if isinstance(answer, protocol.Failed):
        raise QgsProcessingException(answer.message)
    return list(answer.result["files"]) if isinstance(answer, protocol.Done) else []


def prove(stack: str, output: str, feedback: QgsProcessingFeedback) -> dict[str, Any]:
    """Prove it on a stack with a worker of its own; the `ProveResult`, empty if cancelled.

    Raises:
        QgsProcessingException: the engine's sentence.
    """
    answer = _wait(protocol.Prove("run", stack, output), feedback)
    if isinstance(answer, protocol.Failed):
        raise QgsProcessingException(answer.message)
    return dict(answer.result) if isinstance(answer, protocol.Done) else {}


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("RemoveClouds", text))


def _wait(request: protocol.StackRequest, feedback: QgsProcessingFeedback) -> protocol.Reply:
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
