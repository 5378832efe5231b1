"""The four tasks: what each hides of a tile, by a seed (METHODS.md, sections 0 and 4).

Usable looks that are brighter in the first band than their own median over time by more than
0.06 are taken as left-over cloud. They are no truth; where they are scored all the same, the
report says so. A frame is good where more than 0.9 of its ground is clear (0.6 where fewer than
five frames reach that); shares are of the pixels that are ever clear in the stack.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray
from kairos.engine.clear import without_missed_cloud
from kairos.engine.clouds import moved
from kairos.engine.evaluate.draws import Plan, Skipped
from kairos.engine.evaluate.masks import simulated_masks
from kairos.engine.stack import Tile

GAPS = (20, 40, 60)
"""Days that *gap* hides."""

_GOOD = (0.9, 0.6)
_ENOUGH = 5
_DONORS = (0.1, 0.85)
"""Clear share of the frames whose clouds are laid over others."""
_FEW_DONORS = 3
_EVERY = 5
_FIRST_SEED = 7
"""The seed of the draw in METHODS.md."""
_WINDOWS = 4
_FEWEST = 10
"""Hidden pixels that say something about a stack."""


def plan_cloud(tile: Tile, seed: int) -> list[Plan | Skipped]:
    """Lay the real clouds of other dates over half of the good frames, flipped and rolled.

    Where fewer than three frames are partly cloudy, simulated clouds join theirs.
    """
    truth = _truth(tile)
    shares = _shares(truth)
    good = _good(shares)
    if len(good) == 0:
        return [Skipped("no frame shows enough clear ground to hide some of it")]
    clouds = ~truth[(shares > _DONORS[0]) & (shares < _DONORS[1])]
    simulated = len(clouds) < _FEW_DONORS
    if simulated:
        clouds = np.concatenate([clouds, simulated_masks(tile.clear.shape[1:], seed)])
    rng = np.random.default_rng(seed)
    covered = np.zeros_like(truth)
    for t in rng.choice(good, max(1, len(good) // 2), replace=False):
        covered[t] = moved(clouds[rng.integers(len(clouds))], rng)
    plan = _plan(tile, truth, covered, visible=tile.clear & ~covered)
    return [plan if isinstance(plan, Skipped) else replace(plan, simulated=simulated)]


def plan_frame(tile: Tile, seed: int) -> list[Plan | Skipped]:
    """Hide every fifth good frame whole: five seeds in a row hide each of them once.

    Nothing is random in it; seed 7 starts with the second good frame.
    """
    truth = _truth(tile)
    inner = _good(_shares(truth))[1:-1]
    if len(inner) == 0:
        return [Skipped("fewer than three frames show enough clear ground to hide one whole")]
    chosen = inner[(seed - _FIRST_SEED) % min(_EVERY, len(inner)) :: _EVERY]
    covered = _whole(truth, chosen)
    return [_plan(tile, truth, covered, visible=truth & ~covered)]


def plan_anytime(tile: Tile, seed: int) -> list[Plan | Skipped]:
    """Take every fifth good frame out of the stack, starting anywhere: its date is gone too."""
    truth = _truth(tile)
    inner = _good(_shares(truth))[1:-1]
    if len(inner) == 0:
        return [Skipped("fewer than three frames show enough clear ground to take one out")]
    start = int(np.random.default_rng(seed).integers(min(_EVERY, len(inner))))
    chosen = inner[start::_EVERY]
    removed = np.isin(np.arange(len(truth)), chosen)
    return [_plan(tile, truth, _whole(truth, chosen), visible=tile.clear, removed=removed)]


def plan_gap(tile: Tile, seed: int) -> list[Plan | Skipped]:
    """For 20, 40 and 60 days: hide up to four windows of that length around good frames.

    Windows lie inside of the series, and as far from each other as they are long; all of a
    window is hidden, its good frames are scored.
    """
    truth = _truth(tile)
    good = _good(_shares(truth))
    return [_plan_gap(tile, truth, good, days, seed) for days in GAPS]


PLANS: dict[str, Callable[[Tile, int], list[Plan | Skipped]]] = {
    "cloud": plan_cloud,
    "frame": plan_frame,
    "anytime": plan_anytime,
    "gap": plan_gap,
}
"""What each task hides; *gap* makes one plan for each length."""


def _plan_gap(tile: Tile, truth: BoolArray, good: IntArray, days: int, seed: int) -> Plan | Skipped:
    numbers = tile.dates.astype(np.int64)
    looks = np.flatnonzero(_shares(truth) > _DONORS[0])
    starts: list[int] = []
    for t in np.random.default_rng((seed, days)).permutation(good):
        start = int(numbers[t]) - days // 2
        inside = (numbers[looks] < start).any() and (numbers[looks] >= start + days).any()
        if inside and all(abs(start - other) >= 2 * days for other in starts):
            starts.append(start)
        if len(starts) == _WINDOWS:
            break
    if not starts:
        return Skipped(
            f"no clear frame stands so far inside of the series that {days} days around it "
            "can be hidden",
            days,
        )
    within = np.any([(numbers >= s) & (numbers < s + days) for s in starts], axis=0)
    covered = _whole(truth, np.flatnonzero(within))
    asked = _whole(truth, good[within[good]])
    return replace(_plan(tile, truth, asked, visible=tile.clear & ~covered), gap_days=days)


def _plan(
    tile: Tile,
    truth: BoolArray,
    covered: BoolArray,
    visible: BoolArray,
    removed: BoolArray | None = None,
) -> Plan | Skipped:
    hidden = int((covered & truth).sum())
    if 0 < hidden < _FEWEST:
        return Skipped(f"only {hidden} clear pixels could be hidden; {_FEWEST} are needed")
    if hidden == 0:
        return Skipped("nothing clear was left to hide")
    nothing = np.zeros(len(truth), bool)
    return Plan(
        visible, covered & tile.clear, covered & truth, nothing if removed is None else removed
    )


def _whole(truth: BoolArray, frames: IntArray) -> BoolArray:
    covered = np.zeros_like(truth)
    covered[frames] = True
    return covered


def _truth(tile: Tile) -> BoolArray:
    return without_missed_cloud(tile.reflectance[:, 0], tile.clear)


def _shares(truth: BoolArray) -> FloatArray:
    """Clear share of each frame, of the pixels that are ever clear."""
    ever = max(int(truth.any(axis=0).sum()), 1)
    return np.asarray(truth.reshape(len(truth), -1).sum(axis=1) / ever, np.float32)


def _good(shares: FloatArray) -> IntArray:
    best = np.flatnonzero(shares > _GOOD[0])
    return best if len(best) >= _ENOUGH else np.flatnonzero(shares > _GOOD[1])
