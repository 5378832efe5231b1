"""What explains the frame on the map: the menus Compare and Trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction, QMenu, QToolButton

from .compare import Compare
from .trust import Trust

if TYPE_CHECKING:
    from .dock import KairosDock


class Looking(QObject):
    """Ties the two menus to the dock."""

    def __init__(self, dock: KairosDock) -> None:
        super().__init__(dock)
        self.compare = Compare(dock.iface, dock.session, dock.panel, dock.following, self)
        self.compare.said.connect(dock.say)
        self.trust = Trust(dock.session, dock.panel, dock.following, self)
        tip = self.tr("The original beside what Kairos made of it")
        self._menu(dock, self.tr("Compare"), tip, self.compare.fill)
        tip = self.tr("Where the pixels on the map come from, and how sure they are")
        self._menu(dock, self.tr("Trust"), tip, self.trust.fill)

    def forget(self) -> None:
        """The stack is another one."""
        self.compare.forget()
        self.trust.forget()

    def close(self) -> None:
        """Take everything away: for unloading."""
        self.forget()
        self.trust.close()

    def _menu(self, dock: KairosDock, text: str, tip: str, fill: Callable[[QMenu], None]) -> None:
        menu = QMenu(dock)
        fill(menu)
        action = QAction(text, self)
        action.setToolTip(tip)
        action.setMenu(menu)
        button = dock.side.tools.add(action)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
