"""The image as the satellite saw it, for comparisons: of the acquired day nearest to a day."""

from __future__ import annotations

import datetime as dt
from typing import Optional

from qgis.core import QgsMapLayer, QgsRasterLayer

from .results import open_layer
from .session import Session


class Original:
    """One layer, outside of the project, that changes with the day."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.layer: Optional[QgsRasterLayer] = None
        self.day: Optional[dt.date] = None
        self._file = ""

    def take(self, day: dt.date) -> bool:
        """Open the image nearest to a day; False where it cannot be shown as it is."""
        info, folder = self._session.info, self._session.folder
        if info is None or folder is None:
            return False
        frame = min(
            info["frames"],
            key=lambda f: (abs((dt.date.fromisoformat(f["date"]) - day).days), -f["clear"]),
        )
        file = folder / frame["file"]
        if self.layer is None or str(file) != self._file:
            bands, stretch = self._session.bands, self._session.stretch
            layer = open_layer(file, file.stem, bands, stretch) if file.is_file() else None
            if layer is None or layer.bandCount() < max(bands):
                self.layer = None
                return False
            self.layer, self._file = layer, str(file)
        self.day = dt.date.fromisoformat(frame["date"])
        return True

    def instead_of(
        self, frame: Optional[QgsMapLayer], layers: list[QgsMapLayer]
    ) -> list[QgsMapLayer]:
        """The layers of a map with this one in the place of the frame; what is above stays."""
        if self.layer is None:
            return []
        changed = [self.layer if layer is frame else layer for layer in layers]
        return changed if self.layer in changed else [*changed, self.layer]

    def forget(self) -> None:
        """Close the image."""
        self.layer, self.day, self._file = None, None, ""
