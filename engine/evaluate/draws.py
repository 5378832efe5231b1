"""What is hidden for a task, so that the answer is known.

A draw hides clear pixels of a tile and remembers where the truth may be trusted. Usable pixels
that are brighter than their own median over time by more than 0.06 in the first band are taken
as missed cloud: they are never scored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.clear import without_missed_cloud
from kairos.engine.stack import Tile

_GOOD = (0.9, 0.6)
"""Clear share of the frames that are hidden; the second where fewer than five reach the first."""
_ENOUGH = 5
_DONORS = (0.1, 0.85)
"""Clear share of the frames whose clouds are laid over others."""
_EVERY = 5


@dataclass(frozen=True)
class Draw:
    """A tile with pixels hidden, and where to score."""

    tile: Tile
    hidden: BoolArray
    """(T, h, w) hidden and truly clear."""
    truth: FloatArray
    """(T, C, h, w) reflectance, right where hidden."""


@dataclass(frozen=True)
class Skipped:
    """Why a task cannot be asked of a stack."""

    reason: str


def draw_cloud(tile: Tile, seed: int) -> Draw | Skipped:
    """Lay the real clouds of other dates over half of the good frames, flipped and rolled."""
    truth = without_missed_cloud(tile.reflectance[:, 0], tile.clear)
    shares = _shares(truth)
    good = _good(shares)
    donors = np.flatnonzero((shares > _DONORS[0]) & (shares < _DONORS[1]))
    if len(good) == 0:
        return Skipped("no frame shows enough clear ground to hide some of it")
    if len(donors) == 0:
        return Skipped("no frame is partly cloudy, so there are no real masks to lay over others")
    rng = np.random.default_rng(seed)
    covered = np.zeros_like(truth)
    for t in rng.choice(good, max(1, len(good) // 2), replace=False):
        cloud = ~truth[rng.choice(donors)]
        if rng.random() < 0.5:
            cloud = cloud[::-1]
        if rng.random() < 0.5:
            cloud = cloud[:, ::-1]
        shift = (int(rng.integers(cloud.shape[0])), int(rng.integers(cloud.shape[1])))
        covered[t] = np.roll(cloud, shift, axis=(0, 1))
    return _hide(tile, tile.clear & ~covered, covered & truth)


def draw_frame(tile: Tile, seed: int) -> Draw | Skipped:
    """Hide every fifth good frame whole. Nothing is random in it."""
    truth = without_missed_cloud(tile.reflectance[:, 0], tile.clear)
    good = _good(_shares(truth))[1:-1:_EVERY]
    if len(good) == 0:
        return Skipped("fewer than three frames show enough clear ground to hide one whole")
    covered = np.zeros_like(truth)
    covered[good] = True
    return _hide(tile, truth & ~covered, covered & truth)


DRAWS: dict[str, Callable[[Tile, int], Draw | Skipped]] = {
    "cloud": draw_cloud,
    "frame": draw_frame,
}


def _hide(tile: Tile, visible: BoolArray, hidden: BoolArray) -> Draw | Skipped:
    if not hidden.any():
        return Skipped("nothing clear was left to hide")
    seen = np.where(visible[:, None], tile.reflectance, np.float32(0))
    return Draw(replace(tile, reflectance=seen, clear=visible), hidden, tile.reflectance)


def _shares(truth: BoolArray) -> FloatArray:
    """Clear share of each frame, of the pixels that are ever clear."""
    ever = max(int(truth.any(axis=0).sum()), 1)
    return np.asarray(truth.reshape(len(truth), -1).sum(axis=1) / ever, np.float32)


def _good(shares: FloatArray) -> np.ndarray:  # type: ignore[type-arg]
    best = np.flatnonzero(shares > _GOOD[0])
    return best if len(best) >= _ENOUGH else np.flatnonzero(shares > _GOOD[1])
