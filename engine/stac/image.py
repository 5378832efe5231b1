"""One image of a day, read from where its items lie and written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from kairos.engine.arrays import RawArray
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.read import Raster, Rasters
from kairos.engine.rasters.write import Draft, Layout
from kairos.engine.stac.plan import MASK, Day, Plan

_TILE = 1024


def pieces(grid: Grid) -> int:
    """In how many pieces an image is read."""
    return sum(1 for _ in grid.tiles(_TILE))


def write_image(
    day: Day, made: Plan, output: Path, folder: Path, told: Callable[[], None]
) -> Sequence[Path]:
    """The files of one image; none where it shows nothing of the area.

    Args:
        day: the image.
        made: the plan that it belongs to.
        output: where it goes.
        folder: where its drafts lie.
        told: called after each piece; may raise to stop.

    Raises:
        ReadError: a file of an item cannot be read.
        CatalogueError: the address of a file cannot be read at all.
        OutputError: the image cannot be written.
    """
    seen, rasters = False, Rasters(made.grid)
    try:
        source, classes = _sources(day, made)
        image, mask = _drafts(day, made, output, folder)
        for window in made.grid.tiles(_TILE):
            numbers = _numbers(source, rasters.read(source, window), day)
            seen = seen or bool(_known(numbers).any())
            image.write(numbers, window)
            if mask is not None and classes is not None:
                mask.write(rasters.read(classes, window).astype(np.uint8), window)
            told()
    finally:
        rasters.close()
    if not seen:
        return ()
    # The image comes last: one that is there is whole.
    return [draft.publish() for draft in (mask, image) if draft is not None]


def _sources(day: Day, made: Plan) -> tuple[Raster, Optional[Raster]]:
    if _is_radar(day):
        return day.image(_polarisations(day), made.grid), None
    return day.image(made.bands, made.grid), day.mask(made.grid) if day.has_mask else None


def _drafts(day: Day, made: Plan, output: Path, folder: Path) -> tuple[Draft, Optional[Draft]]:
    radar = _is_radar(day)
    names = _polarisations(day) if radar else made.bands
    tags = {"STAC_ITEMS": ", ".join(scene.id for scene in day.scenes)}
    if radar:
        orbit = _orbit(day)
        tags |= {"UNIT": "dB", "RELATIVE_ORBIT" if orbit.isdigit() else "PASS": orbit}
    dtype, nodata = ("float32", float("nan")) if radar else ("uint16", 0.0)
    layout = Layout(made.grid, len(names), dtype, nodata, tuple(names), tags=tags)
    image = Draft(output / f"{day.name}.tif", layout, folder)
    if radar or not day.has_mask:
        return image, None
    classes = Layout(made.grid, 1, "uint8", 0.0, ("SCL",))
    return image, Draft(output / f"{day.name}{MASK}.tif", classes, folder)


def _numbers(source: Raster, raw: RawArray, day: Day) -> RawArray:
    """Reflectance times 10000, 0 where there is none; of radar dB, NaN where there is none."""
    known = np.isfinite(raw) & (raw != source.nodata)
    if _is_radar(day):
        positive = np.where(known & (raw > 0), raw, np.nan).astype(np.float32)
        factor = 20 if day.is_amplitude else 10
        return np.asarray(factor * np.log10(positive), np.float32)
    reflectance = raw.astype(np.float32) * np.float32(source.scale) + np.float32(source.offset)
    numbers = np.clip(np.rint(reflectance * 10000), 1, np.iinfo(np.uint16).max)
    return np.where(known, numbers, 0).astype(np.uint16)


def _known(numbers: RawArray) -> RawArray:
    floating = np.issubdtype(numbers.dtype, np.floating)
    return np.asarray(np.isfinite(numbers) if floating else numbers != 0)


def _orbit(day: Day) -> str:
    """Number of the relative orbit, or on which side it passed; empty where nobody says."""
    words = day.scenes[0].orbit
    return words.lstrip("ACDES").lstrip("0") or words


def _is_radar(day: Day) -> bool:
    return day.scenes[0].sensor == "S1"


def _polarisations(day: Day) -> tuple[str, ...]:
    return tuple(p for p in ("VV", "VH") if any(p in scene.bands for scene in day.scenes))
