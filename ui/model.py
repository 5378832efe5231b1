"""What the window shows, as plain values that no widget owns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Optional


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
class RadarPoint:
    """What the radar saw of a place on one day, in dB; NaN where it saw nothing."""

    date: dt.date
    vv: float
    vh: float


@dataclass(frozen=True)
class Place:
    """Where a curve is read: a point, or an area around it."""

    x: float
    """In the reference system of the stack."""
    y: float
    area: str = ""
    """Of a polygon its geometry as GeoJSON, in the same system."""


@dataclass(frozen=True)
class Curve:
    """An index of one place over time."""

    index: str
    label: str
    """What the person reads: `pixel 34, 51` or the name they gave."""
    points: tuple[CurvePoint, ...] = field(default=())
    radar: tuple[RadarPoint, ...] = field(default=())
    place: Optional[Place] = None
    pixels: int = 1
    """More than one for an area: lower and upper are then one deviation of its pixels away."""
    complete: bool = True
    """False as long as reconstructed days are left out."""

    def of_kind(self, kind: str) -> list[CurvePoint]:
        """The points of one kind, by date."""
        return [p for p in self.points if p.kind == kind]
