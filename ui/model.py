"""What the window shows, as plain values that no widget owns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Acquisition:
    """One day on which the satellite came."""

    date: dt.date
    clear: float
    """Share of its ground that was clear, 0 to 1."""
    included: bool = True
    """Whether the person lets it take part."""


@dataclass(frozen=True)
class CurvePoint:
    """One point of a curve."""

    date: dt.date
    value: float
    lower: float
    """Nine times in ten the truth lies between lower and upper."""
    upper: float
    kind: str
    """observed, masked or reconstructed."""


@dataclass(frozen=True)
class Curve:
    """An index of one pixel over time."""

    index: str
    label: str
    """What the person reads: `pixel 34, 51` or the name they gave."""
    points: tuple[CurvePoint, ...] = field(default=())

    def of_kind(self, kind: str) -> list[CurvePoint]:
        """The points of one kind, by date."""
        return [p for p in self.points if p.kind == kind]
