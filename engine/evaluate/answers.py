"""Asking a method for what is hidden."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Optional

import numpy as np
import numpy.typing as npt

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.evaluate.draws import Draw
from kairos.engine.evaluate.metrics import ssim_map
from kairos.engine.method import Estimate, Method
from kairos.engine.parallel import each
from kairos.engine.rasters.grid import Window
from kairos.engine.registry import fit_of

_AT_ONCE = 8
"""Days estimated between two words on how far it is."""

_SURROUNDINGS = 16
"""Pixels around a pixel that its curve is computed with."""

Similarity = npt.NDArray[np.float64]
"""(D, 2, 2) sum and count of SSIM over windows, of all known centres and of hidden ones."""


@dataclass(frozen=True)
class Answers:
    """What one method says of the hidden looks of some draws, row by row as in `Rows`."""

    mean: FloatArray
    """(N, C) reflectance."""
    sigma: FloatArray
    """(N, C)"""
    similarity: Similarity
    dates: DateArray
    """(D,) the days that `similarity` is of."""
    seconds: float
    """Time to fit, prepare and estimate."""
    asked: tuple[Asked, ...]
    """The fitted method of each draw, for more questions."""


@dataclass(frozen=True)
class Asked:
    """A method that has prepared a draw."""

    draw: Draw
    method: Method[Any]
    state: Any

    def image(self, date: np.datetime64) -> FloatArray:
        """The estimate (C, h, w) of a day."""
        estimate: Estimate = self.method.estimate(self.state, np.array([date]))
        return np.asarray(estimate.mean[0])

    def curve(self, row: int, col: int, dates: DateArray) -> FloatArray:
        """The estimate (D, C) of a pixel on some days.

        Acquired days are taken from their whole frame, the others from the pixel's surroundings.
        """
        place = self.draw.tile.window
        pixel = Window(place.row + row, place.col + col, 1, 1)
        near = self.draw.tile.around(pixel, _SURROUNDINGS)
        local = Asked(self.draw, self.method, self.method.prepare(near))
        r, c = pixel.row - near.window.row, pixel.col - near.window.col

        acquired = {*self.draw.tile.dates, *self.draw.dates}

        def value(date: np.datetime64) -> FloatArray:
            if date in acquired:
                return self.image(date)[:, row, col].copy()
            return local.image(date)[:, r, c].copy()

        return np.stack(each(value, dates))


@dataclass(frozen=True)
class _Day:
    mean: FloatArray
    sigma: FloatArray
    similarity: Similarity


def ask(
    model: str, draws: Sequence[Draw], told: Callable[[float], None] = lambda share: None
) -> Answers:
    """Fit a model to what is visible in each draw and ask it for what is hidden.

    Each draw is a stack by itself. Estimates that are NaN stay so.

    Args:
        model: its name.
        draws: what it may see, and what is asked.
        told: told the share that is done; may raise CancelledError.

    Raises:
        ModelError: no such model, or it cannot run here.
    """
    fit = fit_of(model)
    asked, days, seconds = [], [], 0.0
    for i, draw in enumerate(draws):
        start = time.perf_counter()
        method = fit([draw.tile])
        one = Asked(draw, method, method.prepare(draw.tile))
        for d in range(0, len(draw.dates), _AT_ONCE):
            told((i + d / len(draw.dates)) / len(draws))
            days += each(partial(_day, one), range(len(draw.dates))[d : d + _AT_ONCE])
        seconds += time.perf_counter() - start
        asked.append(one)
    return Answers(
        mean=np.concatenate([day.mean for day in days]),
        sigma=np.concatenate([day.sigma for day in days]),
        similarity=np.stack([day.similarity for day in days]),
        dates=np.concatenate([draw.dates for draw in draws]),
        seconds=seconds,
        asked=tuple(asked),
    )


def _day(asked: Asked, d: int) -> _Day:
    draw, hidden = asked.draw, asked.draw.hidden[d]
    estimate = asked.method.estimate(asked.state, draw.dates[d : d + 1])
    return _Day(
        mean=np.ascontiguousarray(estimate.mean[0][:, hidden].T),
        sigma=np.ascontiguousarray(estimate.sigma[0][:, hidden].T),
        similarity=_similarity(estimate.mean[0], draw, d),
    )


def _similarity(estimate: FloatArray, draw: Draw, d: int) -> Similarity:
    """SSIM of the frame as a person would get it: observed pixels copied, hidden ones filled."""
    hidden = draw.trusted[d] & np.isfinite(estimate).all(axis=0)
    observed = _observed(draw, d)
    truth = draw.truth[d]
    image = np.where(hidden, estimate, truth)
    found = ssim_map(image, truth, hidden | observed)
    if found is None:
        return np.zeros((2, 2))
    centres: list[BoolArray] = [np.isfinite(found), np.isfinite(found) & hidden]
    return np.array([[found[c].sum(), c.sum()] for c in centres])


def _observed(draw: Draw, d: int) -> BoolArray:
    """Pixels (h, w) of a day that stayed visible."""
    place: Optional[int] = next(iter(np.flatnonzero(draw.tile.dates == draw.dates[d])), None)
    return np.zeros_like(draw.hidden[d]) if place is None else draw.tile.clear[place]
