"""Curves asked of the worker: previews, the main one and pins, each in a lane of its own."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine import protocol
from ..canvas.latest import Latest
from ..model import Curve, CurvePoint, Place, RadarPoint
from ..worker.client import WorkerClient


class CurveAsks(QObject):
    """A click shows at once what is at hand, and then the whole curve."""

    ready = pyqtSignal(object, bool)
    """A `Curve`, and whether it is a preview only."""
    pinned = pyqtSignal(object)
    """A `Curve` to pin."""
    failed = pyqtSignal(str, str)
    """A sentence for the person, details for the log."""

    def __init__(self, client: WorkerClient, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self._main, self._previews = Latest(), Latest()
        self.folder: Optional[Path] = None
        """The open stack; answers of another one are dropped."""

    def ask(
        self, place: Place, crs: str, index: str, model: Optional[str], *, preview: bool = False
    ) -> None:
        """Ask for the curve of a place; a question that waits in the same lane is replaced."""
        folder = self.folder
        if folder is None:
            return

        def send(quick: bool) -> None:
            def answered(answer: protocol.Reply) -> None:
                curve = self._curve(answer, place, index, folder, silent=preview)
                if curve is not None:
                    self.ready.emit(curve, preview)
                more = curve is not None and quick and not preview
                if more and not lane.waiting:
                    send(False)
                else:
                    lane.answered()

            id = self._client.next_id()
            request = _request(id, folder, place, crs, index, model, quick)
            self._client.ask(request, answered)

        lane = self._previews if preview else self._main
        lane.ask(lambda: send(not place.area))

    def ask_pin(self, place: Place, crs: str, index: str, model: Optional[str], label: str) -> None:
        """Ask for a curve that was pinned once; each is answered."""
        folder = self.folder
        if folder is None:
            return

        def answered(answer: protocol.Reply) -> None:
            curve = self._curve(answer, place, index, folder, silent=True)
            if curve is not None:
                self.pinned.emit(replace(curve, label=label or curve.label))

        request = _request(self._client.next_id(), folder, place, crs, index, model)
        self._client.ask(request, answered)

    def _curve(
        self, answer: protocol.Reply, place: Place, index: str, folder: Path, *, silent: bool
    ) -> Optional[Curve]:
        if folder != self.folder:
            return None  # of another stack
        if isinstance(answer, protocol.Done):
            return curve_of(answer.result, place, self._label)
        if isinstance(answer, protocol.Failed) and not silent:
            self.failed.emit(answer.message, answer.details)
        return None

    def _label(self, result: Mapping[str, Any]) -> str:
        if result["pixels"] > 1:
            return self.tr("mean of {} pixels").format(result["pixels"])
        return self.tr("row {}, column {}").format(result["row"], result["col"])


def curve_of(
    result: Mapping[str, Any], place: Place, label: Callable[[Mapping[str, Any]], str]
) -> Curve:
    """The curve in an answer."""
    points = tuple(
        CurvePoint(_day(p["date"]), p["value"], p["lower"], p["upper"], p["kind"])
        for p in result["points"]
    )
    radar = tuple(
        RadarPoint(_day(p["date"]), _decibel(p["vv"]), _decibel(p["vh"])) for p in result["radar"]
    )
    return Curve(
        result["index"], label(result), points, radar, place, result["pixels"], result["complete"]
    )


def _request(
    id: str,
    folder: Path,
    place: Place,
    crs: str,
    index: str,
    model: Optional[str],
    quick: bool = False,
) -> protocol.StackRequest:
    if place.area:
        return protocol.AreaCurve(id, str(folder), place.area, crs, index, model)
    return protocol.Curve(
        id, str(folder), place.x, place.y, crs, index, model, quick=quick, rough=quick
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _decibel(value: Optional[float]) -> float:
    return math.nan if value is None else value
