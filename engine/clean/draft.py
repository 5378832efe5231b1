"""A cleaned frame: its own pixels where they are usable, those of the finished tiles elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, ByteArray, FloatArray, RawArray
from kairos.engine.clean.fills import Fill
from kairos.engine.errors import ReadError
from kairos.engine.method import Estimate, Source
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Rasters, inspect
from kairos.engine.rasters.write import Draft, Layout, copy_whole, room_in
from kairos.engine.stack import Frame, Stack

SOURCE, SIGMA, DAYS = "_SOURCE", "_SIGMA", "_DAYS"
"""Ends of the stems of the files that say where a pixel comes from, how sure it is, and how many
days it is to the nearest clear look."""

Parts = Callable[[], Iterable[tuple[Window, Optional[Fill]]]]
"""Windows that cover the area, each with what the frame lacks there, None where nothing."""


def beside(file: Path, end: str) -> Path:
    """The file that goes with an image, whatever the ending of its name."""
    return file.with_name(f"{file.stem}{end}.tif")


def write_frame(
    stack: Stack,
    frame: Frame,
    target: Path,
    folder: Path,
    ends: Sequence[str],
    area: Window,
    parts: Parts,
    compression: str,
) -> None:
    """Write a cleaned frame and what goes beside it, each file whole or not at all.

    Args:
        stack: the images.
        frame: one of them.
        target: the file to write.
        folder: for what is not yet whole.
        ends: which of `SOURCE` and `SIGMA` are wanted beside it.
        area: of the grid of the stack.
        parts: on the grid of the stack; for a frame on another grid, all pixels of it.
        compression: of the files.

    Raises:
        OutputError: a file cannot be written.
        ReadError: the image cannot be read, or was changed meanwhile.
    """
    with room_in(folder, target.parent) as room:
        if not frame.raster.grid.same_as(stack.grid):
            own = replace(stack, grid=frame.raster.grid)
            whole = area == stack.grid.whole  # what a frame has beyond the stack stays with it
            own_area = own.grid.whole if whole else own.grid.area_of(stack.grid.cut(area))
            with closing(own):
                parts = partial(
                    _Warped(stack, area, room, target, parts).onto, own, frame, own_area
                )
                _write(own, frame, target, room, ends, own_area, parts, compression)
        elif _complete(stack, frame, ends, area, parts):
            _clear_beside(target, ends)
            copy_whole(frame.raster, target, room, compression)
        else:
            _write(stack, frame, target, room, ends, area, parts, compression)


def _complete(stack: Stack, frame: Frame, ends: Sequence[str], area: Window, parts: Parts) -> bool:
    """Whether a copy of the file is all that is wanted."""
    if ends or area != stack.grid.whole or frame.raster.source:
        return False
    return all(fill is None for _, fill in parts())


def _write(
    stack: Stack,
    frame: Frame,
    target: Path,
    folder: Path,
    ends: Sequence[str],
    area: Window,
    parts: Parts,
    compression: str,
) -> None:
    """Write a frame that lies on the grid of the stack."""
    layout, grid = Layout.like(frame.raster), stack.grid.cut(area)
    layouts = {SOURCE: _codes(grid), SIGMA: _values(grid, stack.bands)}
    with ExitStack() as opened:
        image = opened.enter_context(
            Draft(target, replace(layout, grid=layout.grid.cut(area), cleaned=True), folder)
        )
        more = {
            end: opened.enter_context(Draft(beside(target, end), layouts[end], folder))
            for end in ends
        }
        for window, fill in parts():
            numbers, usable = _read(stack, frame, window)
            lacking, place = ~usable, window.inside(area)
            image.write(_filled(frame, numbers, lacking, fill), place)
            if SOURCE in more:
                more[SOURCE].write(_source(lacking, fill), place)
            if SIGMA in more:
                more[SIGMA].write(_sigma(len(stack.bands), lacking, fill), place)
        _clear_beside(target, ends)
        for draft in more.values():
            draft.publish(compression)
        image.publish(compression)  # last: an image that is there has all that belongs to it


def _filled(frame: Frame, numbers: RawArray, lacking: BoolArray, fill: Optional[Fill]) -> RawArray:
    """The numbers (B, h, w) of all bands, those of the stack filled in place."""
    if np.count_nonzero(lacking) != (0 if fill is None else len(fill.source)):
        raise ReadError(
            f"{frame.path.name} was changed while it was cleaned; start again with --overwrite."
        )
    if fill is not None:
        for band, values in zip(frame.bands, fill.numbers):
            numbers[band - 1][lacking] = values
    return numbers


def _source(lacking: BoolArray, fill: Optional[Fill]) -> ByteArray:
    codes = np.full(lacking.shape, Source.OBSERVED, np.uint8)
    if fill is not None:
        codes[lacking] = fill.source
    return codes


def _sigma(bands: int, lacking: BoolArray, fill: Optional[Fill]) -> FloatArray:
    doubt = np.zeros((bands, *lacking.shape), np.float32)
    if fill is not None:
        doubt[:, lacking] = fill.sigma
    return doubt


class _Warped:
    """What tiles say of a frame on another grid: collected on the stack's, then warped."""

    def __init__(
        self, stack: Stack, area: Window, folder: Path, target: Path, parts: Parts
    ) -> None:
        grid = stack.grid.cut(area)
        values = _values(grid, stack.bands)
        with (
            Draft(target, values, folder) as mean,
            Draft(target, values, folder) as sigma,
            Draft(target, _codes(grid), folder) as source,
        ):
            for window, fill in parts():
                if fill is None:
                    raise ReadError(
                        f"A part of {target.name} is lost; start again with --overwrite."
                    )
                place, size = window.inside(area), (window.height, window.width)
                mean.write(fill.numbers.reshape(-1, *size), place)
                sigma.write(fill.sigma.reshape(-1, *size), place)
                source.write(fill.source.reshape(size), place)
            self._mean, self._sigma, self._source = mean.close(), sigma.close(), source.close()

    def onto(
        self, own: Stack, frame: Frame, area: Window
    ) -> Iterator[tuple[Window, Optional[Fill]]]:
        """What the frame lacks on its own grid."""
        rasters, encoding = Rasters(own.grid), Encoding.of(frame)
        for window in own.grid.tiles(512, area):
            usable = own.read_frame(frame, window)[1]
            estimate = self._estimate(rasters, window, usable)
            lacking = ~usable
            yield (
                window,
                Fill.of(estimate, lacking, encoding, sigma=True) if lacking.any() else None,
            )
        rasters.close()

    def _estimate(self, rasters: Rasters, window: Window, usable: BoolArray) -> Estimate:
        """The estimate on the grid of the frame, as sure as the frame itself where it saw."""
        warp: dict[str, Any] = {"resampling": "bilinear", "outside": np.nan}
        mean = rasters.read(inspect(self._mean), window, **warp)
        sigma = rasters.read(inspect(self._sigma), window, **warp)
        source = rasters.read(inspect(self._source), window, outside=Source.UNSEEN)[0]
        source[source == Source.OBSERVED] = Source.SCENE
        source[np.isnan(mean).any(axis=0)] = Source.UNSEEN
        source[usable] = Source.OBSERVED
        mean[:, source == Source.UNSEEN] = np.nan
        sigma[:, source == Source.UNSEEN] = np.nan
        return Estimate(mean[None], sigma[None], source[None])


def _read(stack: Stack, frame: Frame, window: Window) -> tuple[RawArray, BoolArray]:
    """All bands (B, h, w) of the file of a frame as it holds them, and what is usable."""
    raw, usable = stack.read_frame(frame, window)
    if frame.bands == tuple(range(1, len(frame.raster.descriptions) + 1)):
        return raw, usable
    return stack.read_numbers(frame, window), usable


def _clear_beside(target: Path, ends: Sequence[str]) -> None:
    """Take away what lies beside a frame that is replaced now, where it is not wanted again."""
    for end in {SOURCE, SIGMA} - set(ends):
        beside(target, end).unlink(missing_ok=True)


def _codes(grid: Grid) -> Layout:
    return Layout(grid, 1, "uint8", None)


def _values(grid: Grid, bands: Sequence[str]) -> Layout:
    return Layout(grid, len(bands), "float32", np.nan, descriptions=tuple(bands))
