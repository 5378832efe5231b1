"""What the curves say about one day, in words."""

from __future__ import annotations

import datetime as dt
import math
from html import escape
from typing import Optional, Sequence

from qgis.PyQt.QtCore import QCoreApplication, QLocale
from qgis.PyQt.QtGui import QColor

from ..model import Curve, CurvePoint, RadarPoint
from ..timeline.ticks import date_text

_REACH = 6
"""Days from which a pass of the radar still speaks for a day."""


def reading(day: int, curves: Sequence[tuple[QColor, Curve]]) -> list[str]:
    """Rich text, line by line: the date, then each curve that knows about the day."""
    lines = []
    several = len({curve.index for _, curve in curves}) > 1
    for color, curve in curves:
        words = _of_day(curve, day)
        if words:
            index = f"{escape(curve.index)} " if several else ""
            lines.append(f'<span style="color:{color.name()}">■</span> {index}{words}')
    date = escape(date_text(dt.date.fromordinal(day), short=True))
    return [f"<b>{date}</b>", *lines] if lines else []


def radar_reading(day: int, radar: Sequence[RadarPoint]) -> str:
    """The radar of the pass nearest to a day; empty where none is near."""
    best = min(radar, key=lambda p: abs(p.date.toordinal() - day), default=None)
    if best is None or abs(best.date.toordinal() - day) > _REACH:
        return ""
    parts = [
        f"{name} {_number(value, 1)} dB"
        for name, value in (("VV", best.vv), ("VH", best.vh))
        if math.isfinite(value)
    ]
    return ", ".join(parts)


def _of_day(curve: Curve, day: int) -> str:
    """The satellite's word where it has one, else the reconstruction's."""
    points = [p for p in curve.points if math.isfinite(p.value)]
    today = {p.kind: p for p in points if p.date.toordinal() == day}
    if "observed" in today:
        return f"{_number(today['observed'].value)} {_tr('clear')}"
    said = []
    estimate = between([p for p in points if p.kind == "reconstructed"], day)
    if estimate is not None:
        span = ""
        if math.isfinite(estimate.lower) and math.isfinite(estimate.upper):
            span = f" ({_number(estimate.lower)} – {_number(estimate.upper)})"
        said.append(f"{_number(estimate.value)}{span} {_tr('reconstructed')}")
    if "masked" in today:
        said.append(f"{_number(today['masked'].value)} {_tr('rejected')}")
    return ", ".join(said)


def between(points: list[CurvePoint], day: int) -> Optional[CurvePoint]:
    """The point of a day on the straight line between its neighbours."""
    before = [p for p in points if p.date.toordinal() <= day]
    after = [p for p in points if p.date.toordinal() >= day]
    if not before or not after:
        return None
    a, b = max(before, key=lambda p: p.date), min(after, key=lambda p: p.date)
    share = (day - a.date.toordinal()) / max((b.date - a.date).days, 1)
    value, lower, upper = (
        one + (other - one) * share
        for one, other in ((a.value, b.value), (a.lower, b.lower), (a.upper, b.upper))
    )
    return CurvePoint(dt.date.fromordinal(day), value, lower, upper, a.kind)


def _number(value: float, digits: int = 2) -> str:
    return str(QLocale().toString(value, "f", digits)).replace("-", "−")


def _tr(text: str) -> str:
    return QCoreApplication.translate("CurveRead", text)
