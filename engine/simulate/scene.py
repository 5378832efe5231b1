"""A simulated stack with everything that a real one hides: the ground under the clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

import numpy as np
import numpy.typing as npt

from . import mask
from .clouds import draw_sky, veil
from .noise import Float
from .spectra import BANDS
from .weather import cloud_cover, keep, passes, sun
from .world import DateLike, Dates, World

EPSG = 32632
ORIGIN = (663000.0, 5372000.0)
"""Easting and northing of the upper left corner: hills of Bavaria."""

PIXEL = 10.0
"""Metres."""


@dataclass(frozen=True)
class Scene:
    """One year of two satellites over one piece of land."""

    world: World
    """The land itself, to be asked for any day."""
    bands: tuple[str, ...]
    """Names of the optical bands."""
    dates: Dates
    """Optical dates, ``(T,)``."""
    reflectance: Float
    """Frames as seen, clouds and all, ``(T, C, H, W)``."""
    truth: Float
    """The same frames under a clear sky, with the same air, ``(T, C, H, W)``."""
    opacity: Float
    """How much cloud, shadow or haze disturbs a pixel; 0: seen equals truth, ``(T, H, W)``."""
    scl: npt.NDArray[np.uint8]
    """Sen2Cor scene classes, imperfect as they are, ``(T, H, W)``."""
    radar_dates: Dates
    """Radar dates, none of them optical, ``(R,)``."""
    radar_orbits: npt.NDArray[np.int64]
    """Orbit of each radar date, 0 or 1, ``(R,)``."""
    radar: Float
    """Backscatter in dB, VV then VH, ``(R, 2, H, W)``."""
    epsg: int = EPSG
    """Coordinate reference system."""
    transform: tuple[float, float, float, float, float, float] = (
        PIXEL, 0.0, ORIGIN[0], 0.0, -PIXEL, ORIGIN[1],
    )  # fmt: skip
    """Affine coefficients a, b, c, d, e, f: x = a col + b row + c, y = d col + e row + f."""

    @property
    def clear(self) -> npt.NDArray[np.bool_]:
        """What the classes call usable, ``(T, H, W)``."""
        return np.isin(self.scl, mask.USABLE)

    def truth_at(self, dates: DateLike) -> Float:
        """Clear frames of any days of the window, acquired or not, ``(N, C, H, W)``.

        On an acquired date this is ``truth`` to the bit.

        Raises:
            ValueError: A date lies more than 60 days outside the window.
        """
        return self.world.reflectance(dates)


def simulate(
    seed: int = 7,
    size: tuple[int, int] = (128, 128),
    start: Union[str, np.datetime64] = "2021-03-01",
    days: int = 365,
    frames: int = 40,
    radar_frames: int = 50,
    cover: float = 0.40,
) -> Scene:
    """Simulate one stack.

    Args:
        seed: Same seed and arguments, same scene.
        size: Height and width in pixels of 10 m.
        start: First day of the window.
        days: Length of the window.
        frames: Optical dates wanted; the satellite passes every five days, others are dropped.
        radar_frames: Radar dates wanted; two orbits of six days, others are dropped.
        cover: Mean share of the ground under cloud; shadows come on top.
    """
    first = int(np.datetime64(start, "D").astype(np.int64))
    world = World.create(seed, size, first, days)
    rng = np.random.default_rng((seed, 1))

    optical, _ = passes(rng, first, days, 5, (0,))
    optical = optical[keep(rng, frames, len(optical))]
    dates = optical.astype("datetime64[D]")
    truth = world.reflectance(dates)
    zenith, azimuth = sun(optical)
    sky = draw_sky(rng, size, cloud_cover(rng, optical, cover), zenith, azimuth)
    seen = veil(truth, sky)

    flights, orbits = passes(rng, first, days, 6, (0, 2))
    free = np.flatnonzero(~np.isin(flights, optical))
    free = free[keep(rng, radar_frames, len(free))]
    flights, orbits = flights[free], orbits[free]
    radar_dates = flights.astype("datetime64[D]")
    return Scene(
        world=world,
        bands=BANDS,
        dates=dates,
        reflectance=seen,
        truth=truth,
        opacity=sky.opacity,
        scl=mask.classify(seen, sky),
        radar_dates=radar_dates,
        radar_orbits=orbits,
        radar=world.backscatter(radar_dates, orbits),
    )
