"""The three acts on a stack, and a picture of them: `python -m kairos.engine.shell.demo STACK DIR`.

Leaves in DIR the cleaned frames, the frame of a day that was never acquired, a curve as CSV and
`before-after.png`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.arrays import FloatArray
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.curve.indices import INDICES
from kairos.engine.curve.pixel import curve_at
from kairos.engine.errors import BandError, KairosError
from kairos.engine.frame.day import frame_at
from kairos.engine.rasters.read import Rasters, inspect
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.shell.bar import progress_to
from kairos.engine.shell.picture import Acts, draw
from kairos.engine.simulate.sample import write_sample
from kairos.engine.stack import Frame, Stack

_SIZE = 192
_SHOWN = (0.35, 0.75)
"""Clear share of the frame shown before and after."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the demo."""
    root, output = (Path(a) for a in (arguments or sys.argv[1:]))
    try:
        if not root.exists():
            print(f"A simulated sample stack goes to {root}.")
            write_sample(root, size=(_SIZE, _SIZE))
        with open_stack(root) as stack:
            print(f"{root}: {len(stack.frames)} images, {stack.dates[0]} to {stack.dates[-1]}")
            acts = perform(stack, output)
    except KairosError as error:
        print(f"kairos: {error.message}", file=sys.stderr)
        return error.exit_code
    draw(acts, output / "before-after.png")
    for file in ("cleaned/", f"{acts.invented_day}.tif", "curve.csv", "before-after.png"):
        print(f"  {output / file}")
    return 0


def perform(stack: Stack, output: Path) -> Acts:
    """Clean the stack, rebuild a day, read a curve."""
    cleaned = output / "cleaned"
    shutil.rmtree(cleaned, ignore_errors=True)
    with progress_to("auto") as progress:
        remove_clouds(stack, cleaned, CleanOptions(source=True), progress)
        ready = Reconstruction.of(stack, progress=progress)
    shown = _partly_cloudy(stack)
    day = _unseen_day(stack)
    made = frame_at(ready, day, output / f"{day}.tif", uncertainty=True)
    row, col = _telling_pixel(stack, shown)
    x, y = stack.grid.transform * (col + 0.5, row + 0.5)
    curve = curve_at(ready, x, y, index=_index(stack), output=output / "curve.csv")
    return Acts(
        name=stack.root.resolve().name,
        bands=stack.bands,
        shown_day=shown.date,
        before=_reflectance(stack, shown, shown.path),
        after=_reflectance(stack, shown, cleaned / shown.path.name),
        invented_day=day,
        invented=_reflectance(stack, shown, made.file),
        curve=curve,
    )


def _partly_cloudy(stack: Stack) -> Frame:
    """The greenest among the frames that show both cloud and ground: haze is never green."""
    shares = np.array([stack.clear_share(f) for f in stack.frames])
    ever = max(float(shares.max()), 1e-6)
    partly = [f for f, s in zip(stack.frames, shares / ever) if _SHOWN[0] < s < _SHOWN[1]]
    if not partly:
        return stack.frames[int(np.argmin(np.abs(shares / ever - 0.5)))]
    index, green = INDICES[_index(stack)], []
    for frame in partly:
        seen, usable = stack.read_reflectance(frame, stack.grid.whole)
        green.append(float(np.median(index(seen, stack.bands)[usable])))
    return partly[int(np.argmax(green))]


def _unseen_day(stack: Stack) -> np.datetime64:
    """The middle of the widest gap between two acquisitions of the half year around its middle."""
    count = len(stack.dates)
    inner = stack.dates[count // 4 : max(count // 4 + 2, 3 * count // 4)]
    widest = int(np.argmax(np.diff(inner)))
    return np.datetime64(inner[widest] + (inner[widest + 1] - inner[widest]) // 2, "D")


def _telling_pixel(stack: Stack, shown: Frame) -> tuple[int, int]:
    """A pixel that this frame hides, often seen on other days, whose greenness changes much."""
    tile = stack.read(stack.grid.whole)
    t = int(np.searchsorted(tile.dates, shown.date))
    index = INDICES[_index(stack)]
    values = np.where(tile.clear, index(tile.reflectance, stack.bands), np.nan)
    often = tile.clear.sum(axis=0) >= 0.5 * tile.clear.sum(axis=0).max()
    candidates = often & ~tile.clear[t]
    if not candidates.any():
        candidates = often
    rows, cols = np.nonzero(candidates)
    spread = np.nanquantile(values[:, rows, cols], 0.9, axis=0) - np.nanquantile(
        values[:, rows, cols], 0.1, axis=0
    )
    best = int(np.argsort(spread)[int(0.9 * len(spread))])
    return int(rows[best]), int(cols[best])


def _index(stack: Stack) -> str:
    """NDVI, or the first index that the bands allow."""
    for name, index in INDICES.items():
        try:
            index.positions(stack.bands)
        except BandError:
            continue
        return name
    raise BandError("The demo needs red and near infrared bands for its curve.")


def _reflectance(stack: Stack, like: Frame, path: Path) -> FloatArray:
    rasters = Rasters(stack.grid)
    try:
        raw = rasters.read(inspect(path), stack.grid.whole, resampling="bilinear")
    finally:
        rasters.close()
    if len(raw) != len(stack.bands):
        raw = raw[[b - 1 for b in like.bands]]
    return raw.astype(np.float32) * np.float32(like.scale) + np.float32(like.offset)


if __name__ == "__main__":
    sys.exit(main())
