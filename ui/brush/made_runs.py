"""Which layers of a project were cleaned from which images: they say so themselves, and the project
keeps it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from qgis.core import QgsMapLayer, QgsProject

from ..stack.source import file_of

_STACK, _MODEL = "kairos/stack", "kairos/model"


def note(layer: QgsMapLayer, place: Path, model: str) -> None:
    """A layer was cleaned from the images in this place, by this method (empty: the best)."""
    layer.setCustomProperty(_STACK, str(place))
    layer.setCustomProperty(_MODEL, model)


def runs_of(place: Path, names: Collection[str]) -> dict[Path, str]:
    """The folders of layers that were cleaned from these images, each with its method.

    Args:
        place: where the images lie.
        names: of cleaned copies of them.
    """
    found: dict[Path, str] = {}
    for layer in QgsProject.instance().mapLayers().values():
        if layer.customProperty(_STACK) == str(place):
            file = file_of(layer)
            if file is not None and file.name in names:
                found[file.parent] = str(layer.customProperty(_MODEL) or "")
    return found
