"""The image as the satellite saw it, for comparisons: of the acquired day nearest to a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import QgsMapLayer, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine import protocol
from ..clean.results import open_layer
from ..session import Session

_KEPT = 4
"""Files of originals that stay."""


class Original(QObject):
    """One layer, outside of the project, that changes with the day.

    Where the images are files of their own it shows these; what a product, a cube or a catalogue
    holds is written by the engine first, of a large stack the part that the map shows.
    """

    come = pyqtSignal()
    """The layer shows what was wanted last."""
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""

    def __init__(
        self,
        session: Session,
        visible: Callable[[dict[str, Any]], Optional[protocol.Rectangle]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._visible = session, visible
        self.layer: Optional[QgsRasterLayer] = None
        self.day: Optional[dt.date] = None
        self._made: list[Path] = []
        self._wanted: object = None
        self._busy = False

    def want(self, day: dt.date) -> None:
        """Show the image nearest to a day; `come` or `failed` follows, at once if it is a file."""
        info, folder = self._session.info, self._session.folder
        if info is None or folder is None:
            return
        frame = min(
            info["frames"],
            key=lambda f: (abs((dt.date.fromisoformat(f["date"]) - day).days), -f["clear"]),
        )
        seen = dt.date.fromisoformat(frame["date"])
        if self._open(folder / frame["file"], seen):
            return
        window = self._visible(info) if self._session.is_large else None
        if self._session.is_large and window is None:
            return  # nothing of it is on the map
        if self._wanted != (folder, seen, window):
            self._wanted = (folder, seen, window)
            self._ask(folder, seen, window)

    def instead_of(
        self, frame: Optional[QgsMapLayer], layers: list[QgsMapLayer]
    ) -> list[QgsMapLayer]:
        """The layers of a map with this one in the place of the frame; what is above stays."""
        if self.layer is None:
            return layers
        changed = [self.layer if layer is frame else layer for layer in layers]
        return changed if self.layer in changed else [*changed, self.layer]

    def forget(self) -> None:
        """Close the image."""
        self.layer, self.day, self._wanted = None, None, None

    def _ask(self, folder: Path, day: dt.date, window: Optional[protocol.Rectangle]) -> None:
        """Let the engine write the day, unless it is at another one; the latest counts."""
        if self._busy:
            return
        self._busy, wanted = True, self._wanted
        output = self._session.new_file("original")

        def answered(answer: protocol.Reply) -> None:
            self._busy = False
            if wanted != self._wanted:
                output.unlink(missing_ok=True)
                if self._wanted is not None:
                    self._ask(*self._wanted)
            elif not isinstance(answer, protocol.Done):
                self._wanted = None
                if isinstance(answer, protocol.Failed):
                    self.failed.emit(answer.message, answer.details)
            elif self._open(output, day):
                self._made.append(output)
                for old in self._made[:-_KEPT]:
                    old.unlink(missing_ok=True)
                self._made = self._made[-_KEPT:]

        client = self._session.client
        client.ask(
            protocol.Original(client.next_id(), str(folder), day.isoformat(), str(output), window),
            answered,
        )

    def _open(self, file: Path, day: dt.date) -> bool:
        """Show a file; False where it is no image with the bands of the frame."""
        bands, stretch = self._session.bands, self._session.stretch
        if self.layer is None or self.layer.source() != str(file):
            layer = open_layer(file, file.stem, bands, stretch) if file.is_file() else None
            if layer is None or layer.bandCount() < max(bands):
                return False
            self.layer, self.day = layer, day
            self.come.emit()
        return True
