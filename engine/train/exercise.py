"""An exercise: a stack with some clear ground hidden, and questions whose answer is known.

Real clouds of other dates are laid over clear frames, frames go missing one by one and in runs,
days are taken out altogether; radar, bands and dates are left out, for a network must live
without them; a little cloud stays unmasked, for real masks miss some.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, IntArray
from kairos.engine.clear import without_missed_cloud
from kairos.engine.clouds import disc, moved
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Tile
from kairos.engine.train.missed import with_missed_cloud

_GOOD = 0.5
_DONORS = (0.1, 0.85)
_MOST_DATES = 48
_SIDE = 64
"""Pixels: larger stacks are cut at a random place."""
_LEAST_SIDE = 32
_FEWEST_PIXELS = 40
_COARSER = 0.2
"""How often pixels are twice as large."""
_SUBSETS = (
    ("B02", "B03", "B04", "B08"),
    ("B02", "B03", "B04", "B8A"),
    ("B04", "B08"),
    ("B03", "B04", "B08", "B11"),
    ("B02", "B03", "B04", "B05", "B06", "B07", "B8A"),
)
_VEIL = {"B02": 1.0, "B03": 0.6, "B04": 0.4}
"""How much of a veil a band sees; the others see a tenth."""
_ORBIT_RETURNS = 6
"""Days; passes of one orbit share their day of these."""

Images = TypeVar("Images", FloatArray, BoolArray)


@dataclass(frozen=True)
class Exercise:
    """A tile with pixels hidden, and Q questions."""

    tile: Tile
    days: DateArray
    """(Q,)"""
    truth: FloatArray
    """(Q, C, h, w) reflectance."""
    scored: BoolArray
    """(Q, h, w) hidden and truly clear."""


def draw_exercise(
    tile: Tile, rng: np.random.Generator, *, vary: bool = True, scene: bool = True
) -> Exercise:
    """A random exercise on a tile.

    Args:
        tile: whole stacks are cut.
        rng: of everything.
        vary: also leave out dates, bands and radar, and leave some cloud unmasked.
        scene: lay clouds over frames; else frames are only hidden whole.
    """
    if vary and rng.random() < _COARSER and min(tile.clear.shape[1:]) >= 2 * _LEAST_SIDE:
        tile = _coarser(tile)
    tile = _cut(tile, rng)
    if vary:
        tile = _lit(_turned(_fewer(tile, rng), rng), rng)
    truth = without_missed_cloud(tile.reflectance[:, 0], tile.clear)
    ever = max(int(truth.any(axis=0).sum()), 1)
    shares = truth.sum(axis=(1, 2)) / ever
    good = rng.permutation(np.flatnonzero(shares > _GOOD))
    roles = _roles if scene else _whole
    clouded, missing, removed = roles(good, len(tile.dates), rng)
    hidden = np.zeros_like(truth)
    donors = np.flatnonzero((shares > _DONORS[0]) & (shares < _DONORS[1]))
    for t in clouded:
        donor = moved(~truth[rng.choice(donors)], rng) if len(donors) else disc(truth[0].shape, rng)
        hidden[t] = donor
    hidden[missing] = True
    hidden[removed] = True
    scored = hidden & truth
    asked = [t for t in (*clouded, *missing, *removed) if scored[t].sum() >= _FEWEST_PIXELS]
    asked.sort()
    clear = tile.clear & ~hidden
    kept = np.setdiff1d(np.arange(len(tile.dates)), removed)
    shown = replace(
        tile,
        dates=tile.dates[kept],
        reflectance=np.where(clear[kept, None], tile.reflectance[kept], np.float32(0)),
        clear=clear[kept],
    )
    if vary:  # last, so that the rest of an exercise does not depend on it
        shown = with_missed_cloud(shown, rng)
    return Exercise(shown, tile.dates[asked], tile.reflectance[asked], scored[asked])


def _roles(
    good: IntArray, dates: int, rng: np.random.Generator
) -> tuple[list[int], list[int], list[int]]:
    """Which of the good frames get a cloud, go missing, are taken out."""
    count = len(good)
    clouds = max(1, round(count * rng.uniform(0.25, 0.5)))
    clouded = [int(t) for t in good[:clouds]]
    rest = [int(t) for t in good[clouds:]]
    if len(rest) < 4:
        return clouded, [], []
    removed = rest[: max(1, round(0.06 * count))]
    first = rest[len(removed)]
    run = 1 if rng.random() < 0.6 else int(rng.integers(2, 5))
    missing = [t for t in range(first, min(first + run, dates)) if t not in (*removed, *clouded)]
    extra = rest[len(removed) + 1 :][: round(0.08 * count)]
    return clouded, sorted({*missing, *extra} - set(removed)), removed


def _whole(
    good: IntArray, dates: int, rng: np.random.Generator
) -> tuple[list[int], list[int], list[int]]:
    """The same without clouds: up to two in five go missing, some with all in a run, or are taken
    out."""
    if len(good) < 3:
        return [], [], []
    chosen = [int(t) for t in good[: max(1, round(len(good) * rng.uniform(0.15, 0.4)))]]
    count = len(chosen) // 2 if rng.random() < 0.8 else 0
    removed, missing = chosen[:count], set(chosen[count:])
    if rng.random() < 0.5:
        run = int(rng.integers(2, 7))
        first = max(0, chosen[count] - run // 2)
        missing |= set(range(first, min(first + run, dates))) - set(removed)
    return [], sorted(missing), removed


def _cut(tile: Tile, rng: np.random.Generator) -> Tile:
    """A random part of a large tile, and of a long series."""
    height, width = tile.clear.shape[1:]
    row = int(rng.integers(max(height - _SIDE, 0) + 1))
    col = int(rng.integers(max(width - _SIDE, 0) + 1))
    rows, cols = slice(row, row + _SIDE), slice(col, col + _SIDE)
    size = (min(height, _SIDE), min(width, _SIDE))
    window = Window(0, 0, *size)
    first = int(rng.integers(max(len(tile.dates) - _MOST_DATES, 0) + 1))
    some = slice(first, first + _MOST_DATES)
    dates = tile.dates[some]
    near = (tile.radar_dates >= dates[0] - 30) & (tile.radar_dates <= dates[-1] + 30)
    return replace(
        tile,
        window=window,
        core=window,
        shape=size,
        dates=dates,
        reflectance=tile.reflectance[some, :, rows, cols],
        clear=tile.clear[some, rows, cols],
        radar_dates=tile.radar_dates[near],
        radar=tile.radar[near][..., rows, cols],
    )


def _fewer(tile: Tile, rng: np.random.Generator) -> Tile:
    """Sometimes without radar or an orbit of it, sometimes fewer bands or dates."""
    passes = np.arange(len(tile.radar_dates))
    if rng.random() < 0.15:
        passes = passes[:0]
    elif rng.random() < 0.2:
        passes = _every_other_orbit(tile.radar_dates, int(rng.integers(2)))
    bands = list(range(len(tile.bands)))
    subset = [i for i, b in enumerate(tile.bands) if b in _SUBSETS[rng.integers(len(_SUBSETS))]]
    if rng.random() < 0.4 and len(subset) >= 2:
        bands = subset
    dates = np.arange(len(tile.dates))
    if rng.random() < 0.3 and len(dates) > 16:
        count = int(rng.integers(12, len(dates)))
        dates = np.sort(rng.choice(dates, count, replace=False))
    return replace(
        tile,
        dates=tile.dates[dates],
        bands=tuple(tile.bands[i] for i in bands),
        reflectance=tile.reflectance[dates][:, bands],
        clear=tile.clear[dates],
        radar_dates=tile.radar_dates[passes],
        radar=tile.radar[passes],
    )


def _every_other_orbit(dates: DateArray, first: int) -> IntArray:
    """The passes of every other orbit; every other pass where there is one orbit only."""
    _, orbits = np.unique(dates.astype(np.int64) % _ORBIT_RETURNS, return_inverse=True)
    if not orbits.any():
        return np.arange(first, len(dates), 2)
    return np.flatnonzero(orbits % 2 == first)


def _coarser(tile: Tile) -> Tile:
    """Pixels of twice the side, clear where all four are."""
    height, width = (side // 2 * 2 for side in tile.clear.shape[1:])

    def quads(images: Images) -> Images:
        cut = images[..., :height, :width]
        return cut.reshape(*images.shape[:-2], height // 2, 2, width // 2, 2)

    return replace(
        tile,
        reflectance=quads(tile.reflectance).mean(axis=(-3, -1), dtype=np.float32),
        clear=quads(tile.clear).all(axis=(-3, -1)),
        radar=quads(tile.radar).mean(axis=(-3, -1), dtype=np.float32),
    )


def _lit(tile: Tile, rng: np.random.Generator) -> Tile:
    """Sometimes under another sky: a gain, and for the short waves a veil of their own."""
    if rng.random() < 0.5:
        return tile
    gain = rng.uniform(0.85, 1.15) * rng.uniform(0.95, 1.05, len(tile.bands))
    veil = rng.uniform(0, 0.08) * np.array([_VEIL.get(band, 0.1) for band in tile.bands])
    lit = tile.reflectance * gain[:, None, None] + veil[:, None, None]
    return replace(tile, reflectance=np.clip(lit, 0, 1).astype(np.float32))


def _turned(tile: Tile, rng: np.random.Generator) -> Tile:
    """Flipped at random; the images keep their sides."""
    for axis in (-1, -2):
        if rng.random() < 0.5:
            tile = replace(
                tile,
                reflectance=np.flip(tile.reflectance, axis),
                clear=np.flip(tile.clear, axis),
                radar=np.flip(tile.radar, axis),
            )
    return replace(
        tile,
        reflectance=np.ascontiguousarray(tile.reflectance),
        clear=np.ascontiguousarray(tile.clear),
        radar=np.ascontiguousarray(tile.radar),
    )
