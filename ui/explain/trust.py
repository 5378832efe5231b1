"""Trust on demand: a menu of three layers that explain the frame on the canvas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QAction, QMenu

from ..canvas.following import Following
from ..session import Session
from ..timeline.panel import TimePanel
from .trust_layers import DAYS, DOUBT, SOURCE, TrustLayers


class Trust(QObject):
    """Ties the menu to the frames of a session."""

    def __init__(
        self, session: Session, panel: TimePanel, following: Following, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._panel, self._following = session, panel, following
        self.layers = TrustLayers()
        self.actions: dict[str, QAction] = {}
        self.titles = {
            SOURCE: self.tr("Where pixels come from"),
            DAYS: self.tr("Days to the nearest clear look"),
            DOUBT: self.tr("Doubt"),
        }
        session.frame_ready.connect(self._show)
        QgsProject.instance().layersRemoved.connect(self._gone)

    def fill(self, menu: QMenu) -> None:
        """Put the three layers into a menu."""
        tips = {
            SOURCE: self.tr("Observed, rebuilt from the scene, from other days, or by a model"),
            DAYS: self.tr("How long before or after this day each pixel was last seen clear"),
            DOUBT: self.tr("Nine times in ten the truth lies within this much, in red light"),
        }
        menu.setToolTipsVisible(True)
        for kind, title in self.titles.items():
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setToolTip(tips[kind])
            action.toggled.connect(lambda on, kind=kind: self._toggle(kind, on))
            self.actions[kind] = action

    def forget(self) -> None:
        """The stack is another one: no layer of the old one stays."""
        for action in self.actions.values():
            action.setChecked(False)

    def take_over(self) -> None:
        """Go on with the layers that a project was saved with."""
        for kind in self.layers.take_over():
            self.actions[kind].setChecked(True)

    def close(self) -> None:
        """Let go of the project."""
        QgsProject.instance().layersRemoved.disconnect(self._gone)

    def _toggle(self, kind: str, on: bool) -> None:
        wanted = set(self._session.beside)
        self._session.beside = frozenset(wanted | {kind} if on else wanted - {kind})
        if not on:
            self.layers.remove(kind)
            return
        day: Optional[dt.date] = self._panel.date()
        if day is not None:
            self._following.ask(day)

    def _show(self, file: Path, day: dt.date, _: Any) -> None:
        if day != self._panel.date():
            return
        for kind in (DOUBT, DAYS, SOURCE):
            if kind in self._session.beside:
                title = f"{self.titles[kind]}, {day.isoformat()}"
                self.layers.show(kind, file, title, self._session.bands[0])

    def _gone(self, ids: list[str]) -> None:
        """The person has removed a layer: its mark in the menu goes, too."""
        for kind, action in self.actions.items():
            if self.layers.was(kind, ids):
                action.setChecked(False)
