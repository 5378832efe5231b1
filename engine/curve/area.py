"""The curve of an area: the mean of its pixels, and how far they spread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
from rasterio.features import bounds, geometry_mask
from rasterio.warp import transform_geom

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.curve.indices import index_named
from kairos.engine.curve.pixel import Curve, CurvePoint, RadarPoint, days_of, in_order, radar_points
from kairos.engine.errors import RequestError
from kairos.engine.method import Source
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.write import check_file, write_text
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.stack import Stack

_UNREADABLE: tuple[type[Exception], ...] = (*GDAL_ERRORS, TypeError, KeyError, IndexError)
"""What rasterio raises for coordinates that are none."""

_ENOUGH = 0.5
"""Share of an area that must be clear on a day for its mean to count as observed."""


def curve_of_area(
    stack: Union[Stack, Reconstruction],
    area: str,
    *,
    crs: Optional[str] = None,
    index: str = "NDVI",
    model: Optional[str] = None,
    output: Optional[Path] = None,
    progress: Progress = silent,
) -> Curve:
    """The curve of an index over a polygon: the mean of its pixels, one deviation up and down.

    A day counts as observed where half of the area was clear; its mean is that of the clear part.

    Args:
        stack: the images, or a reconstruction made before, which answers faster.
        area: a polygon or several, as the geometry of GeoJSON.
        crs: reference system of its coordinates; the stack's own by default.
        index: its name, or a formula over bands.
        model: name of the method, where a stack is given.
        output: CSV file to write, if any.
        progress: told between steps; may raise CancelledError.

    Raises:
        RequestError: it is no polygon, or not on the images; or there is no such index.
        BandError: the stack lacks a band of the index.
    """
    images = stack if isinstance(stack, Stack) else stack.stack
    if output is not None:
        check_file(output, images.root)
    chosen = index_named(index)
    chosen.positions(images.bands)
    window, inside = pixels_of(images.grid, area, crs)
    ready = (
        stack if isinstance(stack, Reconstruction) else Reconstruction.of(stack, model, progress)
    )
    dates = days_of(images.dates)
    sums, radar = _Sums(len(dates)), []
    tiles, told = ready.tiles(window), Stage(progress, "reading the curve", 0.6, 1)
    for i, tile in enumerate(tiles):
        rows, cols = tile.within(window)
        wanted = inside[rows, cols]
        if not wanted.any():
            continue
        prepared = ready.prepared(tile)
        for d, date in enumerate(dates):
            told((i + d / len(dates)) / len(tiles))
            frame = prepared.frame(date)
            sums.add(
                d, chosen.along(frame.mean[0], images.bands, 0)[wanted], frame.source[0, wanted]
            )
        rows, cols = tile.within(prepared.tile.window)
        radar.append(prepared.tile.radar[:, :, rows, cols][:, :, wanted])
    points = sums.points(dates, images.dates)
    row, col = (int(v.mean()) for v in np.nonzero(inside))
    curve = Curve(
        chosen.name,
        window.row + row,
        window.col + col,
        in_order(points),
        _radar(images.radar_dates, radar),
        pixels=int(inside.sum()),
    )
    if output is not None:
        write_text(output, curve.csv())
    progress("done", 1.0)
    return curve


def pixels_of(grid: Grid, area: str, crs: Optional[str] = None) -> tuple[Window, BoolArray]:
    """The window around a polygon and its pixels (h, w): those whose middle lies inside, or, of a
    polygon smaller than that, those that it touches.

    Raises:
        RequestError: it is no polygon, or not on the images.
    """
    geometry = _geometry(area)
    try:
        if crs is not None and grid.crs is not None:
            geometry = transform_geom(crs, grid.crs, geometry)
        around = _around(grid, bounds(geometry))
        part = grid.cut(around)
        shape, transform = (part.height, part.width), part.transform
        inside = geometry_mask([geometry], shape, transform, invert=True)
        if not inside.any():
            inside = geometry_mask([geometry], shape, transform, all_touched=True, invert=True)
    except _UNREADABLE as error:
        raise RequestError("The polygon cannot be read; choose another one.", str(error)) from error
    if not inside.any():
        raise RequestError("The polygon is not on the images; choose one that is.")
    rows, cols = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    height, width = int(rows[-1] - rows[0] + 1), int(cols[-1] - cols[0] + 1)
    window = Window(around.row + int(rows[0]), around.col + int(cols[0]), height, width)
    return window, inside[window.within(around)]


def _around(grid: Grid, box: tuple[float, float, float, float]) -> Window:
    """The part of a grid that holds a box; at least a pixel of it, even where the box is not."""
    xs, ys = (box[0], box[2]), (box[1], box[3])
    corners = [~grid.transform * (x, y) for x in xs for y in ys]
    cols, rows = (sorted(values) for values in zip(*corners))
    left, right = (int(np.clip(v, 0, grid.width)) for v in (cols[0] - 1, cols[-1] + 2))
    top, bottom = (int(np.clip(v, 0, grid.height)) for v in (rows[0] - 1, rows[-1] + 2))
    left, top = min(left, grid.width - 1), min(top, grid.height - 1)
    return Window(top, left, max(bottom - top, 1), max(right - left, 1))


def _geometry(area: str) -> Mapping[str, Any]:
    try:
        geometry = json.loads(area)
    except ValueError as error:
        raise RequestError("The polygon is no GeoJSON.", str(error)) from error
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise RequestError("That is no polygon; choose a polygon for the curve of an area.")
    return geometry


class _Sums:
    """Counts, sums and sums of squares of each day: of all pixels, and of those seen clear."""

    def __init__(self, days: int) -> None:
        self._all = np.zeros((days, 3))
        self._clear = np.zeros((days, 3))

    def add(self, day: int, values: FloatArray, source: np.ndarray[Any, Any]) -> None:
        """Count some pixels (N,) of a day."""
        known = np.isfinite(values) & (source != Source.UNSEEN)
        for sums, which in ((self._all, known), (self._clear, known & (source == Source.OBSERVED))):
            v = values[which].astype(np.float64)
            sums[day] += (len(v), v.sum(), (v * v).sum())

    def points(self, dates: DateArray, acquired: DateArray) -> list[CurvePoint]:
        """The points of all days."""
        found = []
        for d, date in enumerate(dates):
            if self._all[d, 0]:
                found.append(_point(date, self._all[d], "reconstructed"))
            if date in acquired and self._clear[d, 0] >= _ENOUGH * max(self._all[d, 0], 1):
                found.append(_point(date, self._clear[d], "observed"))
        return found


def _point(date: np.datetime64, sums: np.ndarray[Any, Any], kind: str) -> CurvePoint:
    count, total, squares = sums
    mean = total / count
    deviation = float(np.sqrt(max(squares / count - mean * mean, 0.0)))
    return CurvePoint(date, float(mean), float(mean) - deviation, float(mean) + deviation, kind)


def _radar(dates: DateArray, parts: list[FloatArray]) -> tuple[RadarPoint, ...]:
    return radar_points(dates, np.concatenate(parts, axis=2)[..., None])
