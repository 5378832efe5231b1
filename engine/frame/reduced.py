"""A stack as a screen shows it: a part of the images, every so many pixels, some of the bands.

What comes out is a `Stack` like any other, only smaller; every file is read once, and what was
read stays in memory until the stack is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Optional

from affine import Affine
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import RawArray
from kairos.engine.progress import Stage
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Raster, Rasters, damaged
from kairos.engine.stack import Stack

_CORNER = Window(0, 0, 1, 1)
"""Whatever is asked of a thinned raster, all of it is read."""


class ThinnedRasters(Rasters):
    """Rasters of which only every so many pixels of one area are ever read."""

    def __init__(self, grid: Grid, area: Window, height: int, width: int) -> None:
        super().__init__(grid)
        self._area, self._shape = area, (height, width)
        self._read: dict[tuple[str, tuple[int, ...]], RawArray] = {}

    def read(
        self,
        raster: Raster,
        window: Window,
        bands: Optional[Sequence[int]] = None,
        *,
        resampling: str = "nearest",
        outside: Optional[float] = None,
    ) -> RawArray:
        """As `Rasters.read`, of a window of the thinned grid."""
        wanted = tuple(bands or range(1, len(raster.descriptions) + 1))
        key = (raster.key, wanted)
        if key not in self._read:
            area = self._area
            with self._source(raster, resampling, outside) as source:
                try:
                    pixels: RawArray = source.read(
                        indexes=list(wanted),
                        window=RasterioWindow(area.col, area.row, area.width, area.height),
                        out_shape=(len(wanted), *self._shape),
                    )
                except GDAL_ERRORS as error:
                    raise damaged(raster, error) from error
            pixels.flags.writeable = False
            self._read[key] = pixels
        return self._read[key][(slice(None), *window.slices)]

    def close(self) -> None:
        """Close every file and forget what was read."""
        super().close()
        self._read.clear()


def reduced(stack: Stack, area: Window, height: int, width: int, bands: Sequence[int]) -> Stack:
    """A part of a stack on a coarser grid, without radar.

    Args:
        stack: the images.
        area: of their grid.
        height: in pixels of the coarser grid, at most that of the area.
        width: in the same way.
        bands: places of the wanted bands among those of the stack, counted from 0.
    """
    step = Affine.scale(area.width / width, area.height / height)
    grid = stack.grid.cut(area)
    small = replace(
        stack,
        grid=Grid(grid.crs, grid.transform * step, width, height),
        bands=tuple(stack.bands[b] for b in bands),
        frames=tuple(replace(f, bands=tuple(f.bands[b] for b in bands)) for f in stack.frames),
        radar=(),
    )
    small._rasters = ThinnedRasters(stack.grid, area, height, width)
    return small


def read_each(small: Stack) -> Iterator[None]:
    """Read the files of a reduced stack, one at each step."""
    for frame in small.frames:
        small.read_frame(frame, _CORNER)
        yield None


def read_all(small: Stack, told: Stage) -> None:
    """Read every file of a reduced stack; `told` may raise CancelledError between two."""
    told(0)
    for i, _ in enumerate(read_each(small), start=1):
        told(i / len(small.frames))


def close_files(small: Stack) -> None:
    """Close the files of a reduced stack; what was read of them stays in memory."""
    Rasters.close(small._rasters)
