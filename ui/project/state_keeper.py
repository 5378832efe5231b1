"""Keeps the dock in step with the project: saved with it, back when it is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QFileDialog

from ..canvas import lasting
from ..model import Curve
from ..stack.source import StackSource
from .settings import TOLD, setting
from .state import PinState, State, forget, images_of, read, write

if TYPE_CHECKING:
    from ..dock import KairosDock


class StateKeeper(QObject):
    """Writes into the project when it is saved, and reads when it was opened."""

    def __init__(self, dock: KairosDock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._pending: Optional[State] = None
        """What waits for the stack to open."""
        project = QgsProject.instance()
        project.writeProject.connect(self._save)
        project.readProject.connect(self._read)
        project.writeMapLayer.connect(lasting.write)
        dock.session.opened.connect(self._opened)
        dock.session.failed.connect(self._failed)
        row = dock.panel.curve_row
        for edited in (row.pinRequested, row.unpinRequested, row.pinRemoved, row.pinRenamed):
            edited.connect(self.touch)
        TOLD.changed.connect(dock.start_again)
        self._read()

    def close(self) -> None:
        """Let go of the project."""
        project = QgsProject.instance()
        project.writeProject.disconnect(self._save)
        project.readProject.disconnect(self._read)
        project.writeMapLayer.disconnect(lasting.write)
        TOLD.changed.disconnect(self._dock.start_again)

    def touch(self, *_: Any) -> None:
        """The person made something that only the project keeps: QGIS asks before it is lost.

        The day is kept, too, but a slider that was moved is nothing to ask about.
        """
        QgsProject.instance().setDirty(True)

    def state(self) -> Optional[State]:
        """What there is to remember; what waits counts as if it were there."""
        dock, project = self._dock, QgsProject.instance()
        if self._pending is not None or dock.album is None:
            return self._pending
        source, panel = dock.album.source, dock.panel
        day = panel.date()
        curves = dock.curves
        return State(
            folder=project.writePath(str(source.folder)),
            images=images_of(dock.album, project),
            day=day.isoformat() if day is not None else "",
            index=panel.index(),
            model=dock.session.model or "",
            place=curves.place,
            name=curves.name,
            pins=[pin for pin in map(_pin_of, (c for c, _ in panel.plot.pins())) if pin],
            radar=panel.curve_row.radar.isChecked(),
            seasons=panel.curve_row.seasons.isChecked(),
            shown=dock.isVisible(),
        )

    def _save(self, *_: Any) -> None:
        state = self.state()
        if state is not None:
            write(QgsProject.instance(), state)
        else:
            forget(QgsProject.instance())

    def _read(self, *_: Any) -> None:
        state = read(QgsProject.instance())
        if state is None:
            return
        self._pending = state
        source = state.source(QgsProject.instance())
        if source is not None:
            self._dock.open_source(source)
            if self._dock.album is not None:
                self._dock.album.known.update(state.known(QgsProject.instance()))
            self._dock.looking.trust.take_over()
            self._dock.frame_layer.take_over()
            return
        self._drop_empty()
        text = self.tr(
            "The images of this project are no longer in {}; choose the folder where they are now."
        ).format(QgsProject.instance().readPath(state.folder))
        warning = Qgis.MessageLevel.Warning
        self._dock.push(text, warning, self.tr("Choose the folder..."), self._look_elsewhere)

    def _failed(self, *_: Any) -> None:
        """The stack does not open: nothing will fill the layers that wait for it."""
        if self._pending is not None and self._dock.session.info is None:
            self._drop_empty()

    def _drop_empty(self) -> None:
        """No layer stays that shows nothing."""
        for layer in lasting.all_empty():
            QgsProject.instance().removeMapLayer(layer.id())

    def _look_elsewhere(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._dock, self.tr("Folder of images"))
        if chosen:
            self.move_to(Path(chosen))

    def move_to(self, folder: Path) -> None:
        """Take the images from another folder, and all else as it was."""
        try:
            source = StackSource.of_folder(folder)
        except OSError as error:
            text = self.tr("The folder {} cannot be read ({}).").format(folder, error.strerror)
            self._dock.say(text, Qgis.MessageLevel.Critical)
            return
        self._dock.open_source(source)

    def _opened(self, info: dict[str, Any]) -> None:
        """Bring back the day, the method and the curves."""
        state, self._pending = self._pending, None
        dock, panel, curves = self._dock, self._dock.panel, self._dock.curves
        method = state.model if state is not None else setting("method")
        if method and info["models"].get(method) == "ready":
            dock.side.choose_model(method)
            dock.session.model = method
        if state is None:
            return
        if state.index:
            panel.curve_row.set_index(state.index)
        panel.curve_row.radar.setChecked(state.radar and bool(info["radar_dates"]))
        panel.curve_row.seasons.setChecked(state.seasons)
        day = state.date()
        if day is not None and panel.reaches(day):
            panel.set_date(day)
            dock.following.again()
        for pin in state.pins:
            curves.restore_pin(pin.place, pin.index, pin.label)
        if state.place is not None:
            curves.read(state.place, state.name)


def _pin_of(curve: Curve) -> Optional[PinState]:
    return PinState(curve.place, curve.index, curve.label) if curve.place is not None else None
