"""All images of a cleaning as one NetCDF or Zarr cube, by the CF conventions.

One variable for each band with the axes time, y and x, in the numbers of the images and with
their scale (https://cfconventions.org). The cube is filled block by block, so that memory does
not grow with it, and takes its name when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Union

import numpy as np

from kairos.engine.arrays import RawArray
from kairos.engine.errors import OutputError
from kairos.engine.export.formats import SIDE, Cube, NetCdf, Variable, Zarr
from kairos.engine.export.provenance import Provenance
from kairos.engine.progress import Stage, Steps
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster, Rasters
from kairos.engine.rasters.write import draft_folder, failures

_LIBRARIES = {".nc": ("netCDF4", "pyproj"), ".zarr": ("zarr", "pyproj")}


@dataclass(frozen=True)
class Slice:
    """One image on the axis of time."""

    date: np.datetime64
    raster: Raster
    bands: tuple[int, ...]
    """1-based bands of the file in the order of the cube."""
    encoding: Encoding


def check_cube(target: Path, root: Path, *, replace: bool) -> None:
    """Refuse a cube that cannot be written, before any work is done.

    Raises:
        OutputError: a name of another kind, a library that is missing, a place among the images,
            or a cube that is there already.
    """
    needed = _LIBRARIES.get(target.suffix.lower())
    if needed is None:
        raise OutputError(f"{target} is no cube that Kairos writes; name it .nc or .zarr.")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise OutputError(
            f"Writing {target.name} needs {' and '.join(missing)}, which is not installed; "
            "install it with: pip install 'kairos-eo[cubes]'."
        )
    if root.is_dir() and root.resolve() in target.resolve().parents:
        raise OutputError(
            f"The cube {target} lies inside the images' own folder; choose a place outside it."
        )
    if target.exists() and not replace:
        raise OutputError(f"{target} exists already; add --overwrite to replace it.")


def write_cube(
    target: Path,
    slices: Sequence[Slice],
    names: Sequence[str],
    grid: Grid,
    provenance: Provenance,
    told: Stage,
) -> Path:
    """Write the cube of some images.

    Args:
        target: a name that ends with .nc or .zarr.
        slices: the images by date.
        names: of the bands.
        grid: of the cube; images on another one are warped.
        provenance: what made them.
        told: called between blocks; may raise to stop, and nothing stays.

    Raises:
        OutputError: it cannot be written.
        ReadError: an image cannot be read.
    """
    first = slices[0].encoding
    alike = all(s.encoding.holds_as(first) and s.encoding.nodata == first.nodata for s in slices)
    encoding = first if alike else _REFLECTANCE
    kind: type[Union[NetCdf, Zarr]] = NetCdf if target.suffix.lower() == ".nc" else Zarr
    with failures(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with draft_folder(target.parent) as folder, failures(target):
        try:
            with closing(kind(folder / target.name, _axes(slices, grid))) as cube:
                for variable in _variables(slices, names, grid, encoding):
                    cube.add(variable)
                cube.describe(_told_of(provenance))
                _fill(cube, slices, names, grid, encoding, told)
        except RuntimeError as error:  # so HDF5 calls a full disk
            raise OSError(str(error)) from error
        if target.is_dir():
            shutil.rmtree(target)
        (folder / target.name).replace(target)
    return target


_REFLECTANCE = Encoding(np.dtype(np.float32), float("nan"), 1.0, 0.0)


def _fill(
    cube: Cube,
    slices: Sequence[Slice],
    names: Sequence[str],
    grid: Grid,
    encoding: Encoding,
    told: Stage,
) -> None:
    windows = list(grid.tiles(2 * SIDE))
    steps = Steps(told, len(windows) * len(slices))
    rasters = Rasters(grid)
    try:
        for t, image in enumerate(slices):
            for window in windows:
                numbers = rasters.read(
                    image.raster, window, image.bands, resampling="bilinear",
                    outside=image.encoding.empty,
                )  # fmt: skip
                for name, band in zip(names, _recoded(numbers, image.encoding, encoding)):
                    cube.write(name, t, window, band)
                steps.next()
    finally:
        rasters.close()


def _recoded(numbers: RawArray, own: Encoding, wanted: Encoding) -> RawArray:
    """The numbers of an image as they are, or as reflectance where the images differ."""
    if own.holds_as(wanted):
        return numbers
    reflectance = numbers.astype(np.float32) * np.float32(own.scale) + np.float32(own.offset)
    return np.where(numbers == own.empty, np.float32(np.nan), reflectance)


def _axes(slices: Sequence[Slice], grid: Grid) -> dict[str, int]:
    return {"time": len(slices), "y": grid.height, "x": grid.width}


def _variables(
    slices: Sequence[Slice], names: Sequence[str], grid: Grid, encoding: Encoding
) -> list[Variable]:
    days = np.array([s.date for s in slices], "datetime64[D]").astype(np.int32)
    when = {"standard_name": "time", "long_name": "day of the image", "axis": "T",
            "units": "days since 1970-01-01", "calendar": "standard"}  # fmt: skip
    place = {"grid_mapping": "spatial_ref"} if grid.crs is not None else {}
    scale = {"scale_factor": encoding.scale, "add_offset": encoding.offset}
    packed = scale if (encoding.scale, encoding.offset) != (1.0, 0.0) else {}
    return [
        Variable("time", ("time",), np.int32, when, days),
        *_coordinates(grid),
        *(
            Variable(
                name,
                ("time", "y", "x"),
                encoding.dtype,
                {"long_name": f"reflectance of {name}", "units": "1", **packed, **place},
                fill=encoding.empty,
            )
            for name in names
        ),
    ]


def _coordinates(grid: Grid) -> list[Variable]:
    """Centres of the pixels, and what they mean on the Earth."""
    x = grid.transform.c + grid.transform.a * (np.arange(grid.width) + 0.5)
    y = grid.transform.f + grid.transform.e * (np.arange(grid.height) + 0.5)
    if grid.crs is None:
        return [Variable("y", ("y",), np.float64, {"axis": "Y"}, y),
                Variable("x", ("x",), np.float64, {"axis": "X"}, x)]  # fmt: skip
    from pyproj import CRS

    system = CRS.from_wkt(grid.crs.to_wkt())
    facts = {axis["axis"]: axis for axis in system.cs_to_cf()}
    place = " ".join(repr(float(v)) for v in grid.transform.to_gdal())
    mapping = {**system.to_cf(), "spatial_ref": grid.crs.to_wkt(), "GeoTransform": place}
    return [
        Variable("y", ("y",), np.float64, facts["Y"], y),
        Variable("x", ("x",), np.float64, facts["X"], x),
        Variable("spatial_ref", (), np.int32, mapping, np.array(0, np.int32)),
    ]


def _told_of(provenance: Provenance) -> dict[str, str]:
    return {
        "Conventions": "CF-1.8",
        "title": "Cloud-free satellite images",
        "source": f"Kairos {provenance.version}",
        "history": f"{provenance.stamp}: {provenance.sentence}",
        "processing_method": provenance.method,
        **({"processing_weights_sha256": provenance.weights} if provenance.weights else {}),
    }
