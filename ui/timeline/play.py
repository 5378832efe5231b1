"""Playing: the slider moves on by itself, as quickly as the map can follow."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

DAY, ACQUISITION, MONTH = "day", "acquisition", "month"
_EVERY_MS = {DAY: 100, ACQUISITION: 400, MONTH: 600}
"""Ten days a second: a year takes half a minute."""


class Player(QObject):
    """Says when to take the next step; it never takes one before the last one is seen."""

    stepped = pyqtSignal(str)
    """Take a step: `DAY`, `ACQUISITION` or `MONTH`."""
    toggled = pyqtSignal(bool)
    """It plays, or not any more."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.step = DAY
        self.seen: Callable[[], bool] = lambda: True
        """Whether the map shows the day of the slider."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return bool(self._timer.isActive())

    def play(self) -> None:
        """Begin, or go on."""
        self._timer.start(_EVERY_MS[self.step])
        self.toggled.emit(True)

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._timer.stop()
            self.toggled.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def set_step(self, step: str) -> None:
        """Go by `DAY`, `ACQUISITION` or `MONTH`."""
        self.step = step
        if self.playing:
            self._timer.start(_EVERY_MS[step])

    def _tick(self) -> None:
        if self.seen():
            self.stepped.emit(self.step)
