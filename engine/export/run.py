"""Cleaning, and then whatever else is to be made of the cleaned images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from kairos.engine.clean.run import Cleaned, CleanOptions, remove_clouds
from kairos.engine.export import cube, items
from kairos.engine.export.provenance import Provenance
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.read import inspect
from kairos.engine.stack import Frame, Stack

_CLEANED = 0.85
"""Share of the run after which the cube is written."""


@dataclass(frozen=True)
class Exports:
    """What to make beside the cleaned images."""

    cube: Optional[Path] = None
    """A cube of all of them, .nc or .zarr."""
    stac: bool = False
    """STAC items in their folder."""


def clean_and_export(
    stack: Stack,
    output: Path,
    options: CleanOptions,
    exports: Exports,
    progress: Progress = silent,
) -> Cleaned:
    """Clean as `remove_clouds` does; then write a cube and items of what was cleaned.

    Raises:
        KairosError: as `remove_clouds`; and OutputError where cube or items cannot be written.
    """
    if exports.stac:
        items.ensure_library()
    if exports.cube is None:
        cleaned = remove_clouds(stack, output, options, progress)
    else:
        replace = options.overwrite or options.resume
        cube.check_cube(exports.cube, stack.root, replace=replace)
        cleaned = remove_clouds(stack, output, options, _first_part(progress))
        _write_cube(stack, cleaned, exports.cube, options, progress)
    if exports.stac:
        provenance = Provenance.of(stack.root, options.method)
        frames = _frames(stack, cleaned)
        made = [
            items.Made(file, f.date, dict(zip(f.bands, stack.bands)), f.scale, f.offset)
            for f, file in zip(frames, cleaned.files)
        ]
        items.write_items(output, made, provenance)
    progress("done", 1.0)
    return cleaned


def _first_part(progress: Progress) -> Progress:
    def told(stage: str, done: float) -> None:
        if stage != "done":
            progress(stage, _CLEANED * done)

    return told


def _frames(stack: Stack, cleaned: Cleaned) -> list[Frame]:
    """The frames of the cleaned files, in their order."""
    known = {frame.name: frame for frame in stack.frames}
    return [known[file.name] for file in cleaned.files]


def _write_cube(
    stack: Stack, cleaned: Cleaned, target: Path, options: CleanOptions, progress: Progress
) -> None:
    grid = stack.grid.cut(options.window) if options.window is not None else stack.grid
    told = Stage(progress, "writing the cube", _CLEANED, 1.0)
    slices = _slices(_frames(stack, cleaned), cleaned.files)
    provenance = Provenance.of(stack.root, options.method)
    cube.write_cube(target, slices, stack.bands, grid, provenance, told)


def _slices(frames: Sequence[Frame], files: Sequence[Path]) -> list[cube.Slice]:
    """One image a day: of several, which differ in clear ground only, the first."""
    slices: list[cube.Slice] = []
    for frame, file in zip(frames, files):
        if not slices or slices[-1].date != frame.date:
            raster = inspect(file)
            slices.append(cube.Slice(frame.date, raster, frame.bands, Encoding.of(frame)))
    return slices
