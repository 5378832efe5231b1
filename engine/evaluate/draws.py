"""Hiding: from a tile and a plan to what a method may see, and what it is compared with.

A plan says which looks stay visible and which hidden ones are scored. `hide` carries it out:
hidden values are gone from the tile before any method is fitted, so that neither a prior nor a
normalisation can see them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.stack import Tile


@dataclass(frozen=True)
class Plan:
    """What is hidden of a tile of T dates and h x w pixels."""

    visible: BoolArray
    """(T, h, w) looks that a method may use."""
    hidden: BoolArray
    """(T, h, w) usable looks that are hidden and asked for."""
    trusted: BoolArray
    """(T, h, w) those of them that are no left-over bright cloud."""
    removed: BoolArray
    """(T,) dates that leave the stack altogether."""
    gap_days: Optional[int] = None
    """Length of the hidden windows, where the task hides windows."""
    simulated: bool = False
    """Whether simulated clouds are among those laid over frames."""


@dataclass(frozen=True)
class Skipped:
    """Why a task cannot be asked of a stack."""

    reason: str
    gap_days: Optional[int] = None


@dataclass(frozen=True)
class Draw:
    """A tile with looks hidden, and the answers."""

    tile: Tile
    """All that a method may see."""
    dates: DateArray
    """(D,) days asked for."""
    truth: FloatArray
    """(D, C, h, w) reflectance, right where hidden."""
    hidden: BoolArray
    """(D, h, w) usable looks that are hidden."""
    trusted: BoolArray
    """(D, h, w) those of them that are no left-over bright cloud."""
    gap_days: Optional[int] = None
    simulated: bool = False


def hide(tile: Tile, plan: Plan) -> Draw:
    """Carry out a plan."""
    stays = ~plan.removed
    asked = plan.hidden.any(axis=(1, 2))
    seen = np.where(plan.visible[stays, None], tile.reflectance[stays], np.float32(0))
    return Draw(
        tile=replace(
            tile, dates=tile.dates[stays], reflectance=seen, clear=plan.visible[stays].copy()
        ),
        dates=tile.dates[asked],
        truth=tile.reflectance[asked],
        hidden=plan.hidden[asked],
        trusted=plan.trusted[asked],
        gap_days=plan.gap_days,
        simulated=plan.simulated,
    )
