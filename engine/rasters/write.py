"""Writing results: under a temporary name first, renamed when whole, as Cloud Optimized GeoTIFF."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import rasterio
from rasterio.shutil import copy as raster_copy
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import RawArray
from kairos.engine.clean.left_over import PARTIAL
from kairos.engine.errors import OutputError
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.mark import marked
from kairos.engine.rasters.read import Raster

_BLOCK = 256


@dataclass(frozen=True)
class Layout:
    """What a raster to write looks like."""

    grid: Grid
    count: int
    dtype: str
    nodata: Optional[float]
    descriptions: tuple[Optional[str], ...] = ()
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    band_tags: tuple[Mapping[str, str], ...] = ()
    cleaned: bool = False
    """Whether it is to bear the mark of cleaned images."""

    @classmethod
    def like(cls, raster: Raster) -> Layout:
        """The layout of an existing raster."""
        with raster.open() as source:
            return cls(
                grid=Grid(source.crs, source.transform, source.width, source.height),
                count=source.count,
                dtype=source.dtypes[0],
                nodata=source.nodata,
                descriptions=tuple(source.descriptions),
                scales=tuple(source.scales),
                offsets=tuple(source.offsets),
                tags=dict(source.tags()),
                band_tags=tuple(dict(source.tags(i)) for i in source.indexes),
            )


class Draft:
    """A raster that is being written: windows in any order, then `publish`. A context manager.

    What is written is remembered by its checksum, because GDAL does not always tell that the disk
    was full.
    """

    def __init__(self, target: Path, layout: Layout, folder: Path) -> None:
        self.target = target
        self.path = folder / f"{target.stem}.{uuid.uuid4().hex[:8]}.tif"
        self._dtype = np.dtype(layout.dtype)
        self._size = layout.grid.height, layout.grid.width
        self._cleaned = layout.cleaned
        self._written: dict[RasterioWindow, int] = {}
        with failures(target):
            self._raster = rasterio.open(
                self.path,
                "w",
                driver="GTiff",
                crs=layout.grid.crs,
                transform=layout.grid.transform,
                width=layout.grid.width,
                height=layout.grid.height,
                count=layout.count,
                dtype=layout.dtype,
                nodata=layout.nodata,
                tiled=True,
                blockxsize=_BLOCK,
                blockysize=_BLOCK,
                SPARSE_OK="TRUE",
                BIGTIFF="IF_SAFER",
            )
            _describe(self._raster, layout)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*GDAL_ERRORS):
            self._raster.close()

    def write(self, pixels: RawArray, window: Window) -> None:
        """Write pixels (C, h, w) or (h, w) into a window."""
        pixels = (pixels if pixels.ndim == 3 else pixels[None]).astype(self._dtype, copy=False)
        place = RasterioWindow(window.col, window.row, window.width, window.height)
        with failures(self.target):
            self._raster.write(pixels, window=place)
        self._written[place] = _checksum(pixels)

    def close(self) -> Path:
        """End writing without publishing.

        Raises:
            OutputError: if the file does not hold what was written.
        """
        with failures(self.target):
            self._raster.close()
            self._ensure_holds(self.path)
        return self.path

    def publish(self, compression: str = "ZSTD") -> Path:
        """Turn the draft into a Cloud Optimized GeoTIFF and give it its name."""
        whole = self.path.with_suffix(".cog.tif")
        with failures(self.target):
            self._raster.close()
            source = marked(str(self.path)) if self._cleaned else self.path
            _copy(source, whole, compression, self._dtype, self._size)
            self._ensure_holds(whole)
            self.path.unlink()
            os.replace(whole, self.target)
        return self.target

    def _ensure_holds(self, path: Path) -> None:
        """Raises what a full disk raises, if the file lacks something that was written."""
        with rasterio.open(path) as raster:
            for place, checksum in self._written.items():
                if _checksum(raster.read(window=place)) != checksum:
                    raise OSError(errno.ENOSPC, "the disk may be full")


def copy_whole(raster: Raster, target: Path, folder: Path, compression: str = "ZSTD") -> Path:
    """Copy an image in which nothing is missing into a Cloud Optimized GeoTIFF.

    Raises:
        OutputError: if it cannot be written.
    """
    whole = folder / f"{target.stem}.{uuid.uuid4().hex[:8]}.cog.tif"
    size = raster.grid.height, raster.grid.width
    with failures(target):
        _copy(marked(raster.key), whole, compression, np.dtype(raster.dtype), size)
        with raster.open() as one, rasterio.open(whole) as other:
            for _, place in other.block_windows(1):
                if one.read(window=place).tobytes() != other.read(window=place).tobytes():
                    raise OSError(errno.ENOSPC, "the disk may be full")
        os.replace(whole, target)
    return target


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """A folder for drafts beside the results, gone afterwards with all that is not published.

    Raises:
        OutputError: if the folder cannot be made.
    """
    try:
        with room_in(folder / PARTIAL, folder) as room:
            yield room
    finally:
        with suppress(OSError):  # another run works there
            (folder / PARTIAL).rmdir()


@contextmanager
def room_in(folder: Path, output: Path) -> Iterator[Path]:
    """A new folder in another one, gone afterwards with all that is in it.

    Args:
        folder: made if missing.
        output: what an error names.

    Raises:
        OutputError: if it cannot be made.
    """
    room = folder / uuid.uuid4().hex[:8]
    with failures(output):
        room.mkdir(parents=True, exist_ok=True)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def check_file(output: Path, root: Path) -> None:
    """Refuse to write a result over a folder or among the images in `root`.

    Raises:
        OutputError: if that is where it would go.
    """
    if root.resolve() in output.resolve().parents:
        raise OutputError(
            f"The output {output} lies inside the images' own folder; choose a place outside it."
        )
    if output.is_dir():
        raise OutputError(f"The output {output} is a folder; give the name of a file.")


def write_text(target: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with failures(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
        try:
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


def _describe(raster: Any, layout: Layout) -> None:  # noqa: ANN401  # rasterio is untyped
    for i, text in enumerate(layout.descriptions, start=1):
        if text:
            raster.set_band_description(i, text)
    if layout.scales and (set(layout.scales) != {1.0} or set(layout.offsets) != {0.0}):
        raster.scales, raster.offsets = layout.scales, layout.offsets
    raster.update_tags(**layout.tags)
    for i, tags in enumerate(layout.band_tags, start=1):
        kept = {k: v for k, v in tags.items() if not k.startswith("STATISTICS_")}
        if kept:
            raster.update_tags(i, **kept)


def _copy(
    source: Union[Path, str],
    target: Path,
    compression: str,
    dtype: np.dtype[Any],
    size: tuple[int, int],
) -> None:
    side = -(-max(size) // 16) * 16  # GDAL wants multiples; readers hold whole blocks
    raster_copy(
        source,
        target,
        driver="COG",
        COMPRESS=compression,
        LEVEL="1" if compression == "ZSTD" else "6",
        PREDICTOR="FLOATING_POINT" if np.issubdtype(dtype, np.floating) else "STANDARD",
        BLOCKSIZE=str(min(side, 2 * _BLOCK)),
        OVERVIEW_RESAMPLING="NEAREST" if dtype == np.uint8 else "AVERAGE",
        NUM_THREADS="ALL_CPUS",
        BIGTIFF="IF_SAFER",
    )


def _checksum(pixels: RawArray) -> int:
    return zlib.crc32(np.ascontiguousarray(pixels).data)


@contextmanager
def failures(target: Path) -> Iterator[None]:
    """Say of whatever GDAL or the system raises that the target cannot be written.

    Raises:
        OutputError: instead of it.
    """
    try:
        yield
    except GDAL_ERRORS as error:
        raise OutputError(
            f"{target} cannot be written ({_cause(error)}); check the folder and the free space.",
            details=str(error),
        ) from error


def _cause(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return "the disk may be full"
