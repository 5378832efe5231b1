"""The first act: the same frames with their clouds filled, clear pixels untouched to the bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.clean.crew import Crew, crew_of
from kairos.engine.clean.draft import SIGMA, SOURCE, beside
from kairos.engine.clean.left_over import PARTIAL, broken_off
from kairos.engine.clean.resume import Manifest, Work, made_of
from kairos.engine.clean.tiles import Plan
from kairos.engine.errors import OutputError, RequestError
from kairos.engine.memory import allowed
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.grid import Window
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.registry import default_model
from kairos.engine.stack import Frame, Stack

_LEARN, _FILL, _WRITE = 0.15, 0.8, 0.98
"""Shares of a run at which learning, filling and writing end."""
_READ = 0.3
"""Share of the learning at which the sample is read."""


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
    memory: Optional[float] = None
    """GB that a process may take; what suits the machine if None."""
    cluster: Optional[str] = None
    """Address of a Dask scheduler whose workers do the run; this process if None."""

    @property
    def method(self) -> str:
        """The model, also where none is named."""
        return self.model or default_model(self.memory)[0]


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
        progress: told between steps; may raise CancelledError. What is finished stays, and
            another run can go on with it.

    Raises:
        OutputError: the folder is the stack's own, or not empty, or cannot be written.
        ClusterError: the cluster does not answer, or its workers cannot do the run.
        KairosError: whatever else keeps the stack from being cleaned.
    """
    frames = _chosen(stack, options)
    allowed(options.memory)
    with crew_of(options.cluster) as crew:
        _check_output(stack, output, options)
        todo = [f for f in frames if not (options.resume and _is_whole(f, output, options))]
        if todo:
            _run(stack, todo, output, options, crew, progress)
        Work(output).clear()
    progress("done", 1.0)
    return Cleaned(tuple(output / f.name for f in frames), len(frames) - len(todo))


def _run(
    stack: Stack,
    todo: Sequence[Frame],
    output: Path,
    options: CleanOptions,
    crew: Crew,
    progress: Progress,
) -> None:
    """Fill the tiles that are not filled yet, then write the frames."""
    work = Work(output)
    try:
        plan = _left(stack, todo, options, work)
        if plan is None or set(plan.tiles) - plan.finished():
            told = Stage(progress, "learning", 0, _LEARN)
            read = told.part(0, _READ)
            learned = Reconstruction.of(stack, options.method, lambda _, done: read(done))
            plan = plan or _begun(learned, todo, options, work)
            learned = learned.settled(  # its sample takes memory
                np.unique(np.array([f.date for f in plan.frames], "datetime64[D]")),
                told.part(_READ, 1),
            )
            tiles = [window for window in plan.tiles if window not in plan.finished()]
            crew.fill(plan, learned.method, tiles, Stage(progress, "filling", _LEARN, _FILL))
        crew.write(plan, todo, Stage(progress, "writing", _FILL, _WRITE))
    except BaseException:
        work.leave()
        raise


def _left(stack: Stack, todo: Sequence[Frame], options: CleanOptions, work: Work) -> Optional[Plan]:
    """The plan of the run that was broken off; None where there is none to go on with.

    Raises:
        OutputError: if its images or its method were others.
    """
    manifest = work.manifest() if options.resume else None
    if manifest is None:
        return None
    if manifest.made_of != _made_of(stack, options):
        raise OutputError(
            f"The run in {work.output} was begun with other images or another method; replace it "
            "with --overwrite, or choose another folder."
        )
    if not manifest.serves([f.name for f in todo], sigma=options.uncertainty):
        return None
    known = {f.name: f for f in stack.frames}
    frames = tuple(known[name] for name in manifest.frames)
    return _plan(stack, frames, options, work, manifest.tiles, sigma=manifest.sigma)


def _begun(
    learned: Reconstruction, todo: Sequence[Frame], options: CleanOptions, work: Work
) -> Plan:
    """The plan of a new run."""
    tiles = tuple(learned.tiles(options.window, options.memory))
    names = tuple(f.name for f in todo)
    work.start(Manifest(_made_of(learned.stack, options), names, options.uncertainty, tiles))
    return _plan(learned.stack, tuple(todo), options, work, tiles, sigma=options.uncertainty)


def _plan(
    stack: Stack,
    frames: tuple[Frame, ...],
    options: CleanOptions,
    work: Work,
    tiles: tuple[Window, ...],
    *,
    sigma: bool,
) -> Plan:
    return Plan(
        stack=stack,
        frames=frames,
        area=options.window or stack.grid.whole,
        tiles=tiles,
        work=work.folder,
        output=work.output,
        ends=tuple(_ends(options)),
        sigma=sigma,
        compression=options.compression,
    )


def _made_of(stack: Stack, options: CleanOptions) -> str:
    return made_of(stack, options.method, options.window or stack.grid.whole)


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
    if (present or broken_off(output)) and not (options.resume or options.overwrite):
        raise OutputError(
            f"The output folder {output} is not empty; add --resume to go on with an earlier run, "
            "--overwrite to replace its files, or choose another one."
        )
    if options.overwrite:
        Work(output).clear()


def _is_whole(frame: Frame, output: Path, options: CleanOptions) -> bool:
    target = output / frame.name
    return all(f.exists() for f in (target, *(beside(target, end) for end in _ends(options))))
