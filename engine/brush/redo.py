"""After painting: of the frames that were cleaned before only the touched ground is done again.

Touched is every window that strokes lie in, grown by what a method looks at around a pixel. All
cleaned frames are done again there, because each fills its clouds with what the others show;
everywhere else their pixels stay as they are, to the bit.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import rasterio
from rasterio.windows import Window as RasterioWindow

from kairos.engine.clean.draft import SIGMA, SOURCE, beside
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.errors import OutputError
from kairos.engine.progress import Progress, Stage, Steps, silent
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import inspect
from kairos.engine.rasters.write import Draft, Layout, draft_folder, failures
from kairos.engine.stack import Frame, Stack

MARGIN = 32
"""Pixels around a stroke in which estimates change: the widest margin of a method."""

_SIDE = 1024
_FILL = 0.8
"""Share of a run at which the windows are filled."""


def redo(
    stack: Stack,
    output: Path,
    windows: Sequence[Window],
    model: Optional[str] = None,
    progress: Progress = silent,
) -> list[Path]:
    """Do windows of cleaned frames again.

    Args:
        stack: the images as they are now, paint and all.
        output: folder of the cleaned frames; those that are not there are left out.
        windows: of the grid of the stack, as `touched` gives them.
        model: name of the method that they were cleaned with; the best if None.
        progress: told between steps; may raise CancelledError. Frames that are done stay so.

    Returns:
        The frames that were written anew, each with what lies beside it.

    Raises:
        OutputError: a frame is not one of this stack, or cannot be written.
        KairosError: whatever else keeps the stack from being cleaned.
    """
    frames = [frame for frame in stack.frames if (output / frame.name).exists()]
    if not frames or not windows:
        return []
    changed: dict[Path, None] = {}
    for i, window in enumerate(windows):
        start, end = i / len(windows), (i + 1) / len(windows)
        fill = Stage(progress, "filling", start, start + _FILL * (end - start))
        write = Stage(progress, "writing", start + _FILL * (end - start), end)
        with tempfile.TemporaryDirectory(prefix="kairos-redo-") as scratch:
            made = Path(scratch) / "made"
            options = CleanOptions(
                model=model,
                first=frames[0].date,
                last=frames[-1].date,
                source=any(beside(output / f.name, SOURCE).exists() for f in frames),
                uncertainty=any(beside(output / f.name, SIGMA).exists() for f in frames),
                window=window.grown(_pad(stack), stack.grid.height, stack.grid.width),
            )
            remove_clouds(stack, made, options, _shares(fill))
            steps = Steps(write, len(frames))
            with draft_folder(output) as folder:
                for frame in frames:
                    if _renew(stack, frame, made, output, window, folder):
                        changed[output / frame.name] = None
                    steps.next()
    return list(changed)


def _renew(
    stack: Stack, frame: Frame, made: Path, output: Path, window: Window, folder: Path
) -> bool:
    """Put the window of one frame, and of what lies beside it, into its files; if it has it."""
    target = output / frame.name
    inner = None if frame.raster.grid.same_as(stack.grid) else stack.grid.cut(window)
    pairs = [(beside(target, end), beside(made / frame.name, end)) for end in (SOURCE, SIGMA)]
    for old, new in pairs:
        if old.exists() and new.exists():
            _paste(new, old, inner, folder)
    return _paste(made / frame.name, target, inner, folder)  # the image last: it is whole then


def _paste(new: Path, old: Path, inner: Optional[Grid], folder: Path) -> bool:
    """Put the pixels of one raster over those of another on the same lattice.

    Args:
        new: a part of the ground.
        old: the raster that is replaced by its renewed copy.
        inner: only pixels that touch it are put; all if None.
        folder: for what is not yet whole.

    Returns:
        Whether they share ground.
    """
    with failures(old), rasterio.open(new) as fresh, rasterio.open(old) as before:
        if (fresh.count, fresh.dtypes) != (before.count, before.dtypes):
            raise OutputError(
                f"{old} was not cleaned from these images; clean them again into another folder."
            )
        grid = Grid(fresh.crs, fresh.transform, fresh.width, fresh.height)
        part = grid.area_of(inner) if inner is not None else grid.whole
        corner = ~before.transform * (fresh.transform * (part.col, part.row))
        col, row = round(corner[0]), round(corner[1])
        shared = _shared(
            Window(row, col, part.height, part.width),
            Window(0, 0, before.height, before.width),
        )
        if shared is None:
            return False
        spot = (part.row + shared.row - row, part.col + shared.col - col)
        patch = fresh.read(window=RasterioWindow(spot[1], spot[0], shared.width, shared.height))
        draft = Draft(old, Layout.like(inspect(old)), folder)
        for tile in Grid(None, before.transform, before.width, before.height).tiles(_SIDE):
            place = RasterioWindow(tile.col, tile.row, tile.width, tile.height)
            pixels = before.read(window=place)
            both = _shared(tile, shared)
            if both is not None:
                pixels[(slice(None), *both.within(tile))] = patch[
                    (slice(None), *both.within(shared))
                ]
            draft.write(pixels, tile)
        compression = before.compression.name if before.compression else "zstd"
    draft.publish("DEFLATE" if compression == "deflate" else "ZSTD")
    return True


def _shares(told: Stage) -> Progress:
    """Tell of a run within a run only how far it is."""
    return lambda _, done: told(done)


def _shared(one: Window, other: Window) -> Optional[Window]:
    """What two windows share, if anything."""
    row, col = max(one.row, other.row), max(one.col, other.col)
    height = min(one.row + one.height, other.row + other.height) - row
    width = min(one.col + one.width, other.col + other.width) - col
    return Window(row, col, height, width) if height > 0 and width > 0 else None


def _pad(stack: Stack) -> int:
    """Pixels to fill around a window, so that frames on coarser grids are whole in it."""
    pads = [0]
    for grid in {f.raster.grid for f in stack.frames if not f.raster.grid.same_as(stack.grid)}:
        middle = Window(grid.height // 2, grid.width // 2, 1, 1)
        one = stack.grid.area_of(grid.cut(middle))
        pads.append(2 * max(one.height, one.width) + 2)
    return min(max(pads), _SIDE)
