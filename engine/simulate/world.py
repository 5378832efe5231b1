"""A piece of land that lives through time and can be looked at on any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

import numpy as np
import numpy.typing as npt

from . import radar
from .land import Land, draw_land
from .noise import Float
from .optics import reflect
from .phenology import Curves, grow
from .weather import Days, atmosphere, soil_moisture, sun

Dates = npt.NDArray[np.datetime64]
DateLike = Union[str, np.datetime64, npt.ArrayLike]

MARGIN = 60
"""Days that a world lives before and after its window."""

NOISE = np.float32(0.0018)
"""Noise of one band of one pixel, reflectance."""


@dataclass(frozen=True)
class World:
    """Land, its growth and its weather. Build one with `World.create`."""

    seed: int
    land: Land
    curves: Curves
    """Daily growth of each parcel."""
    moisture: Float
    """Wetness of the soil on each day of ``curves``, ``(D,)``."""
    pattern: Float
    """What each radar orbit sees brighter, dB ``(2, H, W)``."""

    @classmethod
    def create(cls, seed: int, size: tuple[int, int], first: int, days: int) -> World:
        """Create the world of a seed.

        Args:
            seed: Same seed, same world.
            size: Height and width in pixels of 10 m.
            first: First day of the window, days since 1970-01-01.
            days: Length of the window.
        """
        rng = np.random.default_rng((seed, 0))
        land = draw_land(rng, size)
        first, days = first - MARGIN, days + 2 * MARGIN
        curves = grow(rng, land.covers, first, days)
        moisture = soil_moisture(rng, first, days)
        return cls(seed, land, curves, moisture, radar.orbit_pattern(rng, land))

    def surface(self, dates: DateLike) -> Float:
        """Reflectance of the ground itself, no air and no noise, ``(T, C, H, W)``.

        Raises:
            ValueError: A date lies outside the life of this world.
        """
        days = self._days(dates)
        return reflect(self.land, self._area(days), self._wet(days), *sun(days))

    def reflectance(self, dates: DateLike) -> Float:
        """What Sentinel-2 would see under a clear sky, float32 ``(T, C, H, W)`` in [0, 1].

        Each day has its own residue of atmospheric correction and its own noise, always the
        same for that day.

        Args:
            dates: One or several days, as ``datetime64`` or text.

        Raises:
            ValueError: A date lies outside the life of this world.
        """
        days = self._days(dates)
        seen = self.surface(dates)
        gain, offset = atmosphere(self.seed, days)
        seen *= gain[:, :, None, None]
        seen += offset[:, :, None, None]
        for day, image in zip(days, seen):
            rng = np.random.default_rng((self.seed, int(day), 2))
            image += NOISE * rng.standard_normal(image.shape, dtype=np.float32)
        return np.clip(seen, np.float32(1e-4), np.float32(1), out=seen)

    def backscatter(self, dates: DateLike, orbits: npt.ArrayLike) -> Float:
        """What Sentinel-1 would see, dB, VV then VH, float32 ``(R, 2, H, W)``.

        Args:
            dates: One or several days.
            orbits: 0 or 1 for each day.

        Raises:
            ValueError: A date lies outside the life of this world.
        """
        days = self._days(dates)
        orbit = np.asarray(orbits, np.int64).reshape(-1)
        looks = [
            radar.speckle(np.random.default_rng((self.seed, int(day), 3)), self.land.size)
            for day in days
        ]
        area, wet = self._area(days), self._wet(days)
        return radar.scatter(self.land, area, wet, orbit, self.pattern, looks)

    def crop(self, year: int) -> npt.NDArray[np.str_]:
        """Name of what grows on each pixel toward the harvest of ``year``, ``(H, W)``."""
        names = np.array([crops[year - self.curves.year] for crops in self.curves.crops])
        return np.asarray(names[self.land.parcel], np.str_)

    def _days(self, dates: DateLike) -> Days:
        days: Days = np.atleast_1d(np.asarray(dates, "datetime64[D]")).astype(np.int64)
        first, last = self.curves.first, self.curves.first + len(self.moisture) - 1
        outside = days[(days < first) | (days > last)]
        if len(outside):
            lived = np.array([first, last, outside[0]]).astype("datetime64[D]")
            raise ValueError(f"{lived[2]} is outside this world: {lived[0]} to {lived[1]}")
        return days

    def _area(self, days: Days) -> Float:
        """Leaf area of each pixel: its parcel's curve, read a little early or late."""
        late = np.rint(self.land.lateness).astype(np.int64)
        day = days[:, None, None] - self.curves.first - late
        day = np.clip(day, 0, len(self.moisture) - 1)
        area = self.curves.area[self.land.parcel, day]
        area *= self.land.vigour[..., None]
        return np.ascontiguousarray(np.moveaxis(area, -1, 0))

    def _wet(self, days: Days) -> Float:
        return np.asarray(self.moisture[days - self.curves.first], np.float32)
