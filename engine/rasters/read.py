"""Reading rasters: what a file is, and windows of it on any grid. Files are never written here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from threading import RLock
from typing import Any, Optional

import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import RawArray
from kairos.engine.errors import GridError, ReadError
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.handles import most_open
from kairos.engine.rasters.mark import is_marked
from kairos.engine.rasters.warp import HAIR, steady

_AS_IT_IS = ""
"""No resampling: on the grid of the file."""


@dataclass(frozen=True)
class Raster:
    """What a raster file says of itself."""

    path: Path
    """The file, folder or archive that a person knows it by."""
    grid: Grid
    dtype: str
    nodata: Optional[float]
    descriptions: tuple[Optional[str], ...]
    scale: float
    offset: float
    source: str = ""
    """What is opened in its place: a file in an archive, a virtual raster of several files."""
    cleaned: bool = False
    """Whether Kairos wrote it, so that no cloud is left in it."""

    @property
    def key(self) -> str:
        """What tells one raster from another."""
        return self.source or str(self.path)

    def open(self) -> Any:  # noqa: ANN401  # rasterio is untyped
        """The dataset, as rasterio opens it. Raises what GDAL raises."""
        return rasterio.open(self.key)


def inspect(path: Path, source: str = "") -> Raster:
    """Read the header of a raster.

    Args:
        path: what a person knows it by.
        source: what GDAL opens in its place, if it is not the path.

    Raises:
        ReadError: if the file is missing or no raster.
    """
    try:
        with rasterio.open(source or path) as dataset:
            scale, offset = _meaning(dataset)
            found = Raster(
                path=path,
                grid=Grid(dataset.crs, dataset.transform, dataset.width, dataset.height),
                dtype=dataset.dtypes[0],
                nodata=dataset.nodata,
                descriptions=tuple(dataset.descriptions),
                scale=scale,
                offset=offset,
                source=source,
                cleaned=is_marked(dataset),
            )
    except GDAL_ERRORS as error:
        raise ReadError(
            f"{path.name} is not a readable image; replace it or move it out of the folder.",
            details=f"{path}: {error}",
        ) from error
    if found.dtype.startswith("complex") or not _has_size(found.grid):
        raise ReadError(
            f"{path.name} holds complex numbers or pixels without a size, so it is no image of the "
            "ground; move it out of the folder."
        )
    return found


def _meaning(dataset: Any) -> tuple[float, float]:  # noqa: ANN401  # rasterio is untyped
    """Scale and offset; 1 and 0 where they are no numbers to count with."""
    scale, offset = float(dataset.scales[0]), float(dataset.offsets[0])
    return (scale, offset) if isfinite(scale) and scale and isfinite(offset) else (1.0, 0.0)


def _has_size(grid: Grid) -> bool:
    return all(map(isfinite, grid.transform[:6])) and grid.transform.determinant != 0


@dataclass
class _Open:
    """An open file. One thread reads it at a time; others read other files meanwhile."""

    source: Any
    lock: RLock = field(default_factory=RLock)
    closed: bool = False

    def close(self) -> None:
        with self.lock:
            self.source.close()
            self.closed = True


class Rasters:
    """Open rasters on one grid, kept open and shared between threads.

    A file on another grid is read through a warped view (nearest for classes, bilinear for
    measurements), so that nothing is resampled before it is asked for.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._limit = most_open()
        self._open: OrderedDict[tuple[str, str], _Open] = OrderedDict()
        self._lock = RLock()

    def __reduce__(self) -> tuple[type[Rasters], tuple[Grid]]:
        return Rasters, (self.grid,)  # in another process the files open again

    def read(
        self,
        raster: Raster,
        window: Window,
        bands: Optional[Sequence[int]] = None,
        *,
        resampling: str = "nearest",
        outside: Optional[float] = None,
    ) -> RawArray:
        """Pixels of a window of the grid, (C, h, w) in the data type of the file.

        Args:
            raster: the file.
            window: rectangle on this object's grid.
            bands: 1-based bands in the wanted order; all if None.
            resampling: used only where the file lies on another grid.
            outside: value for ground that the file does not cover.

        Raises:
            ReadError: if the pixels cannot be read.
            GridError: if the file cannot be brought onto the grid.
        """
        with self._source(raster, resampling, outside) as source:
            return _pixels(source, raster, window, bands)

    def read_own(
        self, raster: Raster, window: Window, bands: Optional[Sequence[int]] = None
    ) -> RawArray:
        """Pixels (C, h, w) of a window of the file's own grid.

        Raises:
            ReadError: if the pixels cannot be read.
        """
        with self._source(raster, _AS_IT_IS, None) as source:
            return _pixels(source, raster, window, bands)

    def close(self) -> None:
        """Close every file."""
        with self._lock:
            for one in self._open.values():
                one.close()
            self._open.clear()

    @contextmanager
    def _source(self, raster: Raster, resampling: str, outside: Optional[float]) -> Iterator[Any]:
        """The dataset of a raster on this grid, for this thread alone."""
        while True:
            with self._lock:
                one = self._opened(raster, resampling, outside)
            with one.lock:
                if not one.closed:  # by a thread that needed room, before this one came to it
                    yield one.source
                    return

    def _opened(self, raster: Raster, resampling: str, outside: Optional[float]) -> _Open:
        key = (raster.key, resampling)
        if key in self._open:
            self._open.move_to_end(key)
            return self._open[key]
        try:
            source = raster.open()
        except GDAL_ERRORS as error:
            raise ReadError(
                f"{raster.path.name} cannot be opened any more; was it moved or replaced?",
                details=f"{raster.path}: {error}",
            ) from error
        if resampling != _AS_IT_IS and not raster.grid.same_as(self.grid):
            source = self._warped(source, raster, resampling, outside)
        self._open[key] = one = _Open(source)
        while len(self._open) > self._limit:
            self._open.popitem(last=False)[1].close()
        return one

    def _warped(
        self,
        source: Any,  # noqa: ANN401  # rasterio is untyped
        raster: Raster,
        resampling: str,
        outside: Optional[float],
    ) -> WarpedVRT:
        if self.grid.crs is None or source.crs is None:
            raise GridError(
                f"{raster.path.name} has another size than the images and no reference system "
                "to bring it onto their grid; give it the right size or a CRS.",
            )
        try:
            return WarpedVRT(
                source,
                crs=self.grid.crs,
                transform=self.grid.transform * HAIR,
                width=self.grid.width,
                height=self.grid.height,
                resampling=Resampling[resampling],
                # A class is a class, whatever the file calls nodata: 0 may well mean clear.
                src_nodata=None if resampling == "nearest" else source.nodata,
                nodata=outside if outside is not None else source.nodata,
                **steady(source.crs, source.transform, self.grid),
            )
        except GDAL_ERRORS as error:
            raise GridError(
                f"{raster.path.name} cannot be brought onto the grid of the images.",
                details=str(error),
            ) from error


def _pixels(
    source: Any,  # noqa: ANN401  # rasterio is untyped
    raster: Raster,
    window: Window,
    bands: Optional[Sequence[int]],
) -> RawArray:
    try:
        pixels: RawArray = source.read(
            indexes=list(bands) if bands is not None else None,
            window=RasterioWindow(window.col, window.row, window.width, window.height),
        )
    except GDAL_ERRORS as error:
        raise damaged(raster, error) from error
    return pixels


def damaged(raster: Raster, error: Exception) -> ReadError:
    """What to say of a file whose pixels cannot be read."""
    return ReadError(
        f"{raster.path.name} is damaged: its pixels cannot be read; replace it or move it out of "
        "the folder.",
        details=f"{raster.path}: {error}",
    )
