"""The temporal prior: what a pixel's own other days say about a day.

A local linear fit over time whose bandwidth the stack chooses itself by leave-one-out (or the
plain line between looks, where nothing does better), corrected by a pooled ridge regression with
season and radar. Days that are off as a whole count for less. It answers for frames with nothing
clear and for days between acquisitions, where each observation counts by how far its pixel bears it
out, and, without that, it is the base on which scene regression stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, day_numbers
from kairos.engine.clear import without_missed_cloud
from kairos.engine.method import Estimate, Source, clear_pixels, thinned, with_observations
from kairos.engine.parallel import Once
from kairos.engine.prior.doubt import Doubt
from kairos.engine.prior.factors import Latent
from kairos.engine.prior.frame_trust import with_trust
from kairos.engine.prior.local_linear import LocalLinear, choose_smoother
from kairos.engine.prior.looks import Looks
from kairos.engine.prior.pooled import PooledRidge, fit_pooled
from kairos.engine.prior.radar import RadarSeries, has_radar
from kairos.engine.prior.trusted import Trusted, weights
from kairos.engine.stack import Tile

_SAMPLE = 4096
_FOLDS = 4


@dataclass(frozen=True)
class TemporalState:
    """A tile with its looks; the radar of the acquired days rides along as two more bands."""

    tile: Tile
    series: FloatArray
    """(T, C, h, w), or (T, C + 2, h, w) with radar; 0 where not clear."""
    looks: Looks
    unseen: BoolArray
    """(h, w) pixels that no day saw."""
    radar: Optional[RadarSeries]
    """None where the prior does not use it."""
    trusted: Once[Trusted]
    """Made when a day is asked from time alone."""
    latent: Optional[Latent] = None
    """The factors of its pixels, where frames are learned thoroughly."""


@dataclass(frozen=True)
class TemporalPrior:
    """The prior of a stack."""

    smoother: Optional[LocalLinear]
    """None where the line between looks does best."""
    pooled: Optional[PooledRidge]
    doubt: Doubt
    usual: float = 0.0
    """How far observations are off the others of their pixel, reflectance: half of them less."""
    margin: ClassVar[int] = 1

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> TemporalPrior:
        """Choose the smoother and fit the pooled ridge on a sample of the stack."""
        first = sample[0]
        days, count = day_numbers(first.dates), len(first.bands)
        values, clear = clear_pixels(sample, _SAMPLE)
        looks = Looks.of(days, values, clear)
        distance = np.stack([looks.distance(float(day)) for day in days])
        line = looks.lines(days)
        known = clear & np.isfinite(distance)
        smoother, base = choose_smoother(values, clear, days, line, known)
        smoother = with_trust(smoother, base, values, clear, days)
        radar = _radar_series(sample, days)
        values = np.concatenate([values, radar * clear[:, None]], axis=1)
        looks = Looks.of(days, values, clear)
        base = line = looks.lines(days)
        usual = 0.0
        if smoother is not None:
            base = smoother(values, clear, days, days, line)
        if smoother is not None and smoother.trust is not None:
            off = np.abs(base - values)[:, :count].mean(axis=1)[known]
            usual = float(np.median(off)) if known.any() else 0.0
            base = _without_a_say(smoother, values, clear, looks, usual, count)
        anomaly = radar - base[:, count:]
        values, base, line = values[:, :count], base[:, :count], line[:, :count]
        true = known & without_missed_cloud(values[:, 0], clear)
        doubt = Doubt.learn(np.moveaxis(base - values, 1, -1)[true], distance[true])
        pooled = fit_pooled(values, known, base, line, anomaly, days, first.bands)
        return cls(smoother, pooled, doubt, usual)

    @property
    def trust(self) -> Optional[FloatArray]:
        """(T,) how far to trust each frame as a whole; None where all are alike."""
        return self.smoother.trust if self.smoother is not None else None

    def prepare(self, tile: Tile) -> TemporalState:
        """Scan the series for its looks."""
        days, series = day_numbers(tile.dates), tile.reflectance
        radar: Optional[RadarSeries] = None
        if self.pooled is not None and self.pooled.uses_radar:
            radar = RadarSeries.of(tile)
            series = np.concatenate([series, radar.at(days) * tile.clear[:, None]], axis=1)
        looks = Looks.of(days, series, tile.clear)
        trusted = Once(partial(self._trusted, tile, series, looks))
        return TemporalState(tile, series, looks, ~tile.clear.any(axis=0), radar, trusted)

    def base(self, state: TemporalState, dates: DateArray) -> tuple[FloatArray, FloatArray]:
        """The smooth value of each day and the line between the looks around it.

        Both are (D, C, h, w), or C + 2 bands with radar, and never from a frame of that day
        itself.
        """
        days = day_numbers(dates)
        line = state.looks.lines(days)
        if self.smoother is None:
            return line.copy(), line
        series, clear = state.series, state.tile.clear
        return self.smoother(series, clear, state.looks.days, days, line), line

    def estimate(self, state: TemporalState, dates: DateArray) -> Estimate:
        """The frames of these days."""
        days, count = day_numbers(dates), len(state.tile.bands)
        line = state.looks.lines(days)
        if self.smoother is None:
            mean = line.copy()
        else:
            known = state.trusted()
            mean = self.smoother(known.series, known.weight, state.looks.days, days, line)
        if self.pooled is not None:
            radar = state.radar.at(days) if state.radar is not None else mean[:, count:]
            for d, day in enumerate(days):
                anomaly = radar[d] - mean[d, count:]
                added = self.pooled(mean[d, :count], line[d, :count], anomaly, float(day))
                mean[d, :count] += added
        sigma = np.stack([self.doubt(state.looks.distance(float(day))) for day in days])
        return with_observations(state.tile, dates, mean[:, :count], sigma, Source.TIME)

    def _trusted(self, tile: Tile, series: FloatArray, looks: Looks) -> Trusted:
        """The series, its observations weighed where frames are."""
        if self.smoother is None or self.smoother.trust is None:
            return Trusted(series, tile.clear)
        count = len(tile.bands)
        return Trusted.of(self.smoother, series, tile.clear, looks, self.usual, count)


def _without_a_say(
    smoother: LocalLinear,
    values: FloatArray,
    clear: BoolArray,
    looks: Looks,
    usual: float,
    count: int,
) -> FloatArray:
    """The smooth value of each date, as for a day that nobody saw: what it shows has no say in how
    far the other observations are trusted."""
    days = looks.days
    base = np.empty_like(values)
    for fold in range(min(_FOLDS, len(days))):
        shown = clear.copy()
        shown[fold::_FOLDS] = False
        others = Looks.of(days, values, shown)
        weight = clear * weights(smoother, values, shown, others, usual, count)
        asked = days[fold::_FOLDS]
        line = looks.lines(asked)
        base[fold::_FOLDS] = smoother(values * weight[:, None], weight, days, asked, line)
    return base


def _radar_series(sample: Sequence[Tile], days: FloatArray) -> FloatArray:
    """Radar (T, 2, N) of the pixels that `clear_pixels` picks; (T, 0, N) without radar."""
    series = [
        RadarSeries.of(tile).at(days)
        if has_radar(tile)
        else np.zeros((len(days), 0, *tile.clear.shape[1:]))
        for tile in sample
    ]
    return thinned(series, _SAMPLE).astype(np.float32)
