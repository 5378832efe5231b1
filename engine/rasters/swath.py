"""An image as a radar saw it: control points place it on the Earth, a table calibrates it.

Sentinel-1's Ground Range Detected products come in lines and samples of the flight, in numbers that
mean power only once they are divided by a table: sigma nought = number² / table² (Sentinel-1
Radiometric Calibration, issue 1.0). Both is done here, window by window. Heights are not looked at:
slopes lie where the radar saw them, not where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.transform import GCPTransformer, array_bounds
from rasterio.warp import transform as warp_points

from kairos.engine.arrays import FloatArray, IntArray, RawArray, WideArray
from kairos.engine.errors import GridError, ReadError
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Raster, Rasters, damaged

_STEP = 32
"""Pixels of the grid between two that are placed; between them the way is straight."""

_SEEN = 0.5
"""Least weight of the samples around a pixel that hold a number; else it was not seen."""


@dataclass(frozen=True)
class Table:
    """Divides the numbers of an image; known at some lines and samples, straight between them."""

    lines: WideArray
    """(N,) rising."""
    values: WideArray
    """(N, M)"""
    samples: WideArray
    """(M,) rising."""

    def over(self, block: Window) -> FloatArray:
        """The table (h, w) over a block of the image."""
        columns = np.arange(block.col, block.col + block.width)
        rows = np.clip(
            np.arange(block.row, block.row + block.height), self.lines[0], self.lines[-1]
        )
        across = np.stack([np.interp(columns, self.samples, vector) for vector in self.values])
        where = np.interp(rows, self.lines, np.arange(len(self.lines)))
        first = np.minimum(where.astype(int), max(len(self.lines) - 2, 0))
        second, share = np.minimum(first + 1, len(self.lines) - 1), (where - first)[:, None]
        return np.asarray(across[first] * (1 - share) + across[second] * share, np.float32)


@dataclass(frozen=True)
class Swath:
    """The polarisations of a pass, each in its file with its table; all of one geometry."""

    rasters: tuple[Raster, ...]
    tables: tuple[Table, ...] = field(repr=False, compare=False)
    points: WideArray = field(repr=False, compare=False)
    """(K, 4) control points: line, sample, x and y."""
    crs: CRS
    """Of the control points."""

    def read(self, rasters: Rasters, window: Window) -> FloatArray:
        """Sigma nought (P, h, w) of a window of a grid, as power; NaN where nothing was seen.

        Raises:
            ReadError: the pixels cannot be read.
            GridError: the image cannot be brought onto the grid.
        """
        size = self.rasters[0].grid
        lines, samples, looks = self._places(rasters.grid, window)
        block = _around(lines, samples, looks, (size.height, size.width))
        seen = np.full((len(self.rasters), window.height, window.width), np.nan, np.float32)
        if block is None:
            return seen
        at = [(p - (looks - 1) / 2) / looks for p in (lines - block.row, samples - block.col)]
        for power, raster, table in zip(seen, self.rasters, self.tables):
            numbers = rasters.read_own(raster, block, [1])[0]
            power[:] = _between(_averaged(_calibrated(numbers, table.over(block)), looks), *at)
        return seen

    def meets(self, grid: Grid) -> bool:
        """Whether it shows ground of a grid, as far as its control points tell."""
        points = self._on(grid)
        bounds = np.array(array_bounds(grid.height, grid.width, grid.transform))
        low, high = points[:, 2:].min(axis=0), points[:, 2:].max(axis=0)
        return bool((low <= bounds[2:]).all() and (high >= bounds[:2]).all())

    def _on(self, grid: Grid) -> WideArray:
        """The control points in the reference system of a grid."""
        try:
            xs, ys = warp_points(self.crs, grid.crs, self.points[:, 2], self.points[:, 3])
        except GDAL_ERRORS as error:
            raise self._misplaced(error) from error
        if grid.crs is not None and grid.crs.is_geographic:  # the nearest turn of the Earth
            middle = (grid.transform * (grid.width / 2, grid.height / 2))[0]
            xs = (np.asarray(xs) - middle + 180) % 360 - 180 + middle
        points = np.column_stack([self.points[:, :2], xs, ys])
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) < 4:
            raise self._misplaced(None)
        return np.asarray(points, np.float64)

    def _places(self, grid: Grid, window: Window) -> tuple[WideArray, WideArray, int]:
        """Lines and samples (h, w) of the middles of pixels, and how many samples a pixel spans.

        They depend on the place in the grid alone, not on the window.
        """
        points = [GroundControlPoint(*(float(v) for v in p)) for p in self._on(grid)]
        rows, cols = _nodes(window.row, window.height), _nodes(window.col, window.width)
        middle = grid.height / 2, grid.width / 2
        spot = [(middle[0] + r, middle[1] + c) for r, c in ((0, 0), (0, 1), (1, 0))]
        asked = [*((r + 0.5, c + 0.5) for r in rows for c in cols), *spot]
        xs, ys = zip(*(grid.transform * (c, r) for r, c in asked))
        try:
            with GCPTransformer(points, tps=True) as way:
                placed = np.array(way.rowcol(xs, ys, op=np.positive))
        except GDAL_ERRORS as error:
            raise self._misplaced(error) from error
        step = np.hypot(*(placed[:, -2:] - placed[:, -3:-2])).mean()
        looks = int(np.clip(np.rint(step), 1, 64)) if np.isfinite(step) else 1
        coarse = placed[:, :-3].reshape(2, len(rows), len(cols))
        lines, samples = (_filled_in(one, rows, cols, window) for one in coarse)
        return lines, samples, looks

    def _misplaced(self, error: object) -> GridError:
        return GridError(
            f"{self.rasters[0].path.name} cannot be brought onto the grid of the images; move it "
            "out of the folder.",
            details=str(error or "too few control points"),
        )


def _nodes(first: int, count: int) -> IntArray:
    """Pixels of the grid, every so many, around a span of it."""
    return np.arange(first // _STEP, (first + count - 1) // _STEP + 2) * _STEP


def _filled_in(coarse: WideArray, rows: IntArray, cols: IntArray, window: Window) -> WideArray:
    """What is known at every so many pixels, at each pixel of a window."""
    y = (np.arange(window.row, window.row + window.height) - rows[0]) / _STEP
    x = (np.arange(window.col, window.col + window.width) - cols[0]) / _STEP
    top, left = y.astype(int), x.astype(int)
    down, right = (y - top)[:, None], (x - left)[None]
    lines = coarse[top] * (1 - down) + coarse[top + 1] * down
    return np.asarray(lines[:, left] * (1 - right) + lines[:, left + 1] * right)


def _around(
    lines: WideArray, samples: WideArray, looks: int, size: tuple[int, int]
) -> Window | None:
    """The part of an image that some places need, in whole looks; None if they lie beside it."""
    spans = []
    for places, most in zip((lines, samples), size):
        low = max(0, int(np.floor(np.clip(places.min() - looks, 0, most))) // looks * looks)
        high = int(np.ceil(np.clip(places.max() + looks, 0, most - 1))) // looks * looks + looks
        if not low < (high := min(high, most)):
            return None
        spans.append((low, high - low))
    (row, height), (col, width) = spans
    return Window(row, col, height, width)


def _calibrated(numbers: RawArray, table: FloatArray) -> FloatArray:
    """Power; NaN where a number is 0, as over the border of the image."""
    amplitude = np.where(numbers > 0, numbers, np.float32(np.nan)).astype(np.float32)
    return np.asarray((amplitude / table) ** 2, np.float32)


def _averaged(power: FloatArray, looks: int) -> FloatArray:
    """The mean of each square of samples, so that coarse pixels see all of their ground."""
    if looks == 1:
        return power
    height, width = (-(-side // looks) for side in power.shape)
    padded = np.full((height * looks, width * looks), np.nan, np.float32)
    padded[: power.shape[0], : power.shape[1]] = power
    squares = padded.reshape(height, looks, width, looks)
    good = np.isfinite(squares)
    number = good.sum(axis=(1, 3))
    total = np.where(good, squares, 0).sum(axis=(1, 3))
    return np.where(number > 0, total / np.maximum(number, 1), np.float32(np.nan))


def _between(values: FloatArray, rows: WideArray, cols: WideArray) -> FloatArray:
    """Values between samples, of the four around each place; NaN where most of them saw nothing."""
    top, left = np.floor(rows).astype(int), np.floor(cols).astype(int)
    total, weight = np.zeros(rows.shape), np.zeros(rows.shape)
    for row in (top, top + 1):
        for col in (left, left + 1):
            inside = (row >= 0) & (row < values.shape[0]) & (col >= 0) & (col < values.shape[1])
            taken = values[np.where(inside, row, 0), np.where(inside, col, 0)]
            share = (1 - np.abs(rows - row)) * (1 - np.abs(cols - col))
            good = inside & np.isfinite(taken)
            total += np.where(good, share * np.where(good, taken, 0), 0)
            weight += np.where(good, share, 0)
    seen = weight >= _SEEN
    return np.asarray(np.where(seen, total / np.where(seen, weight, 1), np.nan), np.float32)


def placed(raster: Raster) -> tuple[WideArray, CRS]:
    """The control points (K, 4) of an image, and their reference system.

    Raises:
        ReadError: it cannot be opened, or has none.
    """
    try:
        with raster.open() as dataset:
            points, crs = dataset.gcps
    except GDAL_ERRORS as error:
        raise damaged(raster, error) from error
    if not points or crs is None:
        raise ReadError(
            f"{PurePosixPath(raster.key).name} does not say where on the Earth it lies."
        )
    rows = [(p.row, p.col, p.x, p.y) for p in points]
    return np.array(rows, np.float64), crs
