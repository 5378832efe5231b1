"""Frames for QGIS's own animation: one layer for each step, each on its span of time.

The slider's one layer changes with the slider, but while QGIS exports an animation nobody moves
the slider: the export asks each layer whether it belongs to a moment. So frames are written on
request, the Temporal Controller is set to them, and its Play and Export work as they always do.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Optional

from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsInterval,
    QgsProject,
    QgsTemporalNavigationObject,
    QgsUnitTypes,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, QObject, pyqtSignal

from ...engine import protocol
from ..clean.results import day_range, open_layer, set_day
from ..session import Session
from ..side_column import SideColumn
from ..timeline.play import ACQUISITION, MONTH
from ..worker.scratch import scratch_folder

WEEK = "week"


def days_of(step: str, first: dt.date, last: dt.date, acquired: list[dt.date]) -> list[dt.date]:
    """The first days of the steps from a day to another."""
    if step == ACQUISITION:
        return [day for day in acquired if first <= day <= last]
    if step == MONTH:
        start = QDate(first.year, first.month, first.day)
        months = ((last.year - first.year) * 12 + last.month - first.month) + 1
        days = [start.addMonths(n) for n in range(months)]
        found = [dt.date(day.year(), day.month(), day.day()) for day in days]
        return [day for day in found if day <= last]
    return [first + dt.timedelta(n) for n in range(0, (last - first).days + 1, 7)]


class Animation(QObject):
    """Writes the frames one after the other; the person can cancel."""

    said = pyqtSignal(str, object)
    """A sentence and a `Qgis.MessageLevel`."""
    failed = pyqtSignal(str, str)

    def __init__(
        self, session: Session, side: SideColumn, canvas: QgsMapCanvas, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._side, self._canvas = session, side, canvas
        self._days: list[dt.date] = []
        self._files: list[tuple[Path, dt.date]] = []
        self._folder: Optional[Path] = None
        self._window: Optional[protocol.Rectangle] = None
        self._step = WEEK
        self._asked: Optional[str] = None
        side.cancelWanted.connect(self.cancel)

    @property
    def running(self) -> bool:
        """Whether frames are being written."""
        return self._asked is not None

    def start(self, step: str, days: list[dt.date], window: Optional[protocol.Rectangle]) -> None:
        """Write a frame for each of these days and add them as layers."""
        if self.running or not days or self._session.folder is None:
            return
        self._step, self._days, self._files, self._window = step, days, [], window
        self._folder = scratch_folder("kairos-animation")
        self._next()

    def cancel(self) -> None:
        """Stop; what is there already is not kept."""
        if self._asked is not None:
            client = self._session.quiet if self._session.is_large else self._session.client
            asked, self._asked = self._asked, None
            client.cancel(asked, patient=True)
            self._side.show_idle()

    def _next(self) -> None:
        session, done = self._session, len(self._files)
        if done == len(self._days):
            self._asked = None
            self._side.show_idle()
            self._add()
            return
        day = self._days[done]
        self._side.show_progress(done / len(self._days), self.tr("frames of the animation"))
        client = session.quiet if session.is_large else session.client
        output = (self._folder or Path()) / f"{day.isoformat()}.tif"
        self._asked = client.next_id()
        request = protocol.Frame(
            self._asked, str(session.folder), day.isoformat(), str(output), session.model, False,
            self._window if session.is_large else None,
        )  # fmt: skip
        client.ask(request, partial(self._made, asked=self._asked, output=output, day=day))

    def _made(self, answer: protocol.Reply, asked: str, output: Path, day: dt.date) -> None:
        if asked != self._asked:
            return  # cancelled
        if isinstance(answer, protocol.Done):
            self._files.append((output, day))
            self._next()
            return
        self._asked = None
        self._side.show_idle()
        if isinstance(answer, protocol.Failed):
            self.failed.emit(answer.message, answer.details)

    def _add(self) -> None:
        """Add the layers, each up to the day before the next, and set the Temporal Controller."""
        project, one = QgsProject.instance(), dt.timedelta(1)
        group = project.layerTreeRoot().addGroup(self.tr("Kairos: animation"))
        group.setExpanded(False)
        ends = [day - one for _, day in self._files[1:]] + [self._files[-1][1]]
        for (file, day), end in zip(self._files, ends):
            layer = open_layer(file, day.isoformat(), self._session.bands, self._session.stretch)
            if layer is not None:
                set_day(layer, day, max(end, day))
                project.addMapLayer(layer, False)
                group.addLayer(layer).setExpanded(False)
        span = QgsDateTimeRange(
            day_range(self._files[0][1]).begin(), day_range(self._files[-1][1]).end()
        )
        project.timeSettings().setTemporalRange(span)
        controller = self._canvas.temporalController()
        if isinstance(controller, QgsTemporalNavigationObject):
            controller.setTemporalExtents(span)
            controller.setFrameDuration(self._interval())
            controller.setNavigationMode(QgsTemporalNavigationObject.NavigationMode.Animated)
        text = self.tr(
            "{} frames are ready: play or export them in the Temporal Controller (clock button)."
        ).format(len(self._files))
        self.said.emit(text, Qgis.MessageLevel.Success)

    def _interval(self) -> QgsInterval:
        if self._step == MONTH:
            return QgsInterval(1, QgsUnitTypes.TemporalUnit.TemporalMonths)
        days = 1 if self._step == ACQUISITION else 7
        return QgsInterval(days, QgsUnitTypes.TemporalUnit.TemporalDays)
