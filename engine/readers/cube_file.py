"""A cube on disk, NetCDF or Zarr: what lies on its axes, and its pixels when they are asked for."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import Any, Optional

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import RawArray
from kairos.engine.errors import GridError, ReadError, StackError
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster

X, Y = ("x", "lon", "longitude", "easting"), ("y", "lat", "latitude", "northing")
TIME, BAND = ("time", "t", "date", "times", "dates"), ("band", "bands", "b", "variable", "spectral")

BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, IndexError,
          ImportError, ArithmeticError)  # fmt: skip
"""What the libraries raise where a file is not as it should be."""

_ENGINES = {".nc": "netCDF4", ".zarr": "zarr"}


class Cube:
    """A file that is opened while anybody reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = 0
        self._data: Any = None
        self._lock = RLock()

    def __reduce__(self) -> tuple[type[Cube], tuple[Path]]:
        return Cube, (self.path,)

    def take(self) -> Any:  # noqa: ANN401  # an xarray.Dataset, where there is xarray
        """The dataset, with its numbers as they are stored. Raises ReadError, StackError."""
        with self._lock:
            if self._data is None:
                self._data = _opened(self.path)
            self._readers += 1
            return self._data

    def leave(self) -> None:
        """Say that a reader is done."""
        with self._lock:
            self._readers -= 1
            if self._readers <= 0 and self._data is not None:
                self._data.close()
                self._data, self._readers = None, 0

    def read(self, variable: str, at: dict[str, Any], axes: tuple[str, str]) -> RawArray:
        """Some pixels (h, w) of a variable. NetCDF lets one thread in at a time."""
        with self._lock:
            return np.asarray(self._data[variable].isel(at).transpose(*axes).values)


@dataclass(frozen=True)
class Part:
    """One band of one day in a cube."""

    name: str
    variable: str
    at: tuple[tuple[str, int], ...]
    """Places on the axes that are not of space."""


@dataclass(frozen=True)
class CubeRaster(Raster):
    """Some bands of one day."""

    parts: tuple[Part, ...] = ()
    axes: tuple[str, str] = ("y", "x")
    flipped: tuple[bool, bool] = (False, False)
    cube: Optional[Cube] = field(default=None, compare=False, repr=False)

    def open(self) -> CubeSlice:
        """The bands, as rasterio would open them."""
        return CubeSlice(self)


class CubeSlice:
    """As much of a rasterio dataset as the house reads of one."""

    def __init__(self, raster: CubeRaster) -> None:
        self._raster, self._cube = raster, raster.cube or Cube(raster.path)
        self._cube.take()
        count = len(raster.parts)
        self.crs, self.transform = raster.grid.crs, raster.grid.transform
        self.width, self.height, self.count = raster.grid.width, raster.grid.height, count
        self.indexes = tuple(range(1, count + 1))
        self.dtypes, self.nodata = (raster.dtype,) * count, raster.nodata
        self.descriptions = raster.descriptions
        self.scales, self.offsets = (raster.scale,) * count, (raster.offset,) * count

    def __enter__(self) -> CubeSlice:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tags(self, band: int = 0) -> dict[str, str]:
        """A cube has attributes for all days, none for this one."""
        return {}

    def read(
        self,
        indexes: Optional[list[int]] = None,
        window: Optional[RasterioWindow] = None,
        out_shape: Optional[tuple[int, ...]] = None,
    ) -> RawArray:
        """Pixels (C, h, w) of a window, every so many where a smaller shape is wanted.

        Raises OSError where they cannot be read.
        """
        w = window or RasterioWindow(0, 0, self.width, self.height)
        rows = _span(int(w.row_off), int(w.height), self.height, self._raster.flipped[0])
        cols = _span(int(w.col_off), int(w.width), self.width, self._raster.flipped[1])
        y, x = self._raster.axes
        pixels = np.empty((len(indexes or self.indexes), int(w.height), int(w.width)),
                          self._raster.dtype)  # fmt: skip
        steps = tuple(-1 if flip else 1 for flip in self._raster.flipped)
        for out, index in zip(pixels, indexes or self.indexes):
            part = self._raster.parts[index - 1]
            try:
                found = self._cube.read(part.variable, {**dict(part.at), y: rows, x: cols}, (y, x))
            except BROKEN as error:
                raise OSError(f"{part.variable}: {error}") from error
            out[:] = found[:: steps[0], :: steps[1]]
        return pixels if out_shape is None else _thinned(pixels, out_shape[-2:])

    def close(self) -> None:
        """Done with it."""
        self._cube.leave()


def _thinned(pixels: RawArray, shape: tuple[int, ...]) -> RawArray:
    rows, cols = (
        ((np.arange(few) + 0.5) * many / few).astype(int)
        for few, many in zip(shape, pixels.shape[-2:])
    )
    return pixels[:, rows][:, :, cols]


def _span(start: int, size: int, whole: int, flipped: bool) -> slice:
    return slice(whole - start - size, whole - start) if flipped else slice(start, start + size)


def _opened(path: Path) -> Any:  # noqa: ANN401
    kind = ".zarr" if path.is_dir() else ".nc"
    missing = [name for name in ("xarray", _ENGINES[kind]) if find_spec(name) is None]
    if missing:
        raise StackError(
            f"{path.name} needs {' and '.join(missing)} to be read; install them with: "
            "pip install 'kairos-eo[cubes]'."
        )
    import xarray

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is missing, the house says itself
            return xarray.open_dataset(
                path,
                engine="zarr" if kind == ".zarr" else "netcdf4",
                mask_and_scale=False,
                decode_coords="all",
            )
    except BROKEN as error:
        raise ReadError(
            f"{path.name} is damaged or no cube: it cannot be opened; load it anew.",
            details=str(error),
        ) from error


def grid_of(data: Any, axes: tuple[str, str], path: Path) -> tuple[Grid, tuple[bool, bool]]:  # noqa: ANN401
    """Where the pixels of a cube lie, north up, and which axes run the other way.

    Raises:
        GridError: they are on no regular grid.
    """
    steps, starts, flips = [], [], []
    for axis, down in zip(axes, (True, False)):
        values = np.asarray(data[axis].values, float)
        step = (values[-1] - values[0]) / max(len(values) - 1, 1)
        even = np.abs(np.diff(values) - step).max(initial=0) <= 1e-2 * abs(step)
        if not np.isfinite(values).all() or not even or (len(values) > 1 and step == 0):
            raise GridError(
                f"The pixels of {path.name} are on no regular grid (axis {axis}); bring it onto "
                "one first."
            )
        flip = step > 0 if down else step < 0
        flips.append(flip)
        steps.append(abs(step))
        starts.append(values.max() if down else values.min())
    known = next((step for step in steps if step), 1.0)  # of a cube one pixel wide
    height, width = (step or known for step in steps)
    transform = Affine(
        width, 0, starts[1] - width / 2, 0, -height, starts[0] + height / 2
    )  # fmt: skip
    size = len(data[axes[1]]), len(data[axes[0]])
    return Grid(_crs(data, axes), transform, *size), (flips[0], flips[1])


def _crs(data: Any, axes: tuple[str, str]) -> Optional[CRS]:  # noqa: ANN401
    said = [data.attrs, *(data[name].attrs for name in data.variables)]
    for attributes in said:
        for key in ("crs_wkt", "spatial_ref", "crs", "proj:epsg", "epsg_code"):
            try:
                if attributes.get(key):
                    return CRS.from_user_input(attributes[key])
            except (CRSError, ValueError, TypeError):
                continue
    degrees = axes[1].lower() in ("lon", "longitude")
    return CRS.from_epsg(4326) if degrees else None
