"""What people do today: composites. Kept as baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, day_numbers
from kairos.engine.method import Estimate, Source, positions, with_observations
from kairos.engine.prior.doubt import Doubt, sigma_of
from kairos.engine.stack import Tile, clear_counts

_NEAR = 45.0
"""Days around the date from which a composite is made first."""


@dataclass(frozen=True)
class Mosaic:
    """The median of a pixel's clear looks within 45 days; of all its looks where none is near."""

    doubt: Doubt
    margin: ClassVar[int] = 0

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> Mosaic:
        """Nothing to learn but the doubt: how far single looks are from the median."""
        return cls(_constant([_off_median(tile) for tile in sample], len(sample[0].bands)))

    def prepare(self, tile: Tile) -> tuple[Tile, FloatArray]:
        """The median (C, h, w) of all looks, for pixels without a near one."""
        return tile, _median(tile.reflectance, tile.clear)

    def estimate(self, state: tuple[Tile, FloatArray], dates: DateArray) -> Estimate:
        """The composites of these days."""
        tile, everything = state
        means = []
        for t, day in zip(positions(tile.dates, dates), day_numbers(dates)):
            near = np.abs(day_numbers(tile.dates) - day) <= _NEAR
            if t >= 0:
                near[t] = False
            if not near.any():
                means.append(everything)
                continue
            clear = tile.clear[near]
            means.append(
                np.where(clear.any(axis=0), _median(tile.reflectance[near], clear), everything)
            )
        mean = np.stack(means).astype(np.float32)
        return with_observations(tile, dates, mean, _sigma(self.doubt, mean), Source.TIME)


@dataclass(frozen=True)
class LeastCloudy:
    """Gaps filled from whole frames: the clearest within 45 days first, then by nearness."""

    doubt: Doubt
    shares: FloatArray
    margin: ClassVar[int] = 0

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> LeastCloudy:
        """Rank the frames by their clear ground."""
        counts, ever = clear_counts(sample)
        errors = [_off_median(tile) for tile in sample]
        return cls(_constant(errors, len(sample[0].bands)), counts / np.float32(max(ever, 1)))

    def prepare(self, tile: Tile) -> Tile:
        """Nothing to prepare."""
        return tile

    def estimate(self, state: Tile, dates: DateArray) -> Estimate:
        """The composites of these days."""
        own = positions(state.dates, dates)
        mean = np.zeros((len(dates), *state.reflectance.shape[1:]), np.float32)
        for d, (t, day) in enumerate(zip(own, day_numbers(dates))):
            apart = np.abs(day_numbers(state.dates) - day)
            order = np.lexsort((np.where(apart <= _NEAR, -self.shares, apart), apart > _NEAR))
            missing = np.ones(state.clear.shape[1:], bool)
            for s in order:
                if s == t:
                    continue
                use = missing & state.clear[s]
                np.copyto(mean[d], state.reflectance[s], where=use)
                missing &= ~use
                if not missing.any():
                    break
        return with_observations(state, dates, mean, _sigma(self.doubt, mean), Source.TIME)


def _median(values: FloatArray, clear: BoolArray) -> FloatArray:
    """Median over the clear looks (T, h, w) of each pixel, (C, h, w); 0 where there is none."""
    ordered = np.sort(np.where(clear[:, None], values, np.float32(np.inf)), axis=0)
    count = clear.sum(axis=0)
    low = np.maximum(count - 1, 0) // 2
    high = np.maximum(count // 2, low)
    shape = (1, ordered.shape[1], *count.shape)
    pair = [np.take_along_axis(ordered, np.broadcast_to(i, shape), axis=0)[0] for i in (low, high)]
    return np.where(count > 0, (pair[0] + pair[1]) / 2, np.float32(0)).astype(np.float32)


def _off_median(tile: Tile) -> FloatArray:
    """How far each clear value is from the median of its pixel and band."""
    off = tile.reflectance - _median(tile.reflectance, tile.clear)
    return off[np.broadcast_to(tile.clear[:, None], off.shape)]


def _constant(errors: Sequence[FloatArray], bands: int) -> Doubt:
    """One doubt for every gap: a composite does not know how old it is."""
    sigma = sigma_of(np.concatenate(errors)[:, None])
    return Doubt(np.tile(sigma, (6, bands)))


def _sigma(doubt: Doubt, mean: FloatArray) -> FloatArray:
    return np.broadcast_to(doubt.table[0][None, :, None, None], mean.shape).copy()
