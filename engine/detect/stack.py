"""The built-in cloud detector over a whole stack: found block by block, kept packed.

A verdict looks at the whole series of a pixel and at few pixels around it, so that it is the same
whatever window is asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from threading import RLock
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from rasterio.warp import transform as warp_points

from kairos.engine.arrays import BoolArray, ByteArray, FloatArray, IntArray, day_numbers
from kairos.engine.detect import s2cloudless as library
from kairos.engine.detect.series import MARGIN, detect
from kairos.engine.rasters.bands import ALL
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.stack import Frame, Stack

_SIDES = 256, 128
"""Pixels along a block of a short series, and of a long one."""

_LONG = 60
_KEPT = 64_000_000
"""Bytes of verdicts kept."""

_INFRARED = ("B8A", "B08")


class Detection:
    """Where the frames of a stack are usable, by the detector."""

    def __init__(self, stack: Stack) -> None:
        """`stack` has all frames of the series, and no detection of its own."""
        self._stack = stack
        self._places = {frame.name: i for i, frame in enumerate(stack.frames)}
        self._blocks: OrderedDict[tuple[int, int], ByteArray] = OrderedDict()
        self._side = _SIDES[len(stack.frames) > _LONG]
        self._lock = RLock()

    def __reduce__(self) -> tuple[type[Detection], tuple[Stack]]:
        return Detection, (self._stack,)  # in another process it is found anew

    def usable(self, name: str, window: Window, grid: Grid) -> BoolArray:
        """Where a frame (h, w) is neither cloud nor shadow.

        Args:
            name: of the frame.
            window: of a grid.
            grid: the stack's own, or that of the frame's file.

        Raises:
            ReadError: if an image of the series cannot be read.
        """
        own = self._stack.grid
        if grid.same_as(own):
            return self._on_own_grid(name, window)
        rows, cols = _pixels(grid, window, own)
        inside = (rows >= 0) & (rows < own.height) & (cols >= 0) & (cols < own.width)
        usable = np.ones(inside.shape, bool)
        if inside.any():
            row, col = int(rows[inside].min()), int(cols[inside].min())
            size = int(rows[inside].max()) - row + 1, int(cols[inside].max()) - col + 1
            found = self._on_own_grid(name, Window(row, col, *size))
            usable[inside] = found[rows[inside] - row, cols[inside] - col]
        return usable

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    def _on_own_grid(self, name: str, window: Window) -> BoolArray:
        place = self._places[name]
        usable = np.empty((window.height, window.width), bool)
        for block in self._covering(window):
            packed = self._block(block)[place]
            found = np.unpackbits(packed, count=block.height * block.width).astype(bool)
            row, col = max(block.row, window.row), max(block.col, window.col)
            shared = Window(
                row,
                col,
                min(block.row + block.height, window.row + window.height) - row,
                min(block.col + block.width, window.col + window.width) - col,
            )
            pixels = found.reshape(block.height, block.width)[shared.within(block)]
            usable[shared.within(window)] = pixels
        return usable

    def _covering(self, window: Window) -> Iterator[Window]:
        grid = self._stack.grid
        side = self._side
        for row in range(window.row // side * side, window.row + window.height, side):
            for col in range(window.col // side * side, window.col + window.width, side):
                height, width = min(side, grid.height - row), min(side, grid.width - col)
                yield Window(row, col, height, width)

    def _block(self, block: Window) -> ByteArray:
        """The verdicts of a block, packed: (T, bytes)."""
        with self._lock:
            key = block.row, block.col
            if key not in self._blocks:
                usable = self._found(block)
                self._blocks[key] = np.packbits(usable.reshape(len(usable), -1), axis=1)
                while len(self._blocks) > 1 and self._size() > _KEPT:
                    self._blocks.popitem(last=False)
            self._blocks.move_to_end(key)
            return self._blocks[key]

    def _size(self) -> int:
        return sum(block.nbytes for block in self._blocks.values())

    def _found(self, block: Window) -> BoolArray:
        stack = self._stack
        margin = max(MARGIN, library.MARGIN)
        window = block.grown(margin, stack.grid.height, stack.grid.width)
        wanted = _wanted(stack.bands)
        helped = library.can_run(stack.bands)
        more = tuple(stack.bands.index(band) for band in library.BANDS) if helped else ()
        series, valid = [], []
        for frame in stack.frames:
            few = replace(frame, bands=tuple(frame.bands[b] for b in (*wanted, *more)))
            reflectance, usable = stack.read_reflectance(few, window)
            series.append(reflectance)
            valid.append(usable)
        values, known = np.stack(series), np.stack(valid)
        dates = np.array([frame.date for frame in stack.frames], "datetime64[D]")
        red = stack.bands[wanted[0]] in ALL[ALL.index("B04") :]
        infrared: Optional[FloatArray] = values[:, 1] if len(wanted) > 1 else None
        cloudy = detect(values[:, 0], infrared, known, day_numbers(dates), red=red)
        if more:
            cloudy |= library.clouds(values[:, len(wanted) :])
        rows, cols = block.within(window)
        return np.asarray((known & ~cloudy)[:, rows, cols])


def with_detector(stack: Stack) -> Stack:
    """The stack with detected clouds in the frames that have no mask; in place."""
    if not any(map(needs_detector, stack.frames)):
        return stack
    plain = replace(stack, detection=None)
    stack.frames = tuple(_detected(frame) for frame in stack.frames)
    stack.detection = Detection(plain)
    return stack


def needs_detector(frame: Frame) -> bool:
    """Whether nothing says what is clear: no mask, nor that the image was cleaned before."""
    return frame.mask is None and not frame.cleaned


def _detected(frame: Frame) -> Frame:
    return replace(frame, detected=True) if needs_detector(frame) else frame


def _wanted(bands: tuple[str, ...]) -> tuple[int, ...]:
    """Places of the band of the shortest wavelength, and of the near infrared if there is one."""
    known = [band for band in ALL if band in bands and band != "B10"]  # B10 sees no ground
    first = bands.index(known[0]) if known else 0
    infrared = next((bands.index(b) for b in _INFRARED if b in bands), None)
    return (first,) if infrared in (None, first) else (first, int(infrared or 0))


def _pixels(grid: Grid, window: Window, on: Grid) -> tuple[IntArray, IntArray]:
    """Rows and columns of another grid under the middles of pixels; -1 where there are none."""
    rows, cols = np.mgrid[: window.height, : window.width] + 0.5
    x, y = grid.transform * (cols + window.col, rows + window.row)
    if grid.crs is not None and on.crs is not None and grid.crs != on.crs:
        try:
            xs, ys = warp_points(grid.crs, on.crs, x.ravel().tolist(), y.ravel().tolist())
        except GDAL_ERRORS:
            nowhere = np.full(x.shape, -1)
            return nowhere, nowhere
        x, y = np.reshape(xs, x.shape), np.reshape(ys, y.shape)
    col, row = ~on.transform * (x, y)
    return _whole(row), _whole(col)


def _whole(numbers: NDArray[np.float64]) -> IntArray:
    return np.where(np.isfinite(numbers), np.floor(numbers), -1).astype(np.int64)
