"""Prove it: how far off Kairos is on the person's own images.

Clear ground is hidden under clouds of other dates, rebuilt, and compared with what was seen there:
the task *cloud* of `kairos evaluate`, for one method and linear interpolation. It answers within
seconds whatever the size of the stack: of one that is large it looks at blocks that are spread
evenly, and says so.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
import rasterio
from rasterio.windows import Window as RasterioWindow

from kairos.engine.arrays import FloatArray
from kairos.engine.errors import StackError
from kairos.engine.evaluate.answers import Answers
from kairos.engine.evaluate.page import page_of
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.run import BASELINE, evaluate
from kairos.engine.evaluate.score import Result
from kairos.engine.progress import Progress, silent
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.write import check_file, failures, write_text
from kairos.engine.registry import default_model, fit_of
from kairos.engine.serve.results import ProveResult
from kairos.engine.stack import Stack

TASK = "cloud"
SEED = 7
ERROR_FILE, PAGE_FILE = "error.tif", "report.html"

_MOST = 8_000_000
"""Values (dates x bands x pixels) that are looked at: some ten seconds on two cores."""
_SIDE = 96
_BLOCK = 256


@dataclass(frozen=True)
class Proof:
    """What came of it."""

    error: Path
    """GeoTIFF of two bands: the mean absolute error of each hidden pixel over bands and dates,
    reflectance, of the method and of linear interpolation; NaN where nothing was hidden."""
    page: Path
    """The report of `kairos evaluate`."""
    model: str
    result: Result
    """Of the model."""
    linear: float
    """Mean absolute error of linear interpolation on the same pixels, reflectance."""
    dates: int
    """Days on which ground was hidden."""
    part: str
    """What was looked at: `whole`, `part` or `blocks` of the images."""


def prove(
    stack: Stack,
    output: Path,
    model: Optional[str] = None,
    window: Optional[Window] = None,
    progress: Progress = silent,
) -> Proof:
    """Hide clear ground of a stack, rebuild it, compare; write the error map and the report.

    Args:
        stack: the images.
        output: folder for `error.tif` and `report.html`, outside of the stack.
        model: name of the method; the best that can run here if None.
        window: the part of the images to look at; all of them if None.
        progress: told between steps; may raise CancelledError.

    Raises:
        StackError: too little clear ground to hide some of it.
        ModelError: the model cannot run here.
        OutputError: the files cannot be written.
    """
    name = model or default_model()[0]
    fit_of(name)  # says why it cannot run
    check_file(output / ERROR_FILE, stack.root)
    area = window or stack.grid.whole
    windows = blocks(stack, area)
    heard: dict[str, Answers] = {}
    models = tuple(dict.fromkeys((BASELINE, name)))
    found = evaluate(
        stack, TASK, models, SEED, lambda _, done: progress("proving", 0.95 * done),
        pictures=True, windows=windows, watch=heard.__setitem__,
    )  # fmt: skip
    results = {r.model: r for r in found.results}
    best, line = results[name], results[BASELINE]
    if best.skipped or best.mae is None or line.mae is None:
        raise StackError(
            f"Nothing can be proved on this ground: {best.skipped or line.skipped}. "
            "Show more of the images, or take images of more days."
        )
    maps = [error_map(heard[m], heard[BASELINE]) for m in (name, BASELINE)]
    proved = [asked.draw.tile.window for asked in heard[name].asked]
    write_error(output / ERROR_FILE, stack.grid, proved, list(zip(*maps)), (name, BASELINE))
    part = part_of(proved, stack.grid)
    report = Report(TASK, SEED, models, False, {str(stack.root): found}, part)
    write_text(output / PAGE_FILE, page_of(report))
    progress("done", 1.0)
    return Proof(
        error=output / ERROR_FILE,
        page=output / PAGE_FILE,
        model=name,
        result=best,
        linear=line.mae,
        dates=len({f["date"] for f in found.frames}),
        part="whole" if not part else "blocks" if len(proved) > 1 else "part",
    )


def result_of(proof: Proof) -> ProveResult:
    """A proof as plain values."""
    result = proof.result
    return {
        "error": str(proof.error),
        "page": str(proof.page),
        "model": proof.model,
        "mae": result.mae or 0.0,
        "linear": proof.linear,
        "ratio": result.ratio or 0.0,
        "low": result.low or 0.0,
        "high": result.high or 0.0,
        "pixels": result.pixels,
        "dates": proof.dates,
        "part": proof.part,
        "simulated": result.simulated_clouds,
    }


def blocks(stack: Stack, area: Window) -> list[Window]:
    """All of an area where that is quick, else blocks of 96 x 96 pixels spread evenly over it."""
    each = len(stack.dates) * len(stack.bands)
    if each * area.height * area.width <= _MOST:
        return [area]
    tall, wide = min(_SIDE, area.height), min(_SIDE, area.width)
    count = max(1, _MOST // (each * tall * wide))
    down = min(max(1, round((count * area.height / area.width) ** 0.5)), area.height // tall)
    across = min(max(1, count // down), area.width // wide)
    return [
        Window(
            area.row + round((i + 0.5) * area.height / down - tall / 2),
            area.col + round((j + 0.5) * area.width / across - wide / 2),
            tall,
            wide,
        )
        for i in range(down)
        for j in range(across)
    ]


def part_of(windows: Sequence[Window], grid: Grid) -> str:
    """What was looked at, in words; empty where it is all of the images."""
    if len(windows) > 1:
        one = windows[0]
        return f"{len(windows)} blocks of {one.height} by {one.width} pixels, spread evenly"
    if windows[0] == grid.whole:
        return ""
    return f"a part of {windows[0].height} by {windows[0].width} pixels"


def error_map(answers: Answers, baseline: Answers) -> list[FloatArray]:
    """For each draw the error (h, w) of its scored pixels, mean over bands and dates; else NaN."""
    maps, start = [], 0
    for asked in answers.asked:
        draw = asked.draw
        total = np.zeros(draw.hidden.shape[1:], np.float32)
        count = np.zeros_like(total)
        for d, hidden in enumerate(draw.hidden):
            rows = slice(start, start + int(hidden.sum()))
            start = rows.stop
            error = np.full(hidden.shape, np.nan, np.float32)
            error[hidden] = np.abs(answers.mean[rows] - draw.truth[d][:, hidden].T).mean(axis=1)
            known = np.zeros(hidden.shape, bool)
            known[hidden] = np.isfinite(baseline.mean[rows]).all(axis=1)
            scored = draw.trusted[d] & known
            total[scored] += error[scored]
            count[scored] += 1
        maps.append(np.where(count > 0, total / np.maximum(count, 1), np.float32(np.nan)))
    return maps


def write_error(
    target: Path,
    grid: Grid,
    windows: Sequence[Window],
    maps: Sequence[Sequence[FloatArray]],
    names: Sequence[str],
) -> None:
    """Write maps (one for each name, for each window) into one raster around the windows.

    Ground between the windows takes no room on disk.

    Raises:
        OutputError: the file cannot be written.
    """
    around = _around(windows)
    own = grid.cut(around)
    draft = target.with_name(f".{uuid.uuid4().hex[:8]}.{target.name}")
    with failures(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with rasterio.open(
                draft, "w", driver="GTiff", crs=own.crs, transform=own.transform,
                width=own.width, height=own.height, count=len(names), dtype="float32",
                nodata=np.nan, tiled=True, blockxsize=_BLOCK, blockysize=_BLOCK,
                compress="deflate", SPARSE_OK="TRUE",
            ) as raster:  # fmt: skip
                for window, images in zip(windows, maps):
                    place = window.inside(around)
                    spot = RasterioWindow(place.col, place.row, place.width, place.height)
                    raster.write(np.stack(list(images)), window=spot)
                raster.descriptions = tuple(f"error of {name}" for name in names)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


def _around(windows: Sequence[Window]) -> Window:
    row, col = min(w.row for w in windows), min(w.col for w in windows)
    last_row = max(w.row + w.height for w in windows)
    last_col = max(w.col + w.width for w in windows)
    return Window(row, col, last_row - row, last_col - col)
