"""The third act: how one pixel lived through the year."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import numpy as np

from kairos.engine.arrays import DateArray, FloatArray
from kairos.engine.indices import Index, index_named
from kairos.engine.method import Source
from kairos.engine.output import check_file, write_text
from kairos.engine.prior.doubt import NINE_IN_TEN
from kairos.engine.progress import Progress, silent
from kairos.engine.reconstruct import Prepared, Reconstruction
from kairos.engine.stack import Stack

_EVERY = 5
"""Days between reconstructed points."""


@dataclass(frozen=True)
class CurvePoint:
    """One point of a curve."""

    date: np.datetime64
    value: float
    lower: float
    """Nine times in ten the truth lies between lower and upper."""
    upper: float
    kind: str
    """observed, masked or reconstructed."""


@dataclass(frozen=True)
class Curve:
    """The points of one pixel, by date; for each date the observations come first."""

    index: str
    row: int
    col: int
    points: tuple[CurvePoint, ...]

    def csv(self) -> str:
        """The points as CSV: date,value,lower,upper,kind."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("date", "value", "lower", "upper", "kind"))
        for p in self.points:
            numbers = (f"{v:.5f}" for v in (p.value, p.lower, p.upper))
            writer.writerow((str(p.date), *numbers, p.kind))
        return text.getvalue()


def curve_at(
    stack: Union[Stack, Reconstruction],
    x: float,
    y: float,
    *,
    crs: Optional[str] = None,
    index: str = "NDVI",
    model: Optional[str] = None,
    output: Optional[Path] = None,
    progress: Progress = silent,
) -> Curve:
    """The curve of an index at a point: what was seen, what was masked, what is reconstructed.

    Args:
        stack: the images, or a reconstruction made before, which answers faster.
        x: easting or longitude.
        y: northing or latitude.
        crs: reference system of the point; the stack's own by default.
        index: its name.
        model: name of the method, where a stack is given.
        output: CSV file to write, if any.
        progress: told between steps; may raise CancelledError.

    Raises:
        RequestError: the point is not on the images, or there is no such index.
        BandError: the stack lacks a band of the index.
    """
    images = stack if isinstance(stack, Stack) else stack.stack
    if output is not None:
        check_file(output, images.root)
    chosen = index_named(index)
    chosen.positions(images.bands)
    row, col = images.grid.pixel_at(x, y, crs)
    ready = (
        stack if isinstance(stack, Reconstruction) else Reconstruction.of(stack, model, progress)
    )
    prepared = ready.prepared_around(row, col)
    points = _seen(prepared, row, col, chosen) + _reconstructed(prepared, row, col, chosen)
    order = {"observed": 0, "masked": 1, "reconstructed": 2}
    points.sort(key=lambda p: (p.date, order[p.kind]))
    curve = Curve(chosen.name, row, col, tuple(points))
    if output is not None:
        write_text(output, curve.csv())
    progress("done", 1.0)
    return curve


def _seen(prepared: Prepared, row: int, col: int, index: Index) -> list[CurvePoint]:
    r, c = row - prepared.window.row, col - prepared.window.col
    points = []
    for frame, (reflectance, usable) in zip(prepared.stack.frames, prepared.as_seen):
        pixel = reflectance[:, r, c]
        if not np.isfinite(pixel).all() or not pixel.any():
            continue  # nothing was seen
        value = float(index(pixel, prepared.stack.bands))
        kind = "observed" if usable[r, c] else "masked"
        points.append(CurvePoint(frame.date, value, value, value, kind))
    return points


def _reconstructed(prepared: Prepared, row: int, col: int, index: Index) -> list[CurvePoint]:
    dates = _days(prepared.tile.dates)
    estimate = prepared.series(row, col, dates)
    mean, sigma = estimate.mean[:, :, 0, 0], estimate.sigma[:, :, 0, 0]
    values, doubt = index_with_doubt(index, mean, sigma, prepared.stack.bands)
    return [
        CurvePoint(date, float(v), float(v - NINE_IN_TEN * s), float(v + NINE_IN_TEN * s),
                   "reconstructed")
        for date, v, s, source in zip(dates, values, doubt, estimate.source[:, 0, 0])
        if source != Source.UNSEEN
    ]  # fmt: skip


def index_with_doubt(
    index: Index, mean: FloatArray, sigma: FloatArray, bands: tuple[str, ...]
) -> tuple[FloatArray, FloatArray]:
    """The index (D,) of reflectances (D, C) and its sigma.

    The errors of the bands are taken as independent, each carried through the formula by a step
    of its own size.
    """
    values = np.array([index(pixel, bands) for pixel in mean], np.float32)
    variance = np.zeros(len(values), np.float32)
    for c in index.positions(bands):
        moved = mean.copy()
        moved[:, c] += sigma[:, c]
        stepped = np.array([index(pixel, bands) for pixel in moved], np.float32)
        variance += (stepped - values) ** 2
    return values, np.sqrt(variance)


def _days(dates: DateArray) -> DateArray:
    """Every fifth day from the first acquired one to the last, and every acquired one."""
    regular = np.arange(dates[0], dates[-1] + np.timedelta64(1, "D"), np.timedelta64(_EVERY, "D"))
    return np.asarray(np.unique(np.concatenate([dates, regular])))
