"""The brush: cloud that a mask missed, and ground that it took for cloud, painted by hand.

What is painted lies beside the stack as `<stem>_BRUSH.tif`, one for each image, on the grid of the
image: uint8, 0 untouched, 1 usable, 2 cloud. It goes over the mask, whatever the mask's
convention. Images and masks are never written to; taking the file away takes the paint away.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite
from pathlib import Path
from typing import Optional

import numpy as np
import rasterio
from rasterio.warp import transform as warp_points
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import ByteArray
from kairos.engine.clear import BRUSH, CLOUD, UNTOUCHED
from kairos.engine.errors import RequestError
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Rasters, inspect
from kairos.engine.rasters.write import failures
from kairos.engine.stack import Frame, Stack

_SIDE = 1024
_BLOCK = 256


@dataclass(frozen=True)
class Stroke:
    """One stroke of a round brush, in pixels of the stack: whole numbers are pixel corners."""

    value: int
    """`UNTOUCHED` takes paint away."""
    radius: float
    points: tuple[tuple[float, float], ...]
    """(column, row), in the order in which the brush came along."""


def brush_file(root: Path, name: str) -> Path:
    """Where the paint of the image of this name lies."""
    folder = root if root.is_dir() else root.parent
    return folder / f"{Path(name).stem}{BRUSH}.tif"


def with_brushes(stack: Stack) -> Stack:
    """The stack with the paint that lies beside its images.

    Raises:
        ReadError: if a brush file is no image.
    """
    files = [brush_file(stack.root, frame.name) for frame in stack.frames]
    stack.frames = tuple(
        replace(frame, brush=inspect(file)) if file.is_file() else frame
        for frame, file in zip(stack.frames, files)
    )
    return stack


def read_strokes(file: Path) -> dict[np.datetime64, list[Stroke]]:
    """The strokes that a person made, by day: `{"2020-05-01": [[value, radius, points], ...]}`.

    Raises:
        RequestError: if the file does not hold such.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {
            np.datetime64(day, "D"): [_stroke(*parts) for parts in strokes]
            for day, strokes in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RequestError(
            f"{file.name} holds no strokes of the brush; paint them again.", details=str(error)
        ) from error


def paint(
    stack: Stack, strokes: Mapping[np.datetime64, Sequence[Stroke]], targets: Mapping[str, Path]
) -> list[Frame]:
    """Write strokes into the brush files of the images of their days.

    Args:
        stack: the images.
        strokes: by day; every image of the day is painted.
        targets: for the name of each of these images its brush file.

    Returns:
        The painted frames, each with its brush.

    Raises:
        RequestError: if there is no image of a day.
        ReadError: a brush file that is there cannot be read.
        OutputError: a file cannot be written.
    """
    painted = []
    for day, some in strokes.items():
        frames = stack.frames_of(day)
        if not frames:
            raise RequestError(
                f"There is no image of {day} among these; step to a day on which one was acquired."
            )
        for frame in frames:
            own = [_on(frame.raster.grid, stack.grid, stroke) for stroke in some]
            painted.append(_paint_one(frame, own, targets[frame.name]))
    return painted


def touched(strokes: Sequence[Stroke], grid: Grid, margin: int = 0) -> list[Window]:
    """The windows that strokes touch, with a margin; those that overlap are one."""
    windows: list[Window] = []
    for stroke in strokes:
        window = _box(stroke, grid)
        if window is None:
            continue
        window = window.grown(margin, grid.height, grid.width)
        while (near := next((w for w in windows if _meet(w, window)), None)) is not None:
            windows.remove(near)
            window = _both(near, window)
        windows.append(window)
    return windows


def stamp(pixels: ByteArray, corner: tuple[int, int], stroke: Stroke) -> None:
    """Put a stroke into pixels (h, w), the first of which is at a corner (row, column).

    A pixel is painted where its middle is under the brush, or where the brush comes along in it.
    """
    height, width = pixels.shape
    xs, ys = (np.array(values) - start for values, start in zip(zip(*stroke.points), corner[::-1]))
    for i in range(max(len(xs) - 1, 1)):
        j = min(i + 1, len(xs) - 1)
        left, right = sorted((xs[i], xs[j]))
        top, bottom = sorted((ys[i], ys[j]))
        col0, col1 = _cut(left - stroke.radius, right + stroke.radius, width)
        row0, row1 = _cut(top - stroke.radius, bottom + stroke.radius, height)
        if col0 >= col1 or row0 >= row1:
            continue
        x = np.arange(col0, col1)[None] + 0.5 - xs[i]
        y = np.arange(row0, row1)[:, None] + 0.5 - ys[i]
        dx, dy = xs[j] - xs[i], ys[j] - ys[i]
        length = dx * dx + dy * dy
        share = np.clip((x * dx + y * dy) / length, 0, 1) if length else 0.0
        under = (x - share * dx) ** 2 + (y - share * dy) ** 2 <= stroke.radius**2
        pixels[row0:row1, col0:col1][under] = stroke.value
    for col, row in zip(np.floor(xs).astype(int), np.floor(ys).astype(int)):
        if 0 <= row < height and 0 <= col < width:
            pixels[row, col] = stroke.value


def _paint_one(frame: Frame, strokes: Sequence[Stroke], target: Path) -> Frame:
    """Write the brush file of one frame under a temporary name, then give it its own."""
    grid, rasters = frame.raster.grid, Rasters(frame.raster.grid)
    before = inspect(target) if target.exists() else None
    draft = target.with_name(f".{uuid.uuid4().hex[:8]}.{target.name}")
    anything = False
    try:
        with failures(target):
            with rasterio.open(
                draft, "w", driver="GTiff", crs=grid.crs, transform=grid.transform,
                width=grid.width, height=grid.height, count=1, dtype="uint8",
                tiled=True, blockxsize=_BLOCK, blockysize=_BLOCK, compress="deflate",
                SPARSE_OK="TRUE",
            ) as raster:  # fmt: skip
                for window in grid.tiles(_SIDE):
                    pixels = np.zeros((window.height, window.width), np.uint8)
                    if before is not None:
                        old = rasters.read(before, window, [1], outside=UNTOUCHED)[0]
                        pixels[:] = np.where(old <= CLOUD, old, UNTOUCHED)
                    for stroke in strokes:
                        stamp(pixels, (window.row, window.col), stroke)
                    if pixels.any():
                        anything = True
                        spot = RasterioWindow(window.col, window.row, window.width, window.height)
                        raster.write(pixels, 1, window=spot)
                raster.descriptions = ("0 untouched, 1 usable, 2 cloud",)
            rasters.close()
            if not anything:  # nothing is painted any more
                target.unlink(missing_ok=True)
                return replace(frame, brush=None)
            os.replace(draft, target)
    finally:
        rasters.close()
        draft.unlink(missing_ok=True)
    return replace(frame, brush=inspect(target))


def _stroke(value: int, radius: float, points: Sequence[Sequence[float]]) -> Stroke:
    """Raises ValueError or TypeError where it is none."""
    numbers = tuple((float(col), float(row)) for col, row in points)
    good = all(isfinite(n) for point in numbers for n in point) and isfinite(radius)
    if not numbers or not good or radius <= 0 or value not in range(CLOUD + 1):
        raise ValueError(f"{value}, {radius} and {len(points)} points are no stroke")
    return Stroke(value, float(radius), numbers)


def _on(grid: Grid, of: Grid, stroke: Stroke) -> Stroke:
    """A stroke on one grid as a stroke on another."""
    if grid.same_as(of):
        return stroke
    col, row = stroke.points[0]
    ends = [(col + stroke.radius, row), (col, row + stroke.radius)]
    places = [of.transform * point for point in (*stroke.points, *ends)]
    if grid.crs is not None and of.crs is not None and grid.crs != of.crs:
        try:
            places = list(zip(*warp_points(of.crs, grid.crs, *zip(*places))))
        except GDAL_ERRORS as error:
            raise RequestError(
                "The brush was outside of what the images' reference system can express; "
                "paint on the images.",
                details=str(error),
            ) from error
    *points, right, below = [~grid.transform * place for place in places]
    spans = [np.hypot(p[0] - points[0][0], p[1] - points[0][1]) for p in (right, below)]
    return Stroke(stroke.value, float(np.mean(spans)), tuple(points))


def _box(stroke: Stroke, grid: Grid) -> Optional[Window]:
    cols, rows = zip(*stroke.points)
    left, right = _cut(min(cols) - stroke.radius, max(cols) + stroke.radius, grid.width)
    top, bottom = _cut(min(rows) - stroke.radius, max(rows) + stroke.radius, grid.height)
    return Window(top, left, bottom - top, right - left) if left < right and top < bottom else None


def _cut(low: float, high: float, size: int) -> tuple[int, int]:
    """The pixels from one place to another that there are."""
    return max(0, floor(low)), min(size, ceil(high))


def _meet(one: Window, other: Window) -> bool:
    return (
        one.row <= other.row + other.height
        and other.row <= one.row + one.height
        and one.col <= other.col + other.width
        and other.col <= one.col + one.width
    )


def _both(one: Window, other: Window) -> Window:
    row, col = min(one.row, other.row), min(one.col, other.col)
    last_row = max(one.row + one.height, other.row + other.height)
    last_col = max(one.col + one.width, other.col + other.width)
    return Window(row, col, last_row - row, last_col - col)
