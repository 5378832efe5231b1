"""The worker's side of the brush: show the mask of a day, paint it, say what that changed."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Callable, Optional, Union

import numpy as np
import rasterio
from rasterio.windows import Window as RasterioWindow

from kairos.engine import protocol
from kairos.engine.arrays import ByteArray, RawArray
from kairos.engine.brush.mask import paint, read_strokes, touched
from kairos.engine.brush.redo import MARGIN
from kairos.engine.clear import CLOUD, USABLE, valid
from kairos.engine.errors import RequestError
from kairos.engine.progress import Progress, Stage
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.write import check_file, failures
from kairos.engine.serve import results
from kairos.engine.shell.info import describe_frame
from kairos.engine.stack import Frame, Stack

NOTHING, MASKED, PAINTED_CLOUD, PAINTED_USABLE = 0, 1, 2, 3
"""What the numbers of the picture of a mask mean."""

_SIDE = 1024


def answer(
    request: Union[protocol.Mask, protocol.Paint], stack: Stack, progress: Progress
) -> Union[results.MaskResult, results.PaintResult]:
    """The result of a request about the brush.

    Raises:
        RequestError: no image of the day, or no strokes.
        ReadError: a file cannot be read.
        OutputError: a file cannot be written.
    """
    if isinstance(request, protocol.Mask):
        return _picture(stack, request, progress)
    return _painted(stack, request)


def strokes_touch(stack: Stack, file: Path) -> list[Window]:
    """The windows that the strokes in a file touch, with what a method looks at around them."""
    everything = [stroke for some in read_strokes(file).values() for stroke in some]
    return touched(everything, stack.grid, MARGIN)


def _painted(stack: Stack, request: protocol.Paint) -> results.PaintResult:
    strokes = read_strokes(Path(request.strokes))
    targets = {name: Path(file) for name, file in request.targets.items()}
    lacking = [f.name for day in strokes for f in stack.frames_of(day) if f.name not in targets]
    if lacking:
        raise RequestError(f"Nobody said where the paint of {lacking[0]} goes.")
    frames = paint(stack, strokes, targets)
    return {
        "files": [str(targets[frame.name]) for frame in frames],
        "frames": [describe_frame(stack, frame) for frame in frames],
    }


def _picture(stack: Stack, request: protocol.Mask, progress: Progress) -> results.MaskResult:
    """Write the mask of a day as a picture: one byte a pixel on the grid of the stack."""
    frames = stack.frames_of(np.datetime64(request.date, "D"))
    if not frames:
        raise RequestError(
            f"There is no image of {request.date} among these; step to a day on which one was "
            "acquired."
        )
    for file in filter(None, (request.output, request.image)):
        check_file(Path(file), stack.root)
    told = Stage(progress, "reading", 0, 1)
    _write(Path(request.output), stack.grid, 1, "uint8", NOTHING,
           lambda window: _codes(stack, frames, window)[None], told)  # fmt: skip
    if request.image is not None:
        raster = frames[0].raster
        _write(Path(request.image), stack.grid, len(stack.bands), raster.dtype, raster.nodata,
               lambda window: _seen(stack, frames, window), told)  # fmt: skip
    told(1)
    return {"file": request.output, "frames": [frame.name for frame in frames]}


def _write(
    target: Path,
    grid: Grid,
    count: int,
    dtype: str,
    nodata: Optional[float],
    pixels: Callable[[Window], RawArray],
    told: Stage,
) -> None:
    """Write a raster tile by tile, whole or not at all; what holds nothing takes no room."""
    draft = target.with_name(f".{uuid.uuid4().hex[:8]}.{target.name}")
    tiles = list(grid.tiles(_SIDE))
    with failures(target):
        try:
            with rasterio.open(
                draft, "w", driver="GTiff", crs=grid.crs, transform=grid.transform,
                width=grid.width, height=grid.height, count=count, dtype=dtype, nodata=nodata,
                tiled=True, blockxsize=256, blockysize=256, compress="deflate", SPARSE_OK="TRUE",
            ) as raster:  # fmt: skip
                for i, window in enumerate(tiles):
                    told(i / len(tiles))
                    values = pixels(window)
                    if values.any():
                        spot = RasterioWindow(window.col, window.row, window.width, window.height)
                        raster.write(values, window=spot)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


def _seen(stack: Stack, frames: list[Frame], window: Window) -> RawArray:
    """A day as its images show it, cloud and all, (C, h, w)."""
    image, *others = (stack.read_frame(frame, window)[0] for frame in frames)
    for other in others:
        np.copyto(image, other, where=~valid(image, frames[0].raster.nodata), casting="unsafe")
    return image


def _codes(stack: Stack, frames: list[Frame], window: Window) -> ByteArray:
    """What is usable of a day (h, w): ground that none of its images shows is nothing."""
    size = (window.height, window.width)
    usable, known, paint_ = np.zeros(size, bool), np.zeros(size, bool), np.zeros(size, np.uint8)
    for frame in frames:
        raw, clear = stack.read_frame(replace(frame, bands=frame.bands[:1]), window)
        usable |= clear
        known |= valid(raw, frame.raster.nodata)
        paint_ = np.maximum(paint_, stack.read_brush(frame, window))
    codes = np.where(known & ~usable, MASKED, NOTHING).astype(np.uint8)
    codes[known & (paint_ == CLOUD)] = PAINTED_CLOUD
    codes[known & (paint_ == USABLE)] = PAINTED_USABLE
    return codes
