"""A run, cut into parts that any process can do by itself: tiles to fill, frames to write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.arrays import BoolArray
from kairos.engine.clean.draft import write_frame
from kairos.engine.clean.fills import Fill, TileFiles
from kairos.engine.method import Method
from kairos.engine.parallel import each
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Frame, Stack, Tile

_AT_ONCE = 8
"""Days estimated between two looks at whether the run was cancelled."""


@dataclass(frozen=True)
class Plan:
    """What a run makes, and where. It travels to other processes."""

    stack: Stack
    frames: tuple[Frame, ...]
    """To be cleaned."""
    area: Window
    """The part of the images to write."""
    tiles: tuple[Window, ...]
    work: Path
    """Folder for what is not yet whole."""
    output: Path
    ends: tuple[str, ...] = ()
    """What goes beside each frame."""
    sigma: bool = False
    """Whether tiles keep the doubt."""
    compression: str = "ZSTD"
    _files: TileFiles = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_files", TileFiles(self.work))

    def read(self, margin: int, window: Window) -> Tile:
        """A tile with its margin."""
        return self.stack.read(window, margin)

    def fill(
        self, method: Method[Any], window: Window, tile: Tile, told: Callable[[float], None]
    ) -> dict[str, Fill]:
        """What the frames lack on a tile; days on which they lack nothing are not estimated.

        Args:
            method: fitted to the stack.
            window: the tile.
            tile: its pixels with the margin of the method.
            told: told the share that is done; may raise CancelledError.
        """
        lacking = {f.name: self._lacking(f, window, tile) for f in self.frames}
        wanted = [f for f in self.frames if lacking[f.name].any()]
        if not wanted:
            return {}
        state, core = method.prepare(tile), window.within(tile.window)
        days = np.unique(np.array([f.date for f in wanted], "datetime64[D]"))

        def filled(day: np.datetime64) -> dict[str, Fill]:
            estimate = method.estimate(state, np.array([day])).cut(core)
            return {
                f.name: Fill.of(
                    estimate, lacking[f.name], self._encoding(f), sigma=self._keeps_sigma(f)
                )
                for f in wanted
                if f.date == day
            }

        fills: dict[str, Fill] = {}
        for i in range(0, len(days), _AT_ONCE):
            for some in each(filled, days[i : i + _AT_ONCE]):
                fills.update(some)
            told(min(1.0, (i + _AT_ONCE) / len(days)))
        return fills

    def save(self, window: Window, fills: dict[str, Fill]) -> None:
        """Keep a finished tile."""
        self._files.save(window, fills)

    def finished(self) -> set[Window]:
        """The tiles that are done."""
        return self._files.finished() & set(self.tiles)

    def write(self, frame: Frame) -> None:
        """Write a cleaned frame from the finished tiles.

        Raises:
            OutputError: it cannot be written.
            ReadError: its image cannot be read any more.
        """
        own = replace(self.stack, frames=(frame,), radar=())  # files of its own: no waiting
        try:
            write_frame(
                own,
                frame,
                self.output / frame.name,
                self.work,
                self.ends,
                self.area,
                partial(self._parts, frame),
                self.compression,
            )
        finally:
            own.close()

    def _parts(self, frame: Frame) -> Iterator[tuple[Window, Optional[Fill]]]:
        """The tiles of a frame with what they add to it."""
        for window in self.tiles:
            yield window, self._files.load(window, frame.name)

    def _encoding(self, frame: Frame) -> Optional[Encoding]:
        return Encoding.of(frame) if self._on_grid(frame) else None

    def _keeps_sigma(self, frame: Frame) -> bool:
        return self.sigma or not self._on_grid(frame)

    def _on_grid(self, frame: Frame) -> bool:
        return frame.raster.grid.same_as(self.stack.grid)

    def _lacking(self, frame: Frame, window: Window, tile: Tile) -> BoolArray:
        """What the frame needs of a tile, (h, w): all that is not usable, or, where it lies on
        another grid, everything."""
        if not self._on_grid(frame):
            return np.ones((window.height, window.width), bool)
        if len(self.stack.frames_of(frame.date)) > 1:
            return ~self.stack.read_frame(frame, window)[1]
        t = int(np.searchsorted(tile.dates, frame.date))
        return np.asarray(~tile.clear[t][window.within(tile.window)])
