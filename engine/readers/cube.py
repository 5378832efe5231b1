"""Data cubes: one NetCDF file or Zarr folder with a time axis.

Bands are an axis (`band`) or a variable each, as openEO, Google Earth Engine's Xee and odc-stac
write them; masks among them (`SCL`, `QA60`, ...) are used. Times follow the CF conventions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import numpy as np

from kairos.engine.errors import BandError, StackError
from kairos.engine.rasters.bands import name_bands
from kairos.engine.rasters.read import Raster
from kairos.engine.readers.assemble import finish
from kairos.engine.readers.cube_file import (
    BAND,
    BROKEN,
    TIME,
    Cube,
    CubeRaster,
    Part,
    X,
    Y,
    grid_of,
)
from kairos.engine.readers.header import MASKS, is_ground, scale_of
from kairos.engine.readers.place import Place
from kairos.engine.readers.product import counted
from kairos.engine.stack import Frame, Mask, RadarImage, Stack

_FILES = (".nc", ".nc4", ".cdf", ".netcdf")
_ZARR = (".zgroup", ".zmetadata", "zarr.json")
_POLARISATIONS = ("VV", "VH")


class CubeReader:
    """Reads a cube, or a folder that holds nothing but cubes."""

    name = "Data cube"

    def recognises(self, place: Place) -> Optional[str]:
        """By the ending of the name, or by what marks a Zarr folder."""
        cubes = _cubes(place.path)
        if not cubes:
            return None
        kind = "Zarr" if cubes[0].is_dir() else "NetCDF"
        return kind if len(cubes) == 1 else f"{counted(len(cubes), 'file')} of {kind}"

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack of a cube; its pixels are read when asked for.

        Raises:
            ReadError, GridError: it is damaged, or on no regular grid.
            StackError: it has no time axis, or a library is missing.
            BandError: cubes of one folder have no band in common.
        """
        frames: list[Frame] = []
        radar: list[RadarImage] = []
        bands: tuple[str, ...] = ()
        said: list[str] = []
        for path in _cubes(place.path):
            own, optical, passes = _read(path)
            if optical and bands and own != bands:
                raise BandError(_other_bands(path, own, bands))
            if not optical and not passes:
                said.append(f"{path.name} has no band with axes of time and space; left out.")
            bands = own or bands
            frames += optical
            radar += passes
        if not frames:
            raise StackError(
                f"{place.path.name} has no optical band with a time axis and two axes of space."
            )
        frames.sort(key=lambda frame: frame.date)
        if not frames[0].raster.grid.crs:
            said.append(f"{place.path.name} has no reference system.")
        return finish(place.path, bands, frames, said, scl_usable, radar)


def _other_bands(path: Path, own: Sequence[str], others: Sequence[str]) -> str:
    missing = [band for band in others if band not in own]
    more = [band for band in own if band not in others]
    what = (
        f"lacks band {', '.join(missing)} of" if missing else f"has band {', '.join(more)} beyond"
    )
    if not missing and not more:
        what = "has its bands in another order than"
    return f"{path.name} {what} the cubes beside it; open it on its own."


def _cubes(path: Path) -> list[Path]:
    if path.is_file():
        return [path] if path.suffix.lower() in _FILES else []
    if _is_zarr(path):
        return [path]
    try:
        inside = sorted(p for p in path.iterdir() if not p.name.startswith("."))
    except OSError:
        return []  # another reader will say what is wrong
    cubes = [p for p in inside if p.suffix.lower() in _FILES or _is_zarr(p)]
    return cubes if cubes and len(cubes) == len(inside) else []


def _is_zarr(path: Path) -> bool:
    return path.is_dir() and any((path / mark).exists() for mark in _ZARR)


def _read(path: Path) -> tuple[tuple[str, ...], list[Frame], list[RadarImage]]:
    """Bands, frames and radar of one cube."""
    cube = Cube(path)
    data = cube.take()
    try:
        return _of(cube, data)
    except BROKEN as error:
        raise StackError(
            f"{path.name} is not understood as a cube with axes of time and space.",
            details=str(error),
        ) from error
    finally:
        cube.leave()


def _of(cube: Cube, data: Any) -> tuple[tuple[str, ...], list[Frame], list[RadarImage]]:  # noqa: ANN401
    names = [_axis(data, known) for known in (TIME, Y, X)]
    if None in names:
        raise StackError(f"{cube.path.name} has no axis of time, or none of space.")
    time, y, x = (str(name) for name in names)
    grid, flipped = grid_of(data, (y, x), cube.path)
    plain = CubeRaster(
        cube.path, grid, "float32", None, (), 1.0, 0.0, axes=(y, x), flipped=flipped, cube=cube
    )
    parts = list(_parts(data, time, (y, x)))
    masks = {p.name.lower(): p for p in parts if p.name.lower() in MASKS}
    passes = {p: q for q in parts for p in _POLARISATIONS if p in q.name.upper().split("_")}
    ground = [
        p for p in parts
        if is_ground(p.name) and p not in masks.values() and p not in passes.values()
    ]  # fmt: skip
    bands = name_bands([part.name for part in ground])[0] if ground else ()
    frames, radar = [], []
    for i, day in _days(data, time):
        at = ((time, i),)
        rule = f"axis {time}"
        if ground:
            frames.append(_frame(data, plain, ground, bands, masks, at, day, rule))
        if passes:
            ordered = [passes[p] for p in _POLARISATIONS if p in passes]
            raster = _slice(data, plain, ordered, at)
            radar.append(RadarImage(day, raster, (1, len(ordered))))
    if frames:
        scale = scale_of([frames[len(frames) // 2].raster])
        frames = [f if _declared(f.raster) else replace(f, scale=scale) for f in frames]
    return bands, frames, radar


def _frame(
    data: Any,  # noqa: ANN401
    plain: CubeRaster,
    ground: Sequence[Part],
    bands: Sequence[str],
    masks: dict[str, Part],
    at: tuple[tuple[str, int], ...],
    day: np.datetime64,
    rule: str,
) -> Frame:
    named = [replace(part, name=band) for part, band in zip(ground, bands)]
    raster = _slice(data, plain, named, at)
    mask = next((name for name in MASKS if name in masks), None)
    return Frame(
        date=day,
        raster=raster,
        bands=tuple(range(1, len(bands) + 1)),
        scale=raster.scale,
        offset=raster.offset,
        mask=Mask(_slice(data, plain, [masks[mask]], at), MASKS[mask]) if mask else None,
        date_rule=rule,
    )


def _slice(
    data: Any,  # noqa: ANN401
    plain: CubeRaster,
    parts: Sequence[Part],
    at: tuple[tuple[str, int], ...],
) -> CubeRaster:
    """Some bands of one day."""
    placed = tuple(replace(part, at=(*part.at, *at)) for part in parts)
    variables = [data[part.variable] for part in parts]
    kind = np.result_type(*(v.dtype for v in variables))
    says = {**variables[0].encoding, **variables[0].attrs}
    fills = (says.get(key) for key in ("_FillValue", "missing_value", "nodata"))
    fill = next((float(np.ravel(f)[0]) for f in fills if f is not None), None)
    return replace(
        plain,
        dtype=np.dtype(kind).newbyteorder("=").name,
        nodata=fill,
        descriptions=tuple(part.name for part in parts),
        scale=float(says.get("scale_factor", 1.0)),
        offset=float(says.get("add_offset", 0.0)),
        source=f"{plain.path}:{','.join(f'{p.variable}{p.at}' for p in placed)}",
        parts=placed,
    )


def _parts(data: Any, time: str, space: tuple[str, str]) -> Iterator[Part]:  # noqa: ANN401
    """Every band in the cube, without its day."""
    band = _axis(data, BAND)
    for name, variable in data.data_vars.items():
        dims = set(variable.dims)
        if not {time, *space} <= dims or variable.dtype.kind not in "iuf":
            continue
        others = dims - {time, *space}
        if not others:
            yield Part(str(name), str(name), ())
        elif others == {band}:
            words = data[band].values if band in data.variables else range(data.sizes[band])
            for i, word in enumerate(words):
                yield Part(str(word), str(name), ((str(band), i),))


def _axis(data: Any, known: Sequence[str]) -> Optional[str]:  # noqa: ANN401
    return next((str(dim) for word in known for dim in data.dims if str(dim).lower() == word), None)


def _days(data: Any, time: str) -> Iterator[tuple[int, np.datetime64]]:  # noqa: ANN401
    """Places on the time axis and their days; of an unusual calendar too."""
    for i, moment in enumerate(data[time].values):
        text = str(moment)[:10]
        try:
            if len(text) < len("2022-01-01") and text != "NaT":
                raise ValueError
            day = np.datetime64(text, "D")
        except ValueError as error:
            raise StackError(
                f"The times of the cube are not understood ({text}); they need units such as "
                "'days since 1970-01-01'."
            ) from error
        if not np.isnat(day):
            yield i, day


def _declared(raster: Raster) -> bool:
    return (raster.scale, raster.offset) != (1.0, 0.0)
