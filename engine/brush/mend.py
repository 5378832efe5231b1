"""The worker's side of the brush: show the mask of a day, paint it, say what that changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Union

import numpy as np

from kairos.engine import protocol
from kairos.engine.arrays import ByteArray
from kairos.engine.brush.mask import paint, read_strokes, touched
from kairos.engine.brush.redo import MARGIN
from kairos.engine.clear import CLOUD, USABLE, valid
from kairos.engine.errors import RequestError
from kairos.engine.frame.original import frames_of, write_original, write_tiles
from kairos.engine.progress import Progress, Stage
from kairos.engine.rasters.grid import Window
from kairos.engine.rasters.write import check_file
from kairos.engine.serve import results
from kairos.engine.shell.info import describe_frame
from kairos.engine.stack import Frame, Stack

NOTHING, MASKED, PAINTED_CLOUD, PAINTED_USABLE = 0, 1, 2, 3
"""What the numbers of the picture of a mask mean."""


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
    day = np.datetime64(request.date, "D")
    frames = frames_of(stack, day)
    check_file(Path(request.output), stack.root)
    told = Stage(progress, "reading", 0, 1)
    write_tiles(Path(request.output), stack.grid, 1, "uint8", NOTHING,
                lambda window: _codes(stack, frames, window)[None], told)  # fmt: skip
    if request.image is not None:
        write_original(stack, day, Path(request.image), None, told)
    told(1)
    return {"file": request.output, "frames": [frame.name for frame in frames]}


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
