"""`kairos fetch`, for the shell and for the worker: what is asked, and what is said."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from kairos.engine import protocol
from kairos.engine.errors import ReadError
from kairos.engine.progress import Progress
from kairos.engine.serve import results
from kairos.engine.shell import arguments
from kairos.engine.shell.bar import STYLES, progress_to
from kairos.engine.stac.catalogue import Query
from kairos.engine.stac.fetch import FetchOptions, fetch
from kairos.engine.stac.presets import PRESETS

Span = tuple[Optional[np.datetime64], Optional[np.datetime64]]
"""First and last day."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `kairos`."""
    parser = commands.add_parser("fetch", help="get the images of an area from a catalogue")
    parser.add_argument(
        "source", metavar="SOURCE",
        help=f"{', '.join(PRESETS)}, the address of a STAC API, or a file with STAC items",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--bbox", type=arguments.degrees, nargs=4, metavar=("W", "S", "E", "N"),
        help="the area in degrees; all ground of the items where SOURCE is a file",
    )  # fmt: skip
    parser.add_argument("--dates", type=arguments.span, metavar="A:B", default=(None, None))
    parser.add_argument(
        "--cloud", type=float, default=100.0, metavar="PERCENT", help="most cloud of a whole scene"
    )
    parser.add_argument("--radar", action="store_true", help="Sentinel-1, too")
    parser.add_argument(
        "--bands", type=lambda text: tuple(text.split(",")), default=(), metavar="B04,B08",
        help="only these bands",
    )  # fmt: skip
    parser.add_argument(
        "--collection", default="", metavar="NAME",
        help="collection of Sentinel-2 in the catalogue (default: the usual one of Level 2A)",
    )  # fmt: skip
    parser.add_argument(
        "--resolution", type=arguments.metres, metavar="METRES",
        help="pixels of the images (default: those of the finest band)",
    )  # fmt: skip
    parser.add_argument("--overwrite", action="store_true", help="replace what is in DIR")
    parser.add_argument("--progress", choices=STYLES, default="auto")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Fetch, and say what came.

    Raises:
        KairosError: nothing came, or not all of it.
    """
    first, last = options.dates
    area = tuple(options.bbox) if options.bbox else None
    query = Query(
        options.source, area, first, last, options.cloud, options.radar, options.collection
    )
    wanted = FetchOptions(options.bands, options.resolution, options.overwrite)
    with progress_to(options.progress) as progress:
        made = fetch(query, options.output, wanted, progress)
    for warning in made.warnings:
        print(f"kairos: warning: {warning}", file=sys.stderr)
    kept = f", {made.kept} of them from before" if made.kept else ""
    print(f"{len(made.files)} images in {options.output}{kept}")
    if made.missing:
        raise ReadError(
            f"{made.reason} {len(made.missing)} images are missing; run the same command again."
        )
    return 0


def answer(
    request: protocol.Fetch, span: Span, progress: Progress, warn: Callable[[str], None]
) -> results.FetchResult:
    """The same for the worker: what is missing is a warning, so that the rest can be opened."""
    query = Query(request.source, request.area, *span, request.cloud, request.radar)
    wanted = FetchOptions(resolution=request.resolution)
    made = fetch(query, Path(request.stack), wanted, progress)
    for warning in made.warnings:
        warn(warning)
    if made.missing:
        warn(f"{made.reason} {len(made.missing)} images are missing; get them again later.")
    return {
        "folder": request.stack,
        "files": [str(file) for file in made.files],
        "kept": made.kept,
        "missing": len(made.missing),
    }
