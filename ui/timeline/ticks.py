"""The words of time: dates in the person's locale, and ticks along a time axis."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Callable, Iterator

from qgis.PyQt.QtCore import QDate, QLocale
from qgis.PyQt.QtGui import QFontMetrics

from .axis import TimeAxis

_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6)
_YEARS = (1, 2, 5, 10, 20)


@dataclass(frozen=True)
class Tick:
    """A mark on the axis; one without a label is a small one."""

    day: int
    label: str = ""
    strong: bool = False
    """The beginning of a year."""


def date_text(date: dt.date, short: bool = False) -> str:
    """A date with its weekday, in words of the locale."""
    locale = QLocale()
    pattern = locale.dateFormat(QLocale.FormatType.LongFormat)
    if short:
        pattern = pattern.replace("dddd", "ddd").replace("MMMM", "MMM")
    return str(locale.toString(_qdate(date), pattern))


def day_text(date: dt.date) -> str:
    """A date without its year or weekday, such as 17 May."""
    return str(QLocale().toString(_qdate(date), "d MMM"))


def ticks_of(axis: TimeAxis, width: int, metrics: QFontMetrics) -> list[Tick]:
    """The ticks of the shared axis in a widget of this width; all that show it draw the same."""
    gap = metrics.averageCharWidth() * 2
    length = axis.length(width)
    days, months = (length // (metrics.horizontalAdvance(s) + gap) for s in ("00 MMM", "MMM"))
    return ticks(*axis.span, days, months)


def ticks(start: float, end: float, room: int, months_room: int) -> list[Tick]:
    """Ticks between two days, with room for so many labels of days or of months."""
    first, last = dt.date.fromordinal(int(start) + 1), dt.date.fromordinal(int(end))
    days = max((last - first).days, 1)
    for step in _DAYS:
        if days / step <= room:
            return _name(_every_days(first, last, step))
    for step in _MONTHS:
        if days / 30.4 / step <= months_room:
            named = set(range(1, 13, step))
            return _name(_every_months(first, last, 1), lambda d, n=named: d.month in n)
    step = next((s for s in _YEARS if days / 365.25 / s <= months_room), _YEARS[-1])
    return _name(_every_months(first, last, 12), lambda d: d.year % step == 0)


def _name(
    dates: Iterator[dt.date], named: Callable[[dt.date], bool] = lambda _: True
) -> list[Tick]:
    """Months and days by their names; January and the first label say the year."""
    found: list[Tick] = []
    year_said = False
    for date in dates:
        if not named(date):
            found.append(Tick(date.toordinal()))
            continue
        opens = date.month == 1 and date.day == 1
        pattern = "yyyy" if opens else "MMM" if date.day == 1 else "d MMM"
        if not year_said and not opens:
            pattern += " yyyy"
        year_said = True
        label = str(QLocale().toString(_qdate(date), pattern))
        found.append(Tick(date.toordinal(), label, opens))
    return found


def _every_days(first: dt.date, last: dt.date, step: int) -> Iterator[dt.date]:
    for day in range(first.toordinal(), last.toordinal() + 1, step):
        yield dt.date.fromordinal(day)


def _every_months(first: dt.date, last: dt.date, step: int) -> Iterator[dt.date]:
    for month in range(first.year * 12, last.year * 12 + 12, step):
        date = dt.date(month // 12, month % 12 + 1, 1)
        if first <= date <= last:
            yield date


def _qdate(date: dt.date) -> QDate:
    return QDate(date.year, date.month, date.day)
