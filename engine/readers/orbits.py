"""Orbits of Sentinel-1: passes of one relative orbit look at the ground from one side."""

from __future__ import annotations

_FIRST = {"A": 73, "B": 27, "C": 172}
_REPEAT = 175


def relative_orbit(unit: str, absolute: int) -> str:
    """The relative orbit of an absolute one; empty for a satellite whose count is not known.

    They repeat every 175 (Sentinel-1 Product Specification).
    """
    first = _FIRST.get(unit.upper())
    return "" if first is None else str((absolute - first) % _REPEAT + 1)
