"""The first act: the same frames with their clouds filled, clear pixels untouched to the bit."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.encode import Encoding, compose
from kairos.engine.errors import OutputError, RequestError
from kairos.engine.grid import Grid, Window
from kairos.engine.method import Estimate
from kairos.engine.output import PARTIAL, Draft, Layout, workplace
from kairos.engine.progress import Progress, Stage, Steps, silent
from kairos.engine.raster import Rasters, inspect
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.stack import Frame, Stack

_AT_ONCE = 8
"""Days estimated together."""

_LEARN, _FILL = 0.15, 0.95
"""Shares of a run at which learning and filling end."""


@dataclass(frozen=True)
class CleanOptions:
    """What to make, and what to do with what is there already."""

    model: Optional[str] = None
    first: Optional[np.datetime64] = None
    last: Optional[np.datetime64] = None
    uncertainty: bool = False
    source: bool = False
    resume: bool = False
    overwrite: bool = False
    compression: str = "ZSTD"


@dataclass(frozen=True)
class Cleaned:
    """What a run made."""

    files: tuple[Path, ...]
    """Cleaned frames, by date, those of an earlier run included when resumed."""
    kept: int
    """How many of them an earlier run had finished."""


def remove_clouds(
    stack: Stack, output: Path, options: CleanOptions = CleanOptions(), progress: Progress = silent
) -> Cleaned:
    """Write a cleaned copy of every frame of a stack.

    Args:
        stack: the images.
        output: folder for the results, which take the names of the frames.
        options: what to make.
        progress: told between steps; may raise CancelledError. Finished frames stay.

    Raises:
        OutputError: the folder is the stack's own, or not empty, or cannot be written.
        KairosError: whatever else keeps the stack from being cleaned.
    """
    frames = _chosen(stack, options)
    _check_output(stack, output, options)
    todo = [f for f in frames if not (options.resume and _is_whole(f, output, options))]
    if todo:
        told = Stage(progress, "learning", 0, _LEARN)
        learned = Reconstruction.of(stack, options.model, lambda _, done: told(done))
        with workplace(output) as folder:
            _fill(learned, todo, output, folder, options, Stage(progress, "filling", _LEARN, _FILL))
    progress("done", 1.0)
    return Cleaned(tuple(output / f.path.name for f in frames), len(frames) - len(todo))


def companions(frame: Frame, output: Path, options: CleanOptions) -> list[Path]:
    """The files that belong to a cleaned frame, itself first."""
    target = output / frame.path.name
    files = [target]
    if options.source:
        files.append(target.with_name(f"{target.stem}_SOURCE.tif"))
    if options.uncertainty:
        files.append(target.with_name(f"{target.stem}_SIGMA.tif"))
    return files


def _fill(
    learned: Reconstruction,
    frames: Sequence[Frame],
    output: Path,
    folder: Path,
    options: CleanOptions,
    told: Stage,
) -> None:
    """Fill tile by tile; each frame is published when its last tile is."""
    drafts = {f.path: FrameDraft(learned.stack, f, output, folder, options) for f in frames}
    days = np.unique(np.array([f.date for f in frames], "datetime64[D]"))
    windows = learned.tiles()
    steps = Steps(told, len(windows) * len(frames))
    for window in windows:
        prepared = learned.prepare(window)
        for i in range(0, len(days), _AT_ONCE):
            group = days[i : i + _AT_ONCE]
            estimate = prepared.estimate(group)
            for frame in frames:
                if frame.date not in group:
                    continue
                d = int(np.searchsorted(group, frame.date))
                drafts[frame.path].write(window, estimate, d)
                if window == windows[-1]:
                    drafts[frame.path].publish(options.compression)
                steps.next()
        del prepared  # before the next tile is read


class FrameDraft:
    """A cleaned frame that is being written, with its companions."""

    def __init__(
        self, stack: Stack, frame: Frame, output: Path, folder: Path, options: CleanOptions
    ) -> None:
        self._stack, self._frame, self._folder = stack, frame, folder
        self._moved = not frame.raster.grid.same_as(stack.grid)
        layout = Layout.like(frame.path)
        if self._moved:  # what is filled is brought onto the frame's own grid at the end
            layout = replace(_plain(stack.grid, len(stack.bands), "float32"), nodata=np.nan)
        targets = companions(frame, output, options)
        self._image = Draft(targets[0], layout, folder)
        self._source: Optional[Draft] = None
        self._sigma: Optional[Draft] = None
        if options.source:
            self._source = Draft(targets[1], _plain(stack.grid, 1, "uint8"), folder)
        if options.uncertainty:
            sigma = replace(
                _plain(stack.grid, len(stack.bands), "float32"),
                nodata=np.nan,
                descriptions=stack.bands,
            )
            self._sigma = Draft(targets[-1], sigma, folder)

    def write(self, window: Window, estimate: Estimate, d: int) -> None:
        """Write one tile."""
        if self._moved:
            self._image.write(estimate.mean[d], window)
        else:
            self._image.write(_composed(self._stack, self._frame, window, estimate.mean[d]), window)
        if self._source is not None:
            self._source.write(estimate.source[d], window)
        if self._sigma is not None:
            self._sigma.write(estimate.sigma[d], window)

    def publish(self, compression: str) -> None:
        """Give the files their names, the image last: an image that is there is whole."""
        if self._moved:
            self._onto_own_grid()
        for draft in reversed(self._drafts()):
            draft.publish(compression)

    def _drafts(self) -> list[Draft]:
        return [d for d in (self._image, self._source, self._sigma) if d is not None]

    def _onto_own_grid(self) -> None:
        """Fill the frame on the grid of its own file."""
        filled = inspect(self._image.path)
        grid = self._frame.raster.grid
        own = replace(self._stack, grid=grid, frames=(self._frame,), radar=())
        rasters = Rasters(grid)
        image = Draft(self._image.target, Layout.like(self._frame.path), self._folder)
        for window in grid.tiles(512):
            fill = rasters.read(filled, window, resampling="bilinear", outside=np.nan)
            image.write(_composed(own, self._frame, window, fill), window)
        rasters.close()
        own.close()
        self._image = image


def _composed(stack: Stack, frame: Frame, window: Window, fill: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """The numbers of all bands of a file, those of the stack filled."""
    raw, usable = stack.read_frame(frame, window)
    everything = stack.read_numbers(frame, window)
    everything[[b - 1 for b in frame.bands]] = compose(raw, usable, fill, Encoding.of(frame))
    return everything


def _plain(grid: Grid, count: int, dtype: str) -> Layout:
    return Layout(grid=grid, count=count, dtype=dtype, nodata=None)


def _chosen(stack: Stack, options: CleanOptions) -> list[Frame]:
    first = options.first if options.first is not None else stack.dates[0]
    last = options.last if options.last is not None else stack.dates[-1]
    chosen = [f for f in stack.frames if first <= f.date <= last]
    if not chosen:
        raise RequestError(
            f"No image lies between {first} and {last}; the stack runs from {stack.dates[0]} to "
            f"{stack.dates[-1]}."
        )
    return chosen


def _check_output(stack: Stack, output: Path, options: CleanOptions) -> None:
    """Refuse what would endanger the input, and make the folder."""
    root, target = stack.root.resolve(), output.resolve()
    if target == root or root in target.parents:
        raise OutputError(
            f"The output {output} lies inside the images' own folder; choose a folder outside it."
        )
    if target in root.parents and options.overwrite:
        raise OutputError(
            f"The output {output} contains the images themselves; choose another folder."
        )
    try:
        output.mkdir(parents=True, exist_ok=True)
        present = [p for p in output.iterdir() if p.name != PARTIAL]
    except OSError as error:
        raise OutputError(
            f"{output} cannot be used as a folder for the results "
            f"({(error.strerror or 'unknown').lower()}); choose another one.",
            details=str(error),
        ) from error
    if present and not (options.resume or options.overwrite):
        raise OutputError(
            f"The output folder {output} is not empty; add --resume to go on with an earlier run, "
            "--overwrite to replace its files, or choose another one."
        )
    shutil.rmtree(output / PARTIAL, ignore_errors=True)  # left behind by a run that was killed


def _is_whole(frame: Frame, output: Path, options: CleanOptions) -> bool:
    return all(file.exists() for file in companions(frame, output, options))
