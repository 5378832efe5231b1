"""The slider's frame: one memory-light layer that changes, not a new layer a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import QgsDataProvider, QgsProject, QgsRasterLayer

from ..clean.results import Stretch, apply_stretch, open_layer, set_day
from .lasting import give_role, is_empty, left_by

_ROLE = "frame"


class FrameLayer:
    """Shows one frame after the other in the same layer."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._layer_id: Optional[str] = None

    @property
    def layer(self) -> Optional[QgsRasterLayer]:
        """The layer, as long as the person has not removed it."""
        found = QgsProject.instance().mapLayer(self._layer_id) if self._layer_id else None
        return found if isinstance(found, QgsRasterLayer) else None

    @property
    def is_empty(self) -> bool:
        """Whether the project was opened with it and it shows no frame yet."""
        return self.layer is not None and is_empty(self.layer)

    def take_over(self) -> None:
        """Go on with the layer that a project was saved with."""
        layer = left_by(_ROLE)
        if layer is not None:
            self._layer_id = layer.id()

    def show(self, file: Path, day: dt.date, bands: Sequence[int], stretch: Stretch) -> None:
        """Show the frame of a day."""
        title = f"{self._name} {day.isoformat()}"
        if self.layer is None:
            self.take_over()
        layer = self.layer
        if layer is None:
            layer = open_layer(file, title, bands, stretch)
            if layer is None:
                return
            project = QgsProject.instance()
            project.addMapLayer(layer, False)
            project.layerTreeRoot().insertLayer(0, layer)
            give_role(layer, _ROLE)
            self._layer_id = layer.id()
        else:
            layer.setDataSource(str(file), title, "gdal", QgsDataProvider.ProviderOptions(), False)
            apply_stretch(layer, bands, stretch)
        set_day(layer, day)
        layer.triggerRepaint()

    def remove(self) -> None:
        """Take the layer away."""
        layer = self.layer
        if layer is not None:
            QgsProject.instance().removeMapLayer(layer.id())
        self._layer_id = None
