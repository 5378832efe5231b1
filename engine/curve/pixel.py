"""The third act: how one pixel lived through the year."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import numpy as np

from kairos.engine.arrays import DateArray, FloatArray
from kairos.engine.curve.indices import Index, index_named
from kairos.engine.frame.prepared import Prepared
from kairos.engine.method import Source
from kairos.engine.prior.doubt import NINE_IN_TEN
from kairos.engine.progress import Progress, silent
from kairos.engine.rasters.write import check_file, write_text
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.serve.results import CurveResult
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
class RadarPoint:
    """What the radar saw on one day, in dB."""

    date: np.datetime64
    vv: float
    """NaN where it saw nothing."""
    vh: float


@dataclass(frozen=True)
class Curve:
    """The points of a place, by date; for each date the observations come first."""

    index: str
    row: int
    col: int
    """The pixel; of an area the middle one."""
    points: tuple[CurvePoint, ...]
    radar: tuple[RadarPoint, ...] = ()
    pixels: int = 1
    """More than one for an area: values are then means, lower and upper one deviation away."""
    complete: bool = True
    """False where reconstructed days that would take long were left out."""

    def csv(self) -> str:
        """The points as CSV: date,value,lower,upper,kind."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("date", "value", "lower", "upper", "kind"))
        for p in self.points:
            numbers = (f"{v:.5f}" for v in (p.value, p.lower, p.upper))
            writer.writerow((str(p.date), *numbers, p.kind))
        return text.getvalue()


def curve_result(curve: Curve) -> CurveResult:
    """A curve as an answer of the worker."""
    return {
        "index": curve.index,
        "row": curve.row,
        "col": curve.col,
        "points": [
            {
                "date": str(p.date),
                "value": p.value,
                "lower": p.lower,
                "upper": p.upper,
                "kind": p.kind,
            }
            for p in curve.points
        ],
        "radar": [
            {"date": str(p.date), "vv": _number(p.vv), "vh": _number(p.vh)} for p in curve.radar
        ],
        "pixels": curve.pixels,
        "complete": curve.complete,
    }


def _number(value: float) -> Optional[float]:
    return value if np.isfinite(value) else None


def curve_at(
    stack: Union[Stack, Reconstruction],
    x: float,
    y: float,
    *,
    crs: Optional[str] = None,
    index: str = "NDVI",
    model: Optional[str] = None,
    output: Optional[Path] = None,
    quick: bool = False,
    progress: Progress = silent,
) -> Curve:
    """The curve of an index at a point: what was seen, what was masked, what is reconstructed.

    Args:
        stack: the images, or a reconstruction made before, which answers faster.
        x: easting or longitude.
        y: northing or latitude.
        crs: reference system of the point; the stack's own by default.
        index: its name, or a formula over bands such as (B08 - B04) / (B08 + B04).
        model: name of the method, where a stack is given.
        output: CSV file to write, if any.
        quick: leave out what was masked and the days for which frames must be computed first;
            what is left is the same.
        progress: told between steps; may raise CancelledError.

    Raises:
        RequestError: the point is not on the images, or the index is neither known nor a formula.
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
    dates = days_of(prepared.tile.dates)
    at_hand = prepared.at_hand(row, col, dates) if quick else np.ones(len(dates), bool)
    seen = _seen_clear(prepared, row, col, chosen) if quick else _seen(prepared, row, col, chosen)
    points = seen + _reconstructed(prepared, row, col, chosen, dates[at_hand])
    radar = () if quick else radar_of(prepared, row, col)
    curve = Curve(chosen.name, row, col, in_order(points), radar, complete=bool(at_hand.all()))
    if output is not None:
        write_text(output, curve.csv())
    progress("done", 1.0)
    return curve


def in_order(points: list[CurvePoint]) -> tuple[CurvePoint, ...]:
    """By date, the observations first."""
    order = {"observed": 0, "masked": 1, "reconstructed": 2}
    return tuple(sorted(points, key=lambda p: (p.date, order[p.kind])))


def days_of(dates: DateArray) -> DateArray:
    """Every fifth day from the first acquired one to the last, and every acquired one."""
    regular = np.arange(dates[0], dates[-1] + np.timedelta64(1, "D"), np.timedelta64(_EVERY, "D"))
    return np.asarray(np.unique(np.concatenate([dates, regular])))


def _seen(prepared: Prepared, row: int, col: int, index: Index) -> list[CurvePoint]:
    """What each image holds at a pixel, clear or not."""
    window, frames = prepared.seen_around(row, col)
    r, c = row - window.row, col - window.col
    points = []
    for frame, (reflectance, usable) in zip(prepared.stack.frames, frames):
        pixel = reflectance[:, r, c]
        if not np.isfinite(pixel).all() or not pixel.any():
            continue  # nothing was seen
        value = float(index(pixel, prepared.stack.bands))
        if np.isfinite(value):
            kind = "observed" if usable[r, c] else "masked"
            points.append(CurvePoint(frame.date, value, value, value, kind))
    return points


def _seen_clear(prepared: Prepared, row: int, col: int, index: Index) -> list[CurvePoint]:
    """What was seen clear, from memory."""
    tile = prepared.tile
    r, c = row - tile.window.row, col - tile.window.col
    clear = tile.clear[:, r, c]
    values = index.along(tile.reflectance[clear][:, :, r, c], tile.bands, 1)
    return [
        CurvePoint(date, float(v), float(v), float(v), "observed")
        for date, v in zip(tile.dates[clear], values)
        if np.isfinite(v)
    ]


def _reconstructed(
    prepared: Prepared, row: int, col: int, index: Index, dates: DateArray
) -> list[CurvePoint]:
    estimate = prepared.series(row, col, dates)
    mean, sigma = estimate.mean[:, :, 0, 0], estimate.sigma[:, :, 0, 0]
    values, doubt = index_with_doubt(index, mean, sigma, prepared.stack.bands)
    return [
        CurvePoint(date, float(v), float(v - NINE_IN_TEN * s), float(v + NINE_IN_TEN * s),
                   "reconstructed")
        for date, v, s, source in zip(dates, values, doubt, estimate.source[:, 0, 0])
        if source != Source.UNSEEN and np.isfinite(v) and np.isfinite(s)
    ]  # fmt: skip


def radar_of(prepared: Prepared, row: int, col: int) -> tuple[RadarPoint, ...]:
    """The radar of a pixel, averaged over it and its neighbours: one pixel alone is speckle."""
    tile = prepared.tile
    r, c = row - tile.window.row, col - tile.window.col
    rows, cols = slice(max(r - 1, 0), r + 2), slice(max(c - 1, 0), c + 2)
    return radar_points(tile.radar_dates, tile.radar[:, :, rows, cols])


def radar_points(dates: DateArray, decibel: FloatArray) -> tuple[RadarPoint, ...]:
    """The mean (over pixels) of radar (R, 2, h, w) in dB; days that saw nothing are left out."""
    seen = np.isfinite(decibel)
    count = seen.sum(axis=(2, 3))
    total = np.where(seen, decibel, 0).sum(axis=(2, 3), dtype=np.float64)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return tuple(
        RadarPoint(date, float(vv), float(vh))
        for date, (vv, vh) in zip(dates, mean)
        if np.isfinite(vv) or np.isfinite(vh)
    )


def index_with_doubt(
    index: Index, mean: FloatArray, sigma: FloatArray, bands: tuple[str, ...]
) -> tuple[FloatArray, FloatArray]:
    """The index (D, ...) of reflectances (D, C, ...) and its sigma.

    The errors of the bands are taken as independent, each carried through the formula by a step
    of its own size.
    """
    values = index.along(mean, bands, 1)
    variance = np.zeros_like(values)
    for c in set(index.positions(bands)):
        moved = mean.copy()
        moved[:, c] += sigma[:, c]
        variance += (index.along(moved, bands, 1) - values) ** 2
    return values, np.sqrt(variance)
