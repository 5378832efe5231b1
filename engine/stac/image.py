"""One image of a day, read from where its items lie and written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from kairos.engine.arrays import FloatArray, RawArray
from kairos.engine.radar import AMPLITUDE, POWER, in_decibel
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Raster, Rasters
from kairos.engine.rasters.swath import Swath
from kairos.engine.rasters.write import Draft, Layout
from kairos.engine.stac.plan import MASK, Day, Plan
from kairos.engine.stac.swath import swath_of

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
        numbers_of = _source(day, made)
        classes = day.mask(made.grid) if day.has_mask else None
        image, mask = _drafts(day, made, output, folder)
        for window in made.grid.tiles(_TILE):
            numbers = numbers_of(rasters, window)
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


def _source(day: Day, made: Plan) -> Callable[[Rasters, Window], RawArray]:
    """What reads the numbers of an image as they are written."""
    if not _is_radar(day):
        optical = day.image(made.bands, made.grid)
        return lambda rasters, window: _reflectance(optical, rasters.read(optical, window))
    if day.is_raw and day.is_calibrated:
        passes = [swath_of(scene) for scene in day.scenes]
        return lambda rasters, window: in_decibel(_merged(passes, day, rasters, window), POWER)
    radar, unit = day.image(day.polarisations, made.grid), POWER if day.is_calibrated else AMPLITUDE
    return lambda rasters, window: in_decibel(_measured(radar, rasters.read(radar, window)), unit)


def _merged(passes: Sequence[Swath], day: Day, rasters: Rasters, window: Window) -> FloatArray:
    """Power of the scenes of a day; where they overlap the first one counts."""
    names = day.polarisations
    power = np.full((len(names), window.height, window.width), np.nan, np.float32)
    for scene, swath in zip(day.scenes, passes):
        for name, seen in zip(scene.polarisations, swath.read(rasters, window)):
            known = power[names.index(name)]
            np.copyto(known, seen, where=np.isnan(known))
    return power


def _drafts(day: Day, made: Plan, output: Path, folder: Path) -> tuple[Draft, Optional[Draft]]:
    radar = _is_radar(day)
    names = day.polarisations if radar else made.bands
    tags = {"STAC_ITEMS": ", ".join(scene.id for scene in day.scenes)}
    if radar:
        orbit = _orbit(day)
        tags |= {"UNIT": "dB", "RELATIVE_ORBIT" if orbit.isdigit() else "PASS": orbit}
        tags |= {"LACKS": day.lacks} if day.lacks else {}
    dtype, nodata = ("float32", float("nan")) if radar else ("uint16", 0.0)
    layout = Layout(made.grid, len(names), dtype, nodata, tuple(names), tags=tags)
    image = Draft(output / f"{day.name}.tif", layout, folder)
    if radar or not day.has_mask:
        return image, None
    classes = Layout(made.grid, 1, "uint8", 0.0, ("SCL",))
    return image, Draft(output / f"{day.name}{MASK}.tif", classes, folder)


def _measured(source: Raster, raw: RawArray) -> FloatArray:
    """Numbers of radar, NaN where there are none."""
    known = np.isfinite(raw) & (raw != source.nodata)
    return np.where(known, raw, np.nan).astype(np.float32)


def _reflectance(source: Raster, raw: RawArray) -> RawArray:
    """Reflectance times 10000, 0 where there is none."""
    known = np.isfinite(raw) & (raw != source.nodata)
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
