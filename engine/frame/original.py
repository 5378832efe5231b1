"""A day as it was acquired, cloud and all: what a frame is compared with, and painted on."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import rasterio
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import RawArray
from kairos.engine.clear import valid
from kairos.engine.errors import RequestError
from kairos.engine.progress import Stage
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.write import check_file, failures
from kairos.engine.stack import Frame, Stack

_SIDE = 1024


def frames_of(stack: Stack, date: np.datetime64) -> list[Frame]:
    """The images of a day, at least one.

    Raises:
        RequestError: there is none.
    """
    frames = stack.frames_of(date)
    if not frames:
        raise RequestError(
            f"There is no image of {date} among these; step to a day on which one was acquired."
        )
    return frames


def write_original(
    stack: Stack, date: np.datetime64, output: Path, area: Optional[Window], told: Stage
) -> None:
    """Write a day as its images show it, in the bands and the data type of the stack.

    Args:
        stack: the images.
        date: a day with an image; of several the first lies on top.
        output: the GeoTIFF to write, outside of the stack.
        area: the part that is wanted; all of it if None.
        told: told between steps; may raise CancelledError.

    Raises:
        RequestError: no image of the day.
        ReadError: a file cannot be read.
        OutputError: the file cannot be written.
    """
    check_file(output, stack.root)
    frames, whole = frames_of(stack, date), area or stack.grid.whole
    raster = frames[0].raster

    def seen(tile: Window) -> RawArray:
        place = Window(whole.row + tile.row, whole.col + tile.col, tile.height, tile.width)
        return _seen(stack, frames, place)

    grid = stack.grid.cut(whole)
    write_tiles(output, grid, len(stack.bands), raster.dtype, raster.nodata, seen, told)


def write_tiles(
    target: Path,
    grid: Grid,
    count: int,
    dtype: str,
    nodata: Optional[float],
    pixels: Callable[[Window], RawArray],
    told: Stage,
) -> None:
    """Write a raster tile by tile, whole or not at all; what holds nothing takes no room.

    Raises:
        OutputError: the file cannot be written.
    """
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
    """A day as its images show it, (C, h, w)."""
    image, *others = (stack.read_frame(frame, window)[0] for frame in frames)
    for other in others:
        np.copyto(image, other, where=~valid(image, frames[0].raster.nodata), casting="unsafe")
    return image
