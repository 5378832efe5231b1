"""Days: when satellites pass, how much cloud there is, rain, the sun, the air.

Whatever belongs to one day is drawn from ``(seed, day)``, so that any day can be asked for
alone and always looks the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .noise import Float
from .spectra import WAVELENGTHS

Days = npt.NDArray[np.int64]

LATITUDE = np.deg2rad(48.5)
OVERPASS = np.deg2rad(-19.0)
"""Hour angle of the sun at 10:45 local solar time."""


def passes(
    rng: np.random.Generator, first: int, days: int, repeat: int, orbits: tuple[int, ...]
) -> tuple[Days, Days]:
    """List every overpass of a satellite that returns each ``repeat`` days on each orbit.

    Args:
        rng: Draws the first pass.
        first: First day, days since 1970-01-01.
        days: Length of the window.
        repeat: Days between two passes of an orbit.
        orbits: Day of each orbit within the repeat cycle, all different.

    Returns:
        The days in order, and the number of the orbit of each.
    """
    cycle = np.full(repeat, -1)
    cycle[list(orbits)] = range(len(orbits))
    window = np.arange(first, first + days)
    orbit = cycle[(window + int(rng.integers(repeat))) % repeat]
    return window[orbit >= 0], orbit[orbit >= 0]


def keep(rng: np.random.Generator, count: int, total: int) -> Days:
    """Choose which ``count`` of ``total`` passes are not dropped, in order."""
    return np.sort(rng.choice(total, min(count, total), replace=False))


def cloud_cover(rng: np.random.Generator, days: Days, mean: float) -> npt.NDArray[np.float64]:
    """Draw the cloud cover of each day, 0 to 1, so that the mean is as asked.

    Days are mostly fair or mostly grey, and grey more often in winter: the log-odds of cover
    are those of a uniform draw, stretched, plus a season.
    """
    if len(days) == 0 or mean <= 0:
        return np.zeros(len(days))
    if mean >= 1:
        return np.ones(len(days))
    even = (rng.permutation(len(days)) + rng.random(len(days))) / len(days)
    odds = 1.9 * np.log(even / (1 - even)) + 1.2 * np.cos(_season(days))
    low, high = -30.0, 30.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if _share(odds + middle).mean() < mean else (low, middle)
    return _share(odds + low)


def _share(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    share = 0.5 + 0.5 * np.tanh(odds / 2)
    return np.where(share < 0.04, 0.0, np.where(share > 0.97, 1.0, share))


def soil_moisture(rng: np.random.Generator, first: int, days: int) -> Float:
    """Follow the wetness of the top soil, 0 dry to 1 full, one value a day ``(D,)``.

    Showers come as a Poisson process with gamma amounts (Rodriguez-Iturbe et al. 1999,
    doi:10.1098/rspa.1999.0477) and dry up within days in summer, weeks in winter.
    """
    season = np.cos(_season(np.arange(first, first + days)))
    rain = np.where(rng.random(days) < 0.27, rng.gamma(0.8, 0.35, days), 0.0)
    stays = np.exp(-1.0 / (9.0 + 5.0 * season))
    wet = np.empty(days, np.float32)
    level = 0.4
    for day in range(days):
        level = min(1.0, level * stays[day] + rain[day])
        wet[day] = level
    return wet


def sun(days: Days) -> tuple[Float, Float]:
    """Where the sun stands at the overpass: zenith and azimuth from north, radians ``(T,)``."""
    tilt = -np.deg2rad(23.44) * np.cos(_season(days))
    up = np.sin(LATITUDE) * np.sin(tilt) + np.cos(LATITUDE) * np.cos(tilt) * np.cos(OVERPASS)
    south = np.sin(LATITUDE) * np.cos(tilt) * np.cos(OVERPASS) - np.cos(LATITUDE) * np.sin(tilt)
    west = np.cos(tilt) * np.sin(OVERPASS)
    azimuth = np.pi + np.arctan2(west, south)
    return np.arccos(up).astype(np.float32), azimuth.astype(np.float32)


def atmosphere(seed: int, days: Days) -> tuple[Float, Float]:
    """What atmospheric correction leaves behind: gain and offset of each day and band.

    Returns:
        Two arrays ``(T, C)``; the error of the aerosol grows toward the blue.
    """
    haze = (WAVELENGTHS / 490.0) ** -1.6
    gain, offset = [], []
    for day in days:
        rng = np.random.default_rng((seed, int(day), 1))
        gain.append(1 + 0.022 * rng.standard_normal() + 0.006 * rng.standard_normal(len(haze)))
        offset.append(0.005 * rng.standard_normal() * haze)
    shape = (len(days), len(haze))
    return (
        np.array(gain, np.float32).reshape(shape),
        np.array(offset, np.float32).reshape(shape),
    )


def _season(days: Days) -> npt.NDArray[np.float64]:
    """Angle of the year, 0 at the winter solstice."""
    return (days + 10.5) * (2 * np.pi / 365.2425)
