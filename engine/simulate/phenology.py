"""When things grow: crop calendars as daily curves of leaf area.

A calendar is a list of `Growth`. Each rises and falls as a double logistic (Zhang et al. 2003,
doi:10.1016/S0034-4257(02)00135-9), may flower, and may be cut. What falls before the cut
turns brown and stands as straw; what is left after it fades as stubble. Dates are typical of
southern Germany (phenology of the German weather service), with some days of chance per field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Union

import numpy as np
import numpy.typing as npt

from .noise import Float
from .spectra import Cover

NEVER = 1e5


@dataclass(frozen=True)
class Growth:
    """One flush of leaves. Days count from 1 January of the harvest year, from 0."""

    peak: float
    """Leaf area index at the top, m2 per m2."""
    rise: float
    """Day on which half of it has grown."""
    fall: float
    """Day on which half of it has turned brown."""
    cut: float = NEVER
    """Day on which it is harvested, mown or ploughed in."""
    rise_rate: float = 8.0
    """Steepness of the rise, days."""
    fall_rate: float = 5.0
    """Steepness of the fall, days."""
    straw: float = 0.6
    """Share of the leaf area that stands on, brown."""
    stubble: float = 0.0
    """Brown area index left by the cut."""
    bloom: float = -NEVER
    """Middle day of a flowering of four weeks that hides the leaves."""
    bulk: float = 1.0
    """How much it scatters radar for its leaf area."""


Chance = Callable[[float], float]
"""Gives a shift in days, or a factor's logarithm, of the asked spread."""


def _cereal(shift: Chance) -> list[Growth]:
    ripe, cut = 180 + shift(4), 208 + shift(5)
    return [
        Growth(0.5, -50 + shift(8), ripe, cut, bulk=0.4),
        Growth(4.0, 102 + shift(5), ripe, cut, 9, 5, 0.7, 0.9, bulk=0.5),
        *_cover_crop(shift, 245, 330),
    ]


def _rape(shift: Chance) -> list[Growth]:
    ripe, cut = 172 + shift(4), 200 + shift(4)
    return [
        Growth(1.1, -95 + shift(6), ripe, cut),
        Growth(3.2, 92 + shift(4), ripe, cut, 7, 6, 0.8, 0.7, bloom=124 + shift(4), bulk=2.2),
        Growth(0.9, 232 + shift(5), 400, 262 + shift(6)),
    ]


def _maize(shift: Chance) -> list[Growth]:
    ripe = 250 + shift(6)
    return [Growth(4.3, 172 + shift(5), ripe, ripe + 24 + shift(5), 7, 8, 0.7, 0.5, bulk=1.5)]


def _beet(shift: Chance) -> list[Growth]:
    return [Growth(4.2, 162 + shift(5), 310, 285 + shift(12), 8, 25, 0.3, 0.1, bulk=1.1)]


def _cover_crop(shift: Chance, sown: float, ends: float) -> list[Growth]:
    thick = shift(1.2)
    return [Growth(thick, sown + shift(6), ends, ends - 10, 7, 10)] if thick > 0 else []


def _meadow(shift: Chance) -> list[Growth]:
    """Grass for hay or silage: a spring flush, then a regrowth after each mowing."""
    cuts = [140 + shift(7), 186 + shift(8), 232 + shift(8), 278 + shift(8)]
    cuts = cuts[: 2 + int(abs(shift(1.6)) // 0.8) % 3]
    flushes = [Growth(3.2, 95 + shift(4), NEVER, cuts[0], 9, stubble=0.5)]
    for cut, following in zip(cuts, [*cuts[1:], NEVER]):
        flushes.append(Growth(2.8, cut + 16, 312, following, 5, 14, 0.2, 0.4))
    return flushes


def _trees(shift: Chance) -> list[Growth]:
    return [Growth(3.6, 116 + shift(3), 293 + shift(4), 314 + shift(3), 4, 7, 0.9, 0.5)]


def _garden(shift: Chance) -> list[Growth]:
    return [Growth(1.5, 105 + shift(5), 295 + shift(5), NEVER, 10, 14, 0.4)]


def _conifer(shift: Chance) -> list[Growth]:
    return [Growth(0.7, 140 + shift(4), 290, NEVER, 12, 20, 0.0)]


ROTATIONS: tuple[tuple[Callable[[Chance], list[Growth]], ...], ...] = (
    (_cereal, _maize),
    (_rape, _cereal, _cereal),
    (_rape, _cereal, _maize, _cereal),
    (_beet, _cereal, _cereal),
    (_maize, _maize, _cereal),
    (_rape, _cereal, _beet, _cereal),
)
"""Crops of one field, year after year."""

PERENNIALS = {
    Cover.GRASS: _meadow,
    Cover.GARDEN: _garden,
    Cover.HEDGE: _trees,
    Cover.BROADLEAF: _trees,
    Cover.CONIFER: _conifer,
}

#            arable grass garden hedge broad. conifer
EVERGREEN = (0.05, 0.95, 0.65, 0.55, 0.30, 3.40)
TWIGS = (0.0, 0.15, 0.30, 0.90, 1.30, 0.25)
"""Leaf area that stays green, and brown area that stays, by `Cover`."""


@dataclass(frozen=True)
class Curves:
    """Daily growth of every parcel."""

    first: int
    """Day of column 0, days since 1970-01-01."""
    area: Float
    """Green, brown and flowering area index, and what scatters radar, ``(P, D, 4)``."""
    year: int
    """Harvest year of the first of the ``crops``."""
    crops: tuple[tuple[str, ...], ...]
    """Name of the crop of each parcel in each harvest year."""


def grow(rng: np.random.Generator, covers: npt.NDArray[np.int64], first: int, days: int) -> Curves:
    """Give every parcel a calendar and follow it day by day.

    Args:
        rng: Source of chance.
        covers: `Cover` of each parcel, ``(P,)``.
        first: First day, days since 1970-01-01.
        days: Number of days D.
    """

    def shift(spread: float) -> float:
        return float(rng.normal(0.0, spread))

    years = range(_year(first), _year(first + days) + 2)
    rows: list[tuple[float, ...]] = []
    starts: list[int] = []
    names: list[tuple[str, ...]] = []
    for cover in covers:
        rotation = ROTATIONS[int(rng.integers(len(ROTATIONS)))]
        turn = int(rng.integers(len(rotation)))
        vigour = float(np.exp(rng.normal(0.0, 0.12)))
        crops = []
        starts.append(len(rows))
        for year in years:
            arable = cover == Cover.ARABLE
            crop = rotation[(turn + year) % len(rotation)] if arable else PERENNIALS[Cover(cover)]
            origin = _new_year(year) - first
            rows += [_row(growth, origin, vigour) for growth in crop(shift)]
            crops.append(crop.__name__.strip("_"))
        names.append(tuple(crops))

    area = np.add.reduceat(_daily(np.array(rows, np.float32), days), starts, axis=0)
    area[..., [0, 3]] += np.array(EVERGREEN, np.float32)[covers, None, None]
    area[..., 1] += np.array(TWIGS, np.float32)[covers, None]
    return Curves(first, area, years[0], tuple(names))


def _row(growth: Growth, origin: float, vigour: float) -> tuple[float, ...]:
    g = growth
    return (
        g.peak * vigour, g.rise + origin, g.fall + origin, g.cut + origin,
        g.rise_rate, g.fall_rate, g.straw, g.stubble, g.bloom + origin, g.bulk,
    )  # fmt: skip


def _daily(rows: Float, days: int) -> Float:
    """Evaluate ``(N, 10)`` growths on every day, ``(N, D, 4)`` as in `Curves`."""
    day = np.arange(days, dtype=np.float32)
    peak, rise, fall, cut, rise_rate, fall_rate, straw, stubble, bloom, bulk = rows.T[:, :, None]
    risen = _logistic((day - rise) / rise_rate)
    fallen = _logistic((day - fall) / fall_rate)
    standing = day < cut
    fading = np.exp(np.minimum(cut - day, 0.0) / 25.0) * ~standing
    flower = 1.2 * np.exp(-(((day - bloom) / 9.0) ** 2))
    green = peak * risen * (1 - fallen) * standing
    brown = straw * peak * risen * fallen * standing + stubble * fading
    # Straw and twigs hold little water.
    scatterers = bulk * (green + 0.35 * brown)
    return np.asarray(np.stack([green, brown, flower * standing, scatterers], -1), np.float32)


def _logistic(x: Float) -> Float:
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x), np.float32)


def _year(day: Union[int, np.int64]) -> int:
    return int(np.datetime64(int(day), "D").astype("datetime64[Y]").astype(np.int64)) + 1970


def _new_year(year: int) -> int:
    return int(np.datetime64(f"{year:04d}-01-01", "D").astype(np.int64))
