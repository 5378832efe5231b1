"""A cleaned frame that is being written, with what lies beside it on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from kairos.engine.arrays import FloatArray, RawArray
from kairos.engine.encode import Encoding, compose
from kairos.engine.grid import Grid, Window
from kairos.engine.method import Estimate, Source
from kairos.engine.output import Draft, Layout
from kairos.engine.raster import Rasters, inspect
from kairos.engine.stack import Frame, Stack

SOURCE, SIGMA = "_SOURCE", "_SIGMA"
"""Ends of the stems of the files that say where a pixel comes from, and how sure it is."""


def beside(file: Path, end: str) -> Path:
    """The file that goes with an image, whatever the ending of its name."""
    return file.with_name(f"{file.stem}{end}.tif")


class FrameDraft:
    """The cleaned frame on the grid of its own file, which is that of the stack."""

    def __init__(
        self,
        stack: Stack,
        frame: Frame,
        target: Path,
        folder: Path,
        ends: Sequence[str],
        area: Window,
    ) -> None:
        self._stack, self._frame, self._target, self._area = stack, frame, target, area
        layout, grid = Layout.like(frame.raster), stack.grid.cut(area)
        self._image = Draft(target, replace(layout, grid=layout.grid.cut(area)), folder)
        layouts = {SOURCE: _codes(grid), SIGMA: _values(grid, stack.bands)}
        self._beside = {end: Draft(beside(target, end), layouts[end], folder) for end in ends}

    def write(self, window: Window, estimate: Estimate) -> None:
        """Write one tile.

        Args:
            window: of the grid of the stack.
            estimate: of the day of the frame alone, (1, C, h, w).
        """
        place = window.inside(self._area)
        self._image.write(self._composed(window, estimate.mean[0]), place)
        if SOURCE in self._beside:
            self._beside[SOURCE].write(estimate.source[0], place)
        if SIGMA in self._beside:
            self._beside[SIGMA].write(estimate.sigma[0], place)

    def publish(self, compression: str) -> None:
        """Give the files their names, the image last: an image that is there is whole."""
        for end in {SOURCE, SIGMA} - self._beside.keys():
            beside(self._target, end).unlink(missing_ok=True)  # of a frame that is replaced now
        for draft in self._beside.values():
            draft.publish(compression)
        self._image.publish(compression)

    def _composed(self, window: Window, fill: FloatArray) -> RawArray:
        """The numbers of all bands of the file, those of the stack filled."""
        raw, usable = self._stack.read_frame(self._frame, window)
        everything = self._stack.read_numbers(self._frame, window)
        filled = compose(raw, usable, fill, Encoding.of(self._frame))
        everything[[b - 1 for b in self._frame.bands]] = filled
        return everything


class WarpedFrameDraft:
    """The cleaned frame of a file on another grid than the stack's.

    What is filled is collected on the grid of the stack and brought onto the frame's at the end.
    """

    def __init__(
        self,
        stack: Stack,
        frame: Frame,
        target: Path,
        folder: Path,
        ends: Sequence[str],
        area: Window,
    ) -> None:
        self._frame, self._area = frame, area
        self._own = replace(stack, grid=frame.raster.grid, frames=(frame,), radar=())
        whole = area == stack.grid.whole  # what a frame has beyond the stack stays with it
        grid = stack.grid.cut(area)
        self._own_area = self._own.grid.whole if whole else self._own.grid.area_of(grid)
        self._draft = FrameDraft(self._own, frame, target, folder, ends, self._own_area)
        values = _values(grid, stack.bands)
        self._mean = Draft(target, values, folder)
        self._sigma = Draft(target, values, folder)
        self._source = Draft(target, _codes(grid), folder)

    def write(self, window: Window, estimate: Estimate) -> None:
        """Write one tile; as `FrameDraft`."""
        place = window.inside(self._area)
        self._mean.write(estimate.mean[0], place)
        self._sigma.write(estimate.sigma[0], place)
        self._source.write(estimate.source[0], place)

    def publish(self, compression: str) -> None:
        """Fill the frame on its own grid; as `FrameDraft`."""
        rasters = Rasters(self._own.grid)
        for window in self._own.grid.tiles(512, self._own_area):
            self._draft.write(window, self._estimate(rasters, window))
        rasters.close()
        self._own.close()
        self._draft.publish(compression)

    def _estimate(self, rasters: Rasters, window: Window) -> Estimate:
        """The estimate on the grid of the frame, as sure as the frame itself where it saw."""
        warp: dict[str, Any] = {"resampling": "bilinear", "outside": np.nan}
        mean = rasters.read(inspect(self._mean.path), window, **warp)
        sigma = rasters.read(inspect(self._sigma.path), window, **warp)
        source = rasters.read(inspect(self._source.path), window, outside=Source.UNSEEN)[0]
        usable = self._own.read_frame(self._frame, window)[1]
        source[source == Source.OBSERVED] = Source.SCENE
        source[np.isnan(mean).any(axis=0)] = Source.UNSEEN
        source[usable] = Source.OBSERVED
        sigma[:, usable] = 0
        mean[:, source == Source.UNSEEN] = np.nan
        sigma[:, source == Source.UNSEEN] = np.nan
        return Estimate(mean[None], sigma[None], source[None])


def draft_of(
    stack: Stack,
    frame: Frame,
    target: Path,
    folder: Path,
    ends: Sequence[str],
    area: Optional[Window] = None,
) -> Union[FrameDraft, WarpedFrameDraft]:
    """The draft of a cleaned frame.

    Args:
        stack: the images.
        frame: one of them.
        target: the file to write.
        folder: for what is not yet whole.
        ends: which of `SOURCE` and `SIGMA` are wanted beside it.
        area: of the grid of the stack; all of it if None.
    """
    kind = FrameDraft if frame.raster.grid.same_as(stack.grid) else WarpedFrameDraft
    return kind(stack, frame, target, folder, ends, area or stack.grid.whole)


def _codes(grid: Grid) -> Layout:
    return Layout(grid, 1, "uint8", None)


def _values(grid: Grid, bands: Sequence[str]) -> Layout:
    return Layout(grid, len(bands), "float32", np.nan, descriptions=tuple(bands))
