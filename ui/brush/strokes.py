"""Strokes of the brush by day, with undo and redo; nothing is written before they are saved."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

UNTOUCHED, USABLE, CLOUD = 0, 1, 2
"""As the engine writes them: what the mask said, clear ground, cloud."""


@dataclass(frozen=True)
class Stroke:
    """One stroke, in pixels of the stack."""

    value: int
    radius: float
    points: tuple[tuple[float, float], ...]
    """(column, row)"""


@dataclass
class _Day:
    done: list[Stroke] = field(default_factory=list)
    undone: list[Stroke] = field(default_factory=list)


class Strokes:
    """What was painted and not yet saved."""

    def __init__(self) -> None:
        self._days: dict[dt.date, _Day] = {}

    def add(self, day: dt.date, stroke: Stroke) -> None:
        """One more stroke; what was undone before is gone."""
        found = self._days.setdefault(day, _Day())
        found.done.append(stroke)
        found.undone.clear()

    def undo(self, day: dt.date) -> None:
        """Take the last stroke of a day back, if there is one."""
        found = self._days.get(day)
        if found is not None and found.done:
            found.undone.append(found.done.pop())

    def redo(self, day: dt.date) -> None:
        """Put the stroke that was taken back last down again, if there is one."""
        found = self._days.get(day)
        if found is not None and found.undone:
            found.done.append(found.undone.pop())

    def of(self, day: dt.date) -> tuple[Stroke, ...]:
        """The strokes of a day, the first first."""
        return tuple(self._days[day].done) if day in self._days else ()

    def can_redo(self, day: dt.date) -> bool:
        """Whether a stroke of the day was taken back."""
        return day in self._days and bool(self._days[day].undone)

    @property
    def days(self) -> list[dt.date]:
        """The days that are painted."""
        return sorted(day for day, found in self._days.items() if found.done)

    def clear(self) -> None:
        """Forget all."""
        self._days.clear()

    def as_json(self) -> str:
        """As the engine reads them."""
        return json.dumps(
            {
                day.isoformat(): [[s.value, s.radius, s.points] for s in self.of(day)]
                for day in self.days
            }
        )
