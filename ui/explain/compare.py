"""Before and after on the map: a line to drag, or a second map beside the first."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import Qgis, QgsMapLayer
from qgis.gui import QgisInterface
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QMenu

from ..canvas.following import Following
from ..canvas.link import CanvasLink
from ..session import Session
from ..timeline.panel import TimePanel
from ..timeline.ticks import date_text
from .original import Original
from .second_map import SecondMap
from .swipe import Swipe


class Compare(QObject):
    """Two ways to compare; both follow the slider."""

    said = pyqtSignal(str, object)
    """A sentence and a `Qgis.MessageLevel`."""

    def __init__(
        self,
        iface: QgisInterface,
        session: Session,
        panel: TimePanel,
        following: Following,
        canvas: CanvasLink,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._iface, self._panel, self._following = iface, panel, following
        self.original = Original(session, canvas.visible, self)
        self.original.come.connect(self._come)
        self.original.failed.connect(self._lacks)
        canvas.moved.connect(self._want)
        self.swipe = Swipe(iface.mapCanvas(), self._layers, self)
        self.second: Optional[SecondMap] = None
        self.swipe_action = self._action(
            self.tr("Swipe"),
            self.tr("A line on the map: the original on its left. Drag it; Escape ends"),
            self._toggle_swipe,
        )
        self.second_action = self._action(
            self.tr("Second map"),
            self.tr("A second map with the original, which moves with the first"),
            self._toggle_second,
        )
        self.swipe.ended.connect(lambda: self.swipe_action.setChecked(False))
        following.shown.connect(self._shown)

    def fill(self, menu: QMenu) -> None:
        """Put both into a menu."""
        menu.setToolTipsVisible(True)
        menu.addAction(self.swipe_action)
        menu.addAction(self.second_action)

    def forget(self) -> None:
        """The stack is another one, or the plugin goes."""
        self.swipe_action.setChecked(False)
        self.second_action.setChecked(False)
        self.original.forget()

    def _action(self, text: str, tip: str, act: Any) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setToolTip(tip)
        action.toggled.connect(act)
        return action

    def _layers(self) -> list[QgsMapLayer]:
        layers = self._iface.mapCanvas().layers()
        return self.original.instead_of(self._following.layer.layer, layers)

    def _toggle_swipe(self, on: bool) -> None:
        if not on:
            self.swipe.stop()
        elif self._may(self.swipe_action):
            self.swipe.start()
            self._shown()

    def _toggle_second(self, on: bool) -> None:
        if not on:
            self._close_second()
        elif self._may(self.second_action):
            second = SecondMap(self._iface.mapCanvas(), self._layers, self._iface.mainWindow())
            second.ended.connect(lambda: self.second_action.setChecked(False))
            half = self._iface.mapCanvas().width() // 2
            self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, second)
            window = self._iface.mainWindow()
            if second in window.findChildren(SecondMap):
                window.resizeDocks([second], [half], Qt.Orientation.Horizontal)
            self.second = second
            self._shown()

    def _close_second(self) -> None:
        second, self.second = self.second, None
        if second is not None:
            second.leave()
            self._iface.removeDockWidget(second)
            second.deleteLater()

    def _may(self, action: QAction) -> bool:
        """Whether there is something to compare; where not, say so and untick the action."""
        if self._panel.date() is not None and self._following.layer.layer is not None:
            return True
        text = self.tr("There is no image of that day on the map that could be compared.")
        self.said.emit(text, Qgis.MessageLevel.Warning)
        action.setChecked(False)
        return False

    def _shown(self, *_: Any) -> None:
        """The map shows another day."""
        self._want()
        self._tell()

    def _want(self) -> None:
        """See to it that the original is that of the day, and of what the map shows."""
        day = self._panel.date()
        if day is not None and (self.swipe.item is not None or self.second is not None):
            self.original.want(day)

    def _come(self) -> None:
        self.swipe.render()
        self._tell()

    def _lacks(self, message: str, _: str) -> None:
        """There is no original: the comparison ends."""
        self.said.emit(message, Qgis.MessageLevel.Warning)
        self.forget()

    def _tell(self) -> None:
        """Say which day is on which side."""
        day, seen = self._panel.date(), self.original.day
        if day is None or seen is None:
            return
        before = self.tr("Original, {}").format(date_text(seen, short=True))
        self.swipe.say(before, self.tr("Kairos, {}").format(date_text(day, short=True)))
        if self.second is not None:
            self.second.refresh(before)
