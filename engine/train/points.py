"""Pixels and small windows from many places, laid side by side as tiles to train on.

What lies beside each other here does not in the world: only what happens within a patch means
something. It is worth it for the radar and the seasons of a thousand places more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, IntArray
from kairos.engine.errors import StackError
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.tile import Tile

SIDE = 8
"""Pixels: of a place in a mosaic, that of a token."""
_ACROSS = {"points": 8, "windows": 5}
"""Places along the side of a mosaic."""
_LAYOUTS = 4
"""Mosaics that each window is part of, cut at another place for each."""
_NEAR = 50
"""Pixels."""
_TO_REFLECTANCE = np.float32(1e-4)

Series = Mapping[str, np.ndarray[tuple[int, ...], np.dtype[Any]]]


def mosaics_in(folder: Path, seed: int, apart_from: Sequence[Grid] = ()) -> list[Tile]:
    """All series of the folder as mosaics.

    Args:
        folder: of npz files with `s2` (N, T, C[, h, w]), `s2_mask`, `s2_dates`, `s2_bands`, and
            `s1`, `s1_dates` likewise; windows also with `transform` and `crs`.
        seed: of what lies beside what.
        apart_from: grids that windows must not be near.

    Raises:
        StackError: there are none, or too few for a mosaic.
    """
    tiles = []
    for file in sorted(folder.glob("*.npz")):
        with np.load(file, allow_pickle=False) as series:
            tiles += _mosaics(dict(series), np.random.default_rng(seed), apart_from)
    if not tiles:
        raise StackError(
            f"{folder} has no series to train on; leave points_share out, or set "
            "KAIROS_DATA to the folder around theirs."
        )
    return tiles


def _mosaics(series: Series, rng: np.random.Generator, apart_from: Sequence[Grid]) -> list[Tile]:
    dates, places = series["s2_dates"], np.arange(len(series["s2"]))
    if "transform" in series:
        near = [any(area.overlaps(grid) for grid in apart_from) for area in _areas(series)]
        places = places[~np.array(near)]
    if dates.ndim == 1:
        return _of_places(series, places, rng)
    _, calendar = np.unique(dates, axis=0, return_inverse=True)
    calendars = [places[calendar.ravel() == i] for i in range(calendar.max() + 1)]
    return [tile for some in calendars for tile in _of_places(series, some, rng)]


def _areas(series: Series) -> list[Grid]:
    """The windows with what lies near them."""
    crs, side = CRS.from_user_input(str(series["crs"])), series["s2"].shape[-1] + 2 * _NEAR
    moved = [Affine(*row) * Affine.translation(-_NEAR, -_NEAR) for row in series["transform"]]
    return [Grid(crs, transform, side, side) for transform in moved]


def _of_places(series: Series, places: IntArray, rng: np.random.Generator) -> list[Tile]:
    """Mosaics of places with the same dates; what is too little for one more is left out."""
    windows = series["s2"].ndim == 5
    across = _ACROSS["windows" if windows else "points"]
    tiles = []
    for _ in range(_LAYOUTS if windows else 1):
        shuffled = rng.permutation(places)
        for first in range(0, len(shuffled) - across**2 + 1, across**2):
            some = np.sort(shuffled[first : first + across**2])
            tiles.append(_mosaic(series, rng.permutation(some), across, rng))
    return tiles


def _mosaic(series: Series, some: IntArray, across: int, rng: np.random.Generator) -> Tile:
    windows = series["s2"].ndim == 5
    row, col = rng.integers(series["s2"].shape[-1] - SIDE + 1, size=2) if windows else (0, 0)

    def laid(name: str) -> FloatArray:
        values = np.asarray(series[name][some], np.float32)
        values = (
            values[..., row : row + SIDE, col : col + SIDE] if windows else values[..., None, None]
        )
        whole = np.broadcast_to(values, (*values.shape[:-2], SIDE, SIDE))
        return _side_by_side(whole, across)

    clear: BoolArray = laid("s2_mask") > 0
    values = laid("s2") * _TO_REFLECTANCE
    window = Window(0, 0, *clear.shape[1:])
    return Tile(
        window=window,
        core=window,
        shape=(window.height, window.width),
        dates=_dates(series["s2_dates"], some),
        bands=tuple(str(band) for band in series["s2_bands"]),
        reflectance=np.where(clear[:, None], np.clip(values, 0, 1), np.float32(0)),
        clear=clear,
        radar_dates=_dates(series["s1_dates"], some),
        radar=laid("s1"),
    )


def _side_by_side(places: FloatArray, across: int) -> FloatArray:
    """(across x across, ..., s, s) -> (..., across s, across s)."""
    rows = places.reshape(across, across, *places.shape[1:])
    return np.concatenate([np.concatenate(list(row), axis=-1) for row in rows], axis=-2)


def _dates(written: np.ndarray[tuple[int, ...], np.dtype[Any]], some: IntArray) -> DateArray:
    days = written[some[0]] if written.ndim == 2 else written
    return np.asarray(days, "datetime64[D]")
