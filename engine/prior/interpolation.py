"""The plain baselines: the line between two looks, the nearest look, the last look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kairos.engine.arrays import DateArray, FloatArray, day_numbers
from kairos.engine.clear import without_missed_cloud
from kairos.engine.method import Estimate, Source, clear_pixels, with_observations
from kairos.engine.prior.doubt import Doubt
from kairos.engine.prior.looks import Looks
from kairos.engine.stack import Tile

_SAMPLE = 4096


@dataclass(frozen=True)
class LooksState:
    """A tile and its looks."""

    tile: Tile
    looks: Looks


@dataclass(frozen=True)
class Interpolation:
    """A method that knows only the clear looks before and after a day."""

    doubt: Doubt
    margin: ClassVar[int] = 0

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> Interpolation:
        """Learn the doubt from days whose answer is known."""
        values, clear = clear_pixels(sample, _SAMPLE)
        days = day_numbers(sample[0].dates)
        looks = Looks.of(days, values, clear)
        true = without_missed_cloud(values[:, 0], clear)
        errors, distances = [], []
        for t, day in enumerate(days):
            distance = looks.distance(float(day))
            known = true[t] & np.isfinite(distance)
            errors.append((cls.value(looks, float(day)) - values[t])[:, known].T)
            distances.append(distance[known])
        return cls(Doubt.learn(np.concatenate(errors), np.concatenate(distances)))

    @staticmethod
    def value(looks: Looks, day: float) -> FloatArray:
        """The estimate (C, ...) of a day from the looks around it."""
        raise NotImplementedError

    def prepare(self, tile: Tile) -> LooksState:
        """Scan the series for its looks."""
        looks = Looks.of(day_numbers(tile.dates), tile.reflectance, tile.clear)
        return LooksState(tile, looks)

    def estimate(self, state: LooksState, dates: DateArray) -> Estimate:
        """The frames of these days."""
        days = [float(d) for d in day_numbers(dates)]
        mean = np.stack([self.value(state.looks, day) for day in days])
        sigma = np.stack([self.doubt(state.looks.distance(day)) for day in days])
        return with_observations(state.tile, dates, mean, sigma, Source.TIME)


class Linear(Interpolation):
    """Per-pixel linear interpolation in time: the yardstick that every ratio refers to."""

    @staticmethod
    def value(looks: Looks, day: float) -> FloatArray:
        """The line between the looks around the day."""
        return looks.linear(day)


class Nearest(Interpolation):
    """The clear look nearest in time; the earlier one at equal distance."""

    @staticmethod
    def value(looks: Looks, day: float) -> FloatArray:
        """The nearer of the two looks."""
        (v0, d0), (v1, d1) = looks.before(day), looks.after(day)
        return np.where(day - d0 <= d1 - day, v0, v1)


class Last(Interpolation):
    """The last clear look before the day; the next one where there is none."""

    @staticmethod
    def value(looks: Looks, day: float) -> FloatArray:
        """The earlier look where it exists."""
        (v0, d0), (v1, _) = looks.before(day), looks.after(day)
        return np.where(np.isfinite(d0), v0, v1)
