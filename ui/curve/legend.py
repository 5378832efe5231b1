"""What the signs in the plot mean, in words."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Optional, Sequence

from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QColor

from ...engine.curve.phenology import Season
from ..theme import Theme
from ..timeline.ticks import day_text
from .items import CurveItems
from .radar_items import colors
from .season_items import days_of

_SPACE = "&nbsp;&nbsp; "
_FEW = 2
"""Seasons whose days are told."""


def legend(
    theme: Theme,
    main: CurveItems,
    pins: Sequence[CurveItems],
    radar: bool,
    seasons: Sequence[Season],
    roomy: bool,
) -> str:
    """Rich text: the curves by name, then, where there is room, the signs."""
    named = [
        _entry("■", items.color(theme), f"{items.curve.index} {items.curve.label}")
        for items in (main, *pins)
        if items.curve is not None
    ]
    if main.curve is None:
        return _SPACE.join(named)
    soft = theme.muted
    area = main.curve.pixels > 1
    line = _tr("mean, band: one deviation of the pixels") if area else _tr("reconstructed")
    keys = []
    if roomy:
        keys.append(_entry("●", theme.curve, _tr("clear"), soft))
        if main.curve.of_kind("masked"):
            keys.append(_entry("×", soft, _tr("rejected"), soft))
    if roomy or area:
        keys.append(_entry("—", theme.curve, line, soft))
    if radar:
        keys += [_entry("—", color, f"{name} dB", soft) for name, color in colors(theme)]
    if not main.curve.complete:
        keys.append(_entry("", soft, _tr("refining..."), soft))
    keys += [_entry("◆", theme.accent, words, soft) for words in _seasons(seasons)]
    return _SPACE.join(named + keys)


def _seasons(seasons: Sequence[Season]) -> list[str]:
    """The days of few seasons, or their number."""
    if len(seasons) > _FEW:
        return [_tr("{} seasons").format(len(seasons))]
    return [season_text(season) for season in seasons]


def season_text(season: Season) -> str:
    """The days of a season."""
    names = (_tr("start {}"), _tr("peak {}"), _tr("end {}"))
    told = [
        name.format(day_text(dt.date.fromordinal(day)))
        for name, day in zip(names, days_of(season))
        if day is not None
    ]
    return ", ".join(told)


def _tr(text: str) -> str:
    return QCoreApplication.translate("CurveLegend", text)


def _entry(sign: str, color: QColor, words: str, ink: Optional[QColor] = None) -> str:
    """A sign in its colour and the words for it, kept on one line."""
    words = escape(words).replace(" ", "&nbsp;")
    shade = f' style="color:{ink.name()}"' if ink else ""
    return f'<span style="color:{color.name()}">{sign}</span>&nbsp;<span{shade}>{words}</span>'
