"""From scenes to the images of a stack: one grid, one set of bands, one image a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, isfinite
from pathlib import Path
from typing import Optional

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.transform import array_bounds
from rasterio.warp import transform_bounds

from kairos.engine.errors import BandError, CatalogueError
from kairos.engine.radar import NEITHER, NO_TERRAIN
from kairos.engine.rasters.gdal import GDAL_ERRORS
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster
from kairos.engine.stac.scene import Box, Scene
from kairos.engine.stac.virtual import Band, located, virtual

MASK = "_SCL"


@dataclass(frozen=True)
class Day:
    """The scenes that make one image."""

    name: str
    """Stem of its file, such as S2_L2A_20210620."""
    date: np.datetime64
    scenes: tuple[Scene, ...]

    @property
    def has_mask(self) -> bool:
        """Whether every scene comes with its classes; else none counts."""
        return all(scene.mask is not None for scene in self.scenes)

    @property
    def is_raw(self) -> bool:
        """Whether its numbers are still as the radar saw them: GRD, not RTC."""
        return self.scenes[0].product == "GRD"

    @property
    def is_calibrated(self) -> bool:
        """Whether its numbers are power, or can be brought to it; else they are amplitudes."""
        return all(scene.is_calibrated for scene in self.scenes)

    @property
    def lacks(self) -> str:
        """What is not done to it, in words."""
        raw = NO_TERRAIN if self.is_calibrated else NEITHER
        return raw if self.is_raw else ""

    @property
    def polarisations(self) -> tuple[str, ...]:
        """Those of radar that any scene has."""
        each = {p for scene in self.scenes for p in scene.polarisations}
        return tuple(sorted(each, reverse=True))

    def image(self, bands: Sequence[str], grid: Grid) -> Raster:
        """The bands as one virtual image."""
        return virtual(Path(f"{self.name}.tif"), self._stacked(bands), grid)

    def mask(self, grid: Grid) -> Raster:
        """The classes as one virtual image."""
        layers = [scene.mask for scene in self.scenes if scene.mask is not None]
        path = Path(f"{self.name}{MASK}.tif")
        return virtual(path, [Band("SCL", layers)], grid, classes=True)

    def _stacked(self, bands: Sequence[str]) -> list[Band]:
        return [Band(b, [s.bands[b] for s in self.scenes if b in s.bands]) for b in bands]


@dataclass(frozen=True)
class Plan:
    """What is to be read, and onto which pixels."""

    grid: Grid
    bands: tuple[str, ...]
    optical: tuple[Day, ...]
    radar: tuple[Day, ...]
    warnings: tuple[str, ...] = ()


def plan(
    scenes: Sequence[Scene],
    area: Optional[Box] = None,
    bands: Optional[Sequence[str]] = None,
    resolution: Optional[float] = None,
) -> Plan:
    """One grid and one image a day for scenes of any zone and tile.

    The reference system is that of most scenes and the pixel that of the finest band; the other
    scenes are warped. Scenes without the usual bands are left out.

    Args:
        scenes: by date, where two show the same ground the better one first.
        area: what is wanted; all ground of the scenes in that reference system if None.
        bands: names; those of most scenes if None.
        resolution: metres of a pixel; those of the finest band if None.

    Raises:
        CatalogueError: no scene is left.
        BandError: no scene has the bands.
        ReadError: a file has to be opened and cannot be.
    """
    optical = [scene for scene in scenes if scene.sensor == "S2"]
    if not optical:
        raise CatalogueError("Among the items is no Sentinel-2 image.")
    names = _common_bands(optical, bands)
    whole = [scene for scene in optical if set(names) <= scene.bands.keys()]
    grids = [_grid_of(scene, names) for scene in whole]
    grid = _covering(grids, area, resolution)
    warnings = list(dict.fromkeys(doubt for scene in whole for doubt in scene.doubts))
    if len(whole) < len(optical):
        left = len(optical) - len(whole)
        warnings.append(f"{left} of {len(optical)} items lack bands of the others; left out.")
    foreign = sum(own.crs != grid.crs for own in grids)
    if foreign:
        warnings.append(f"{foreign} items of another zone are warped onto the grid of the others.")
    waves = [s for s in scenes if s.sensor == "S1" and s.polarisations]
    return Plan(grid, names, _days(whole), _days(waves), tuple(warnings))


def _common_bands(scenes: Sequence[Scene], wanted: Optional[Sequence[str]]) -> tuple[str, ...]:
    if wanted:
        if not any(set(wanted) <= scene.bands.keys() for scene in scenes):
            there = ", ".join(dict.fromkeys(band for scene in scenes for band in scene.bands))
            raise BandError(f"No item has the bands {', '.join(wanted)}; there are {there}.")
        return tuple(wanted)
    return Counter(tuple(scene.bands) for scene in scenes).most_common(1)[0][0]


def _grid_of(scene: Scene, names: Sequence[str]) -> Grid:
    finest = min((scene.bands[name] for name in names), key=lambda layer: layer.coarse)
    grid = located(finest).grid
    if grid is None or grid.crs is None:
        raise CatalogueError(f"The item {scene.id} does not say where on the Earth it lies.")
    return grid


def _covering(grids: Sequence[Grid], area: Optional[Box], resolution: Optional[float]) -> Grid:
    """A grid in step with the pixels of most scenes, over the area or over all of these scenes."""
    crs = Counter(grid.crs for grid in grids).most_common(1)[0][0]
    own = [grid for grid in grids if grid.crs == crs]
    first = _coarser(own[0], resolution)
    if area is not None:
        left, bottom, right, top = _bounds(area, crs)
    else:
        each = np.array([array_bounds(g.height, g.width, g.transform) for g in own])
        (left, bottom), (right, top) = each[:, :2].min(axis=0), each[:, 2:].max(axis=0)
    hair = 1e-6  # the rim of a pixel is no part of the next one
    col0, row0 = (floor(v + hair) for v in ~first * (left, top))
    col1, row1 = (ceil(v - hair) for v in ~first * (right, bottom))
    moved = first * Affine.translation(col0, row0)
    return Grid(crs, moved, max(1, col1 - col0), max(1, row1 - row0))


def _coarser(grid: Grid, resolution: Optional[float]) -> Affine:
    """The pixels of a grid, or those of a resolution from the same corner."""
    if resolution is None:
        return grid.transform
    if grid.crs is None or not grid.crs.is_projected:
        raise CatalogueError(
            "The images lie in degrees and have no pixels in metres; leave --resolution out."
        )
    left, top = grid.transform.c, grid.transform.f
    return Affine(resolution, 0, left, 0, -resolution, top)


def _bounds(area: Box, crs: CRS) -> tuple[float, float, float, float]:
    try:
        left, bottom, right, top = transform_bounds(CRS.from_epsg(4326), crs, *area)
    except GDAL_ERRORS as error:
        raise CatalogueError(
            "The area cannot be expressed in the reference system of the images; choose a smaller "
            "one.",
            details=str(error),
        ) from error
    if not all(isfinite(v) for v in (left, bottom, right, top)):
        raise CatalogueError("The area is too large for the images' reference system; zoom in.")
    return left, bottom, right, top


def _days(scenes: Sequence[Scene]) -> tuple[Day, ...]:
    """One image for each day, of radar for each day and orbit."""

    def name(scene: Scene) -> str:
        day = str(scene.date).replace("-", "")
        orbit = f"_{scene.orbit}" if scene.sensor == "S1" and scene.orbit else ""
        return f"{scene.sensor}_{scene.product}_{day}{orbit}"

    ordered = sorted(scenes, key=lambda scene: (scene.date, name(scene)))
    return tuple(
        _one_day(stem, tuple(group)) for stem, group in groupby(ordered, key=name)
    )  # fmt: skip


def _one_day(stem: str, scenes: tuple[Scene, ...]) -> Day:
    """Scenes of a day; of those with a mask, or a calibration, and those without, the former."""
    masked = tuple(scene for scene in scenes if scene.mask is not None)
    calibrated = tuple(scene for scene in scenes if scene.is_calibrated)
    chosen = masked if scenes[0].sensor == "S2" else calibrated
    return Day(stem, scenes[0].date, chosen or scenes)
