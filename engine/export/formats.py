"""The two formats of a cube, each behind the same small face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Optional, Protocol

import numpy as np

from kairos.engine.arrays import RawArray
from kairos.engine.rasters.grid import Window

SIDE = 512
"""Pixels of a chunk along a side."""

_CACHE = 4_000_000
"""Bytes: a block of four chunks of 32 bits."""


@dataclass(frozen=True)
class Variable:
    """One variable: its axes, its attributes, and its values if they are few."""

    name: str
    axes: tuple[str, ...]
    dtype: Any
    attributes: Mapping[str, Any] = field(default_factory=dict)
    values: Optional[RawArray] = None
    """None where blocks are written later."""
    fill: Optional[float] = None


class Cube(Protocol):
    """A cube that is being written."""

    def add(self, variable: Variable) -> None:
        """Make a variable."""

    def describe(self, attributes: Mapping[str, str]) -> None:
        """Say what the whole of it is."""

    def write(self, name: str, t: int, window: Window, pixels: RawArray) -> None:
        """Fill a block of a variable."""

    def close(self) -> None:
        """End writing."""


class NetCdf:
    """A cube in one file."""

    def __init__(self, path: Path, axes: Mapping[str, int]) -> None:
        library: Any = import_module("netCDF4")
        self._file = library.Dataset(str(path), "w", format="NETCDF4")
        self._axes = axes
        for name, length in axes.items():
            self._file.createDimension(name, length)

    def add(self, variable: Variable) -> None:
        """Make a variable."""
        large = variable.values is None
        options = {"zlib": True, "complevel": 1, "fill_value": variable.fill} if large else {}
        chunks = tuple(min(SIDE, self._axes[a]) if a != "time" else 1 for a in variable.axes)
        made = self._file.createVariable(
            variable.name, variable.dtype, variable.axes,
            **options, **({"chunksizes": chunks} if large else {}),
        )  # fmt: skip
        made.set_auto_maskandscale(False)
        if large:  # else HDF5 keeps 64 MB of each band; blocks come whole and are never seen again
            made.set_var_chunk_cache(size=_CACHE)
        made.setncatts(dict(variable.attributes))
        if variable.values is not None:
            made[...] = variable.values

    def describe(self, attributes: Mapping[str, str]) -> None:
        """Say what the whole of it is."""
        self._file.setncatts(dict(attributes))

    def write(self, name: str, t: int, window: Window, pixels: RawArray) -> None:
        """Fill a block of a variable."""
        self._file[name][(t, *window.slices)] = pixels

    def close(self) -> None:
        """End writing."""
        self._file.close()


class Zarr:
    """A cube in a folder, a file for each chunk."""

    def __init__(self, path: Path, axes: Mapping[str, int]) -> None:
        self._zarr: Any = import_module("zarr")
        self._axes, self._path = axes, path
        formats = {"zarr_format": 2} if int(self._zarr.__version__.split(".")[0]) > 2 else {}
        self._group = self._zarr.open_group(str(path), mode="w", **formats)

    def add(self, variable: Variable) -> None:
        """Make a variable."""
        shape = tuple(self._axes[axis] for axis in variable.axes)
        chunks = tuple(min(SIDE, self._axes[a]) if a != "time" else 1 for a in variable.axes)
        create = getattr(self._group, "create_array", None) or self._group.create_dataset
        made = create(
            name=variable.name, shape=shape, dtype=np.dtype(variable.dtype),
            fill_value=variable.fill, chunks=chunks if variable.values is None else shape,
        )  # fmt: skip
        made.attrs.update({"_ARRAY_DIMENSIONS": list(variable.axes), **variable.attributes})
        if variable.values is not None:
            made[...] = variable.values

    def describe(self, attributes: Mapping[str, str]) -> None:
        """Say what the whole of it is."""
        self._group.attrs.update(dict(attributes))

    def write(self, name: str, t: int, window: Window, pixels: RawArray) -> None:
        """Fill a block of a variable."""
        self._group[name][(t, *window.slices)] = pixels

    def close(self) -> None:
        """End writing."""
        self._zarr.consolidate_metadata(str(self._path))
