"""From single images to a stack: what they have in common, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.clear import Convention
from kairos.engine.errors import BandError, GridError, StackError
from kairos.engine.rasters.bands import ALL
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster
from kairos.engine.readers.virtual import PLAIN, Layer, Layers, Meaning, checked, virtual
from kairos.engine.stack import Frame, Mask, RadarImage, Stack


@dataclass(frozen=True)
class Scene:
    """One image of a product, in as many files as it comes."""

    path: Path
    """What a person knows it by: its folder, its archive or one of its files."""
    date: np.datetime64
    date_rule: str
    layers: Layers
    """By name of the band."""
    meaning: Meaning = PLAIN
    mask: Optional[tuple[Layer, Convention]] = None
    mask_bands: tuple[int, ...] = (1,)
    sensor: str = ""
    """Images of one sensor have the same bands."""
    place: str = ""
    """The tile, or path and row; images of one place lie on one grid."""
    name: str = ""
    """Where the path is that of one of its files: what they have in common."""


@dataclass(frozen=True)
class Found:
    """What a reader found."""

    scenes: Sequence[Scene]
    warnings: Sequence[str] = ()
    radar: Sequence[RadarImage] = ()


def stack_of(root: Path, found: Found, scl_usable: tuple[int, ...]) -> Stack:
    """The stack of some scenes.

    Args:
        root: what the person opened.
        found: the scenes, in any order.
        scl_usable: the Sen2Cor classes that count as clear.

    Raises:
        StackError: no scene.
        BandError: a scene lacks a band, or they have none in common.
        ReadError: a file is damaged.
        GridError: the bands of a scene do not fit together.
    """
    if not found.scenes:
        raise StackError(f"{root.name} has no image that can be read; check what is in it.")
    scenes, said = _of_one_place(found.scenes)
    said = [*found.warnings, *said]
    bands = _common_bands(scenes, said)
    frames = []
    for scene in sorted(scenes, key=lambda s: (s.date, str(s.path))):
        raster = virtual(scene.path, {band: scene.layers[band] for band in bands}, scene.meaning)
        frames.append(
            Frame(
                date=scene.date,
                raster=raster,
                bands=tuple(range(1, len(bands) + 1)),
                scale=scene.meaning.scale,
                offset=scene.meaning.offset,
                mask=_mask(scene),
                date_rule=scene.date_rule,
            )
        )
    return finish(root, bands, frames, said, scl_usable, found.radar)


def finish(
    root: Path,
    bands: Sequence[str],
    frames: Sequence[Frame],
    said: Sequence[str],
    scl_usable: tuple[int, ...],
    radar: Sequence[RadarImage] = (),
) -> Stack:
    """The stack of some frames, by date; what is to be said about them is said."""
    grid = common_grid([frame.raster for frame in frames])
    here = [f for f in frames if f.raster.grid.same_as(grid) or f.raster.grid.overlaps(grid)]
    warnings = [*said]
    if len(here) < len(frames):
        away = [f.path for f in frames if f not in here]
        warnings.append(f"Left out, elsewhere on the Earth than most: {some(away)}.")
    moved = [f.path for f in here if not f.raster.grid.same_as(grid)]
    if moved:
        warnings.append(f"On another grid, warped onto the stack's: {some(moved)}.")
    near = [image for image in radar if _is_near(image, grid)]
    if len(near) < len(radar):
        away = [image.raster.path for image in radar if image not in near]
        warnings.append(f"Radar left out, elsewhere on the Earth: {some(away)}.")
    return Stack(
        root=root,
        grid=grid,
        bands=tuple(bands),
        frames=tuple(_named(here)),
        radar=tuple(near),
        warnings=tuple(warnings),
        scl_usable=scl_usable,
    )


def _is_near(image: RadarImage, grid: Grid) -> bool:
    """Whether a pass may show some of the ground of a grid."""
    if image.swath is None:
        return image.raster.grid.overlaps(grid)
    try:
        return image.swath.meets(grid)
    except GridError:
        return False


def common_grid(rasters: Iterable[Raster]) -> Grid:
    """The grid of most rasters; of the first where it is a draw."""
    groups: list[tuple[Grid, int]] = []
    for raster in rasters:
        for i, (grid, count) in enumerate(groups):
            if grid.same_as(raster.grid):
                groups[i] = (grid, count + 1)
                break
        else:
            groups.append((raster.grid, 1))
    return max(groups, key=lambda group: group[1])[0]


def some(files: Iterable[Path], most: int = 3) -> str:
    """The names of a few files, and how many more there are."""
    names = list(dict.fromkeys(file.name for file in files))
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _named(frames: Sequence[Frame]) -> list[Frame]:
    """Each with a name of its own for its copy: `S2_<YYYYMMDD>.tif` where its own is no file's."""
    plain = [_as_geotiff(f.path) for f in frames if not f.raster.source]
    if len(plain) == len(frames) == len(set(plain)):
        return [replace(f, result=name) for f, name in zip(frames, plain)]
    taken: set[str] = set()
    named = []
    for frame in frames:
        stem = f"S2_{str(frame.date).replace('-', '')}"
        name, number = f"{stem}.tif", 2
        while name in taken:
            name, number = f"{stem}_{number}.tif", number + 1
        taken.add(name)
        named.append(replace(frame, result=name))
    return named


def _as_geotiff(file: Path) -> str:
    return file.name if file.suffix.lower() in (".tif", ".tiff") else f"{file.stem}.tif"


def _mask(scene: Scene) -> Optional[Mask]:
    if scene.mask is None:
        return None
    layer, convention = scene.mask
    checked(replace(layer, band=max(scene.mask_bands)), scene.path)
    return Mask(checked(layer, scene.path), convention, scene.mask_bands)


def _of_one_place(scenes: Sequence[Scene]) -> tuple[list[Scene], list[str]]:
    """The scenes of the place that was seen on most days."""
    days: dict[str, set[np.datetime64]] = {}
    for scene in scenes:
        days.setdefault(scene.place, set()).add(scene.date)
    if len(days) == 1:
        return list(scenes), []
    chosen = max(sorted(days), key=lambda place: len(days[place]))
    others = ", ".join(sorted(set(days) - {chosen}))
    return [s for s in scenes if s.place == chosen], [
        f"Several tiles: only {chosen} is used; open the images of {others} on their own."
    ]


def _common_bands(scenes: Sequence[Scene], said: list[str]) -> tuple[str, ...]:
    """The bands that all sensors have; each image must have those of its sensor."""
    of_sensor: dict[str, set[str]] = {}
    for scene in scenes:
        of_sensor.setdefault(scene.sensor, set()).update(scene.layers)
    for scene in scenes:
        missing = of_sensor[scene.sensor] - set(scene.layers)
        if missing:
            raise BandError(
                f"{scene.name or scene.path.name} lacks band {', '.join(sorted(missing))} that the "
                "other images have; load it anew or move it away."
            )
    common = set.intersection(*of_sensor.values())
    if not common:
        raise BandError(
            f"The images of {' and '.join(sorted(of_sensor))} have no band in common; open them "
            "on their own."
        )
    bands = tuple(sorted(common, key=lambda b: (ALL.index(b) if b in ALL else len(ALL), b)))
    if any(bands_ != common for bands_ in of_sensor.values()):
        said.append(f"Several sensors; the bands that all have: {', '.join(bands)}.")
    return bands
