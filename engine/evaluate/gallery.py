"""What a report shows of a stack: one frame as each method rebuilds it, and a pixel's curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.curve.indices import index_named
from kairos.engine.errors import BandError
from kairos.engine.evaluate.answers import Answers
from kairos.engine.evaluate.draws import Draw

_SHARE = 0.4
"""The frame shown is the one of which about this much is hidden: enough to see both."""
_DAYS = 50
"""Points of a curve at most."""


@dataclass
class Exhibit:
    """Images are reflectance (C, h, w); curves are NDVI, or the last band without its bands."""

    stack: str
    task: str
    bands: tuple[str, ...]
    date: np.datetime64
    truth: FloatArray
    known: BoolArray
    """(h, w) where the truth is known."""
    hidden: BoolArray
    """(h, w) what was hidden of it."""
    row: int
    col: int
    quantity: str
    looks: tuple[DateArray, FloatArray]
    """Days and values that the methods saw of the pixel."""
    answers: tuple[DateArray, FloatArray]
    """Days and values that were hidden of it."""
    days: DateArray
    images: dict[str, FloatArray] = field(default_factory=dict)
    curves: dict[str, FloatArray] = field(default_factory=dict)


class Gallery:
    """Collects the exhibit of a stack, model after model."""

    def __init__(self, stack: str, task: str) -> None:
        self._stack, self._task = stack, task
        self.exhibit: Optional[Exhibit] = None

    def hang(self, model: str, answers: Answers) -> None:
        """Add what a model says of the frame and of the pixel."""
        asked = answers.asked[0]
        if self.exhibit is None:
            self.exhibit = _prepared(self._stack, self._task, asked.draw)
        shown = self.exhibit
        shown.images[model] = np.where(shown.hidden, asked.image(shown.date), shown.truth)
        curve = asked.curve(shown.row, shown.col, shown.days)
        shown.curves[model] = _quantity(curve, shown.bands)[1]


def _prepared(stack: str, task: str, draw: Draw) -> Exhibit:
    shares = draw.trusted.mean(axis=(1, 2))
    d = int(np.argmin(np.abs(shares - _SHARE)))
    place = np.flatnonzero(draw.tile.dates == draw.dates[d])
    observed = draw.tile.clear[place].any(axis=0)
    looks = draw.tile.clear.sum(axis=0) + draw.trusted.sum(axis=0)
    looks = np.where(draw.trusted[d], looks - _off_centre(looks.shape), -np.inf)
    row, col = np.unravel_index(np.argmax(looks), looks.shape)
    seen, asked = draw.tile.clear[:, row, col], draw.trusted[:, row, col]
    dates = draw.tile.dates
    quantity, values = _quantity(draw.tile.reflectance[seen, :, row, col], draw.tile.bands)
    _, truths = _quantity(draw.truth[asked, :, row, col], draw.tile.bands)
    regular = np.linspace(0, (dates[-1] - dates[0]).astype(int), _DAYS).round()
    days = np.unique(np.concatenate([dates[0] + regular.astype(int), draw.dates[asked]]))
    return Exhibit(
        stack, task, draw.tile.bands, draw.dates[d], draw.truth[d], draw.hidden[d] | observed,
        draw.hidden[d], int(row), int(col), quantity, (dates[seen], values),
        (draw.dates[asked], truths), days,
    )  # fmt: skip


def _quantity(values: FloatArray, bands: tuple[str, ...]) -> tuple[str, FloatArray]:
    """NDVI of pixels (N, C), else their last band."""
    try:
        return "NDVI", index_named("NDVI")(values.T[:, :, None], bands)[:, 0]
    except BandError:
        return f"reflectance of {bands[-1]}", values[:, -1]


def _off_centre(shape: tuple[int, ...]) -> FloatArray:
    """Distance (h, w) from the centre: between pixels seen about as often the inner one tells
    more."""
    y, x = (np.abs(np.arange(n) - (n - 1) / 2) / n for n in shape)
    return np.asarray(np.maximum(y[:, None], x) * 10, np.float32)
