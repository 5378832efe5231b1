"""From a catalogue to a folder: the part of the images that is wanted becomes a stack on disk.

Each image is written under a temporary name and gets its own when it is whole, its mask before
it. What was finished is noted with its checksum in `.kairos-fetch.json`, so that the same request
goes on where an earlier one stopped.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Optional, Union

from kairos.engine.clean.left_over import PARTIAL
from kairos.engine.errors import (
    CancelledError,
    CatalogueError,
    KairosError,
    OutputError,
    ReadError,
)
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.write import draft_folder, failures
from kairos.engine.stac.catalogue import Query, find
from kairos.engine.stac.hands import side_by_side
from kairos.engine.stac.image import pieces, write_image
from kairos.engine.stac.ledger import Ledger
from kairos.engine.stac.plan import Day, Plan, plan

_WIDEST = 30_000
"""Pixels along a side, 300 km: more is no area to look at but a country."""
_GIVE_UP = 3
"""Images in a row that cannot be read, after which the server is given up."""
_FIND = 0.05
"""Share of the run that the search takes."""


@dataclass(frozen=True)
class FetchOptions:
    """What of the images to write."""

    bands: tuple[str, ...] = ()
    """Names; those of most images if empty."""
    resolution: Optional[float] = None
    """Metres of a pixel; those of the finest band if None."""
    overwrite: bool = False
    """Replace what is in the folder."""


@dataclass(frozen=True)
class Fetched:
    """What a run made."""

    files: tuple[Path, ...]
    """The images by date, those of an earlier run included."""
    kept: int
    """How many of them an earlier run had finished."""
    missing: tuple[str, ...] = ()
    """Names of images that could not be read; the same request tries them again."""
    warnings: tuple[str, ...] = ()
    reason: str = ""
    """Why the first of the missing is missing."""


def fetch(
    query: Query,
    output: Path,
    options: FetchOptions = FetchOptions(),
    progress: Progress = silent,
) -> Fetched:
    """Write the images of an area and a span of days into a folder, which then is a stack.

    Images become uint16 GeoTIFFs of reflectance times 10000 without offset, their classes
    `<stem>_SCL.tif`, and radar float32 in dB. Days that show nothing of the area are left out.

    Args:
        query: which images.
        output: folder; what an earlier run of the same request has finished is kept.
        options: what of them.
        progress: told between pieces; may raise CancelledError. Finished images stay.

    Raises:
        CatalogueError: the catalogue cannot be reached, or has no such image.
        OutputError: the folder holds something else, or cannot be written.
        ReadError: no image could be read.
        BandError: no image has the bands.
    """
    scenes = find(query, progress)
    made = plan(scenes, query.area, options.bands or None, options.resolution)
    if max(made.grid.width, made.grid.height) > _WIDEST:
        raise CatalogueError(
            f"The area has {made.grid.width} x {made.grid.height} pixels; choose a smaller one."
        )
    _check(output, options)
    ledger = Ledger.of(output, made.grid, made.bands)
    days = (*made.optical, *made.radar)
    kept = [day for day in days if ledger.has(day)]
    todo = [day for day in days if day not in kept]
    missing = _Missing()
    told = Stage(progress, "fetching", _FIND, 1.0)
    with (
        draft_folder(output) as folder,
        closing(_written(todo, made, output, folder, told)) as written,
    ):
        for day, result in written:
            if isinstance(result, (ReadError, CatalogueError)):
                missing.add(day, result)
            elif isinstance(result, Exception):
                raise result
            else:
                missing.in_a_row = 0
                ledger.note(day, result)
    files = tuple(output / f"{day.name}.tif" for day in days if ledger.is_image(day))
    if not files:
        raise ReadError(missing.reason or "The images show nothing of the area; move it.")
    progress("done", 1.0)
    names = tuple(sorted(missing.names))
    return Fetched(files, sum(map(ledger.is_image, kept)), names, made.warnings, missing.reason)


def _written(
    days: Sequence[Day], made: Plan, output: Path, folder: Path, told: Stage
) -> Generator[tuple[Day, Union[Sequence[Path], Exception]], None, None]:
    """Each image with its files, or why there are none; several are read at a time."""
    stop, done = Event(), Counter[str]()
    whole = len(days) * pieces(made.grid)

    def write(day: Day) -> Sequence[Path]:
        def piece() -> None:
            if stop.is_set():
                raise CancelledError("Cancelled.")
            done[day.name] += 1

        return write_image(day, made, output, folder, piece)

    with closing(side_by_side(write, days, stop)) as outcomes:
        for outcome in outcomes:
            told(sum(done.values()) / whole)  # may raise CancelledError
            if outcome is not None:
                yield outcome.item, outcome.result


@dataclass
class _Missing:
    """The images that could not be read; several in a row end the run."""

    names: list[str] = field(default_factory=list)
    reason: str = ""
    in_a_row: int = 0

    def add(self, day: Day, error: KairosError) -> None:
        """Note one. Raises ReadError where the server is to be given up."""
        self.names.append(day.name)
        self.reason = self.reason or _why(day, error)
        self.in_a_row += 1
        if self.in_a_row >= _GIVE_UP:
            raise ReadError(f"{self.reason} Ask again to go on.", error.details) from error


def _why(day: Day, error: KairosError) -> str:
    if isinstance(error, CatalogueError):
        return error.message
    causes, cause = [error.details], error.__cause__
    while cause is not None:
        causes.append(str(cause))
        cause = cause.__cause__ or cause.__context__
    words = " ".join(causes)
    if any(code in words for code in ("401", "403", "AccessDenied", "InvalidCredentials")):
        return f"The server refuses {day.name}: it needs an account or a signature."
    return f"{day.name} cannot be read; the server fails, is too slow or sends half a file."


def _check(output: Path, options: FetchOptions) -> None:
    """Make the folder, and leave alone what is not ours."""
    with failures(output):
        output.mkdir(parents=True, exist_ok=True)
        present = [file for file in output.iterdir() if file.name != PARTIAL]
        shutil.rmtree(output / PARTIAL, ignore_errors=True)
        if options.overwrite:
            for file in present:
                if file.suffix == ".tif" or file.name == Ledger.NAME:
                    file.unlink()
        elif present and not (output / Ledger.NAME).is_file():
            raise OutputError(
                f"The folder {output} is not empty; choose another one, or add --overwrite to "
                "replace its images."
            )
