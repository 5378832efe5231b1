"""The first act: the same frames with their clouds filled, clear pixels untouched to the bit."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.errors import OutputError, RequestError
from kairos.engine.frame_draft import SIGMA, SOURCE, beside, draft_of
from kairos.engine.grid import Window
from kairos.engine.output import PARTIAL, draft_folder
from kairos.engine.progress import Progress, Stage, Steps, silent
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
    window: Optional[Window] = None
    """The part of the images to write; all of it if None."""


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
        with draft_folder(output) as folder:
            _fill(learned, todo, output, folder, options, Stage(progress, "filling", _LEARN, _FILL))
    progress("done", 1.0)
    return Cleaned(tuple(output / f.name for f in frames), len(frames) - len(todo))


def _fill(
    learned: Reconstruction,
    frames: Sequence[Frame],
    output: Path,
    folder: Path,
    options: CleanOptions,
    told: Stage,
) -> None:
    """Fill tile by tile; each frame is published when its last tile is."""
    drafts = {
        f.name: draft_of(learned.stack, f, output / f.name, folder, _ends(options), options.window)
        for f in frames
    }
    days = np.unique(np.array([f.date for f in frames], "datetime64[D]"))
    windows = learned.tiles(options.window)
    steps = Steps(told, len(windows) * len(frames))
    for window in windows:
        prepared = learned.prepare(window)
        for i in range(0, len(days), _AT_ONCE):
            group = days[i : i + _AT_ONCE]
            estimates = dict(zip(group, prepared.estimates(group)))
            for frame in frames:
                if frame.date not in estimates:
                    continue
                drafts[frame.name].write(window, estimates[frame.date])
                if window == windows[-1]:
                    drafts[frame.name].publish(options.compression)
                steps.next()
        del prepared  # before the next tile is read


def _ends(options: CleanOptions) -> list[str]:
    """What goes beside each frame."""
    return [SOURCE] * options.source + [SIGMA] * options.uncertainty


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
    target = output / frame.name
    return all(f.exists() for f in (target, *(beside(target, end) for end in _ends(options))))
