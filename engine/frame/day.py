"""The second act: the frame of any day."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import numpy as np

from kairos.engine.arrays import RawArray
from kairos.engine.clean.draft import DAYS, SIGMA, SOURCE, beside
from kairos.engine.frame.trust import NEVER, days_to_look
from kairos.engine.method import Source
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.grid import Window
from kairos.engine.rasters.write import Draft, Layout, check_file, draft_folder
from kairos.engine.reconstruct import Reconstruction, nearest_day
from kairos.engine.stack import Stack

_LEARN = 0.6


@dataclass(frozen=True)
class FrameResult:
    """A frame on disk."""

    file: Path
    date: np.datetime64
    """The day that was estimated."""
    observed: float
    """The share of its pixels that were observed on that day."""
    sigma: float
    """The median doubt of the pixels that were not, reflectance; 0 where all were."""
    warning: Optional[str]


def frame_at(
    stack: Union[Stack, Reconstruction],
    date: np.datetime64,
    output: Path,
    *,
    model: Optional[str] = None,
    uncertainty: bool = False,
    source: bool = False,
    days: bool = False,
    window: Optional[Window] = None,
    progress: Progress = silent,
) -> FrameResult:
    """Write the frame of a day, acquired or not.

    On an acquired day it is the frame that Remove clouds writes. Up to 15 days outside of the
    series it is the estimate of the nearest day, with a warning.

    Args:
        stack: the images, or a reconstruction made before, which answers faster.
        date: the day.
        output: the GeoTIFF to write.
        model: name of the method, where a stack is given.
        uncertainty: whether to write the doubt beside it, as `<stem>_SIGMA.tif`.
        source: whether to write where each pixel comes from, as `<stem>_SOURCE.tif`.
        days: whether to write the days to the nearest clear look, as `<stem>_DAYS.tif`.
        window: the part of the images that is wanted; all of it if None.
        progress: told between steps; may raise CancelledError.

    Raises:
        RequestError: the day is too far outside of the series.
        OutputError: the file cannot be written.
    """
    learn = Stage(progress, "learning", 0, _LEARN)
    images = stack if isinstance(stack, Stack) else stack.stack
    check_file(output, images.root)
    day, warning = nearest_day(images, date)
    ready = (
        stack
        if isinstance(stack, Reconstruction)
        else Reconstruction.of(stack, model, lambda _, done: learn(done))
    )
    area = window or ready.stack.grid.whole
    told = Stage(progress, "filling", _LEARN, 1.0)
    template = ready.stack.frames[0]
    layout = _layout(ready.stack, area)
    encoding = Encoding.of(template)
    observed, doubts = 0, []
    windows = ready.tiles(area)
    with draft_folder(output.parent) as folder, ExitStack() as opened:
        image = opened.enter_context(Draft(output, layout, folder))
        more = {
            end: opened.enter_context(Draft(beside(output, end), kind, folder))
            for end, kind, wanted in (
                (SIGMA, _doubt_layout(layout), uncertainty),
                (SOURCE, Layout(layout.grid, 1, "uint8", None), source),
                (DAYS, Layout(layout.grid, 1, "uint16", NEVER), days),
            )
            if wanted
        }
        for i, tile in enumerate(windows):
            told(i / len(windows))
            prepared = ready.prepared(tile)
            estimate = prepared.frame(day)
            place = tile.inside(area)
            numbers = encoding.numbers(estimate.mean[0])
            _put_observed(ready.stack, day, tile, encoding, numbers)
            image.write(numbers, place)
            if SIGMA in more:
                more[SIGMA].write(estimate.sigma[0], place)
            if SOURCE in more:
                more[SOURCE].write(estimate.source[0], place)
            if DAYS in more:
                more[DAYS].write(days_to_look(prepared.tile, day), place)
            seen = estimate.source[0] == Source.OBSERVED
            observed += int(seen.sum())
            invented = ~seen & (estimate.source[0] != Source.UNSEEN)
            if invented.any():
                doubts.append(estimate.sigma[0][:, invented].ravel()[::17])
        for draft in more.values():
            draft.publish()
        image.publish()
    told(1.0)
    sigma = float(np.median(np.concatenate(doubts))) if doubts else 0.0
    return FrameResult(output, day, observed / (area.height * area.width), sigma, warning)


def _put_observed(
    stack: Stack, day: np.datetime64, window: Window, encoding: Encoding, numbers: RawArray
) -> None:
    """Put the numbers (C, h, w) that the files of the day hold where they are usable.

    Reflectance outside of 0..1 would not survive being encoded again.
    """
    seen = [
        stack.read_frame(frame, window)
        for frame in stack.frames_of(day)
        if Encoding.of(frame).holds_as(encoding)
    ]
    for raw, usable in sorted(seen, key=lambda pair: int(pair[1].sum())):  # the clearest on top
        np.copyto(numbers, raw, where=usable)


def _layout(stack: Stack, area: Window) -> Layout:
    """That of the first frame, cut to an area, with the stack's bands only."""
    like = Layout.like(stack.frames[0].raster)
    keep = [b - 1 for b in stack.frames[0].bands]
    return Layout(
        grid=stack.grid.cut(area),
        count=len(keep),
        dtype=like.dtype,
        nodata=like.nodata,
        descriptions=tuple(like.descriptions[b] or stack.bands[i] for i, b in enumerate(keep)),
        scales=tuple(like.scales[b] for b in keep),
        offsets=tuple(like.offsets[b] for b in keep),
    )


def _doubt_layout(layout: Layout) -> Layout:
    return Layout(layout.grid, layout.count, "float32", np.nan, layout.descriptions)
