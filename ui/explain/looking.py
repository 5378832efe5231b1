"""What explains the frame on the map: the menus Compare and Trust."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction, QMenu, QToolButton

from ..canvas.animation import WEEK, Animation, days_of
from ..timeline.play import ACQUISITION, MONTH
from .compare import Compare
from .trust import Trust

if TYPE_CHECKING:
    from ..dock import KairosDock


class Looking(QObject):
    """Ties the two menus to the dock."""

    def __init__(self, dock: KairosDock) -> None:
        super().__init__(dock)
        self.compare = Compare(
            dock.iface, dock.session, dock.panel, dock.following, dock.canvas, self
        )
        self.compare.said.connect(dock.say)
        self.trust = Trust(dock.session, dock.panel, dock.following, self)
        tip = self.tr("The original beside what Kairos made of it")
        self._menu(dock, self.tr("Compare"), tip, self.compare.fill)
        self.animation = Animation(dock.session, dock.side, dock.iface.mapCanvas(), self)
        self.animation.said.connect(dock.say)
        self.animation.failed.connect(dock.fail)
        self._animate(dock)
        tip = self.tr("Where the pixels on the map come from, and how sure they are")
        self._menu(dock, self.tr("Trust"), tip, self.trust.fill)

    def forget(self) -> None:
        """The stack is another one."""
        self.compare.forget()
        self.trust.forget()
        self.animation.cancel()

    def close(self) -> None:
        """Take everything away: for unloading."""
        self.forget()
        self.trust.close()

    def _animate(self, dock: KairosDock) -> None:
        """Offer frames for an animation below the steps of Play."""
        menu = dock.panel.date_row.play_menu.addMenu(self.tr("Frames for an animation"))
        for step, text in (
            (WEEK, self.tr("A frame a week")),
            (MONTH, self.tr("A frame a month")),
            (ACQUISITION, self.tr("A frame for each acquisition")),
        ):
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, step=step: self._make(dock, step))

    def _make(self, dock: KairosDock, step: str) -> None:
        info, acquired = dock.session.info, dock.panel.slider.bars.days
        if info is None or dock.task is not None or not acquired:
            return
        days = [dt.date.fromordinal(day) for day in acquired]
        window = dock.canvas.visible(info)
        self.animation.start(step, days_of(step, days[0], days[-1], days), window)

    def _menu(self, dock: KairosDock, text: str, tip: str, fill: Callable[[QMenu], None]) -> None:
        menu = QMenu(dock)
        fill(menu)
        action = QAction(text, self)
        action.setToolTip(tip)
        action.setMenu(menu)
        button = dock.side.tools.add(action)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
