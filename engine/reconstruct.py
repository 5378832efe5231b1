"""Stack and method -> frames: tiles in, prior or model, tiles out.

A `Reconstruction` is a stack with a method fitted to it, ready to answer. It computes tile by
tile, so that memory is bounded whatever the size of the images, and it looks at a margin around
each tile, so that tiles meet without a seam.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.arrays import DateArray
from kairos.engine.errors import RequestError, StackError
from kairos.engine.frame.prepared import Prepared, block_of
from kairos.engine.memory import allowed, tile_values
from kairos.engine.method import FrameByFrame, Method, positions
from kairos.engine.parallel import unordered
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.grid import Window
from kairos.engine.registry import CLOSED_FORMS, default_model, fit_of
from kairos.engine.stack import Stack, Tile

__all__ = [
    "REACH",
    "Prepared",
    "Reconstruction",
    "fits",
    "nearest_day",
    "sample_of",
    "sample_windows",
]

REACH = 15
"""Days outside of the series up to which the nearest day answers."""

_SAMPLE_VALUES = 16_000_000
"""Values (dates x bands x pixels) of the sample that a method is fitted to."""

_KEPT_VALUES = 64_000_000
"""Values of all tiles kept for the next question."""

_FEW = 12
_PATCH = 32
_SIDES = (32, 512)


def _unsaid(share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Reconstruction:
    """A stack and a method fitted to it."""

    stack: Stack
    model: str
    method: Method[Any]
    _prepared: OrderedDict[Window, Prepared] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def of(
        cls, stack: Stack, model: Optional[str] = None, progress: Progress = silent
    ) -> Reconstruction:
        """Fit a method (the best that can run here by default) to a stack.

        Raises:
            StackError: one date only, or no clear pixel at all.
            ModelError: no such model, or it cannot run here.
            ReadError: a file cannot be read.
        """
        name = model or default_model()[0]
        fit = fit_of(name, stack.root)
        stack.ensure_series()
        sample = sample_of(stack, progress)
        if not any(tile.clear.any() for tile in sample):
            raise StackError(
                f"No image in {stack.root.name} has a clear pixel; check the masks or the "
                "classes that count as clear."
            )
        return cls(stack, name, fit(sample))

    def tiles(
        self, within: Optional[Window] = None, memory: Optional[float] = None
    ) -> list[Window]:
        """The windows to work through, of a size that fits into so much memory (GB).

        Raises:
            RequestError: if that is too little.
        """
        area = within or self.stack.grid.whole
        learned = self.model not in CLOSED_FORMS
        values = tile_values(allowed(memory, learned=learned), learned=learned)
        most = _side(self.stack, self.method.margin, values)
        longest = max(area.height, area.width)
        side = -(-longest // -(-longest // most))  # equal tiles instead of slivers at the end
        return list(self.stack.grid.tiles(side, area))

    def settled(self, dates: DateArray, told: Callable[[float], None] = _unsaid) -> Reconstruction:
        """The same, with all learned that the frames of these acquired days need: it takes less
        memory and travels to other processes, but it answers for other frames no more.

        Args:
            dates: acquired days.
            told: called between frames with the share done; may raise CancelledError.
        """
        if not isinstance(self.method, FrameByFrame):
            return replace(self, _prepared=OrderedDict())
        places = positions(self.stack.dates, dates)
        for done, _ in enumerate(unordered(self.method.learn, places), 1):
            told(done / len(places))
        return Reconstruction(self.stack, self.model, self.method.lean())

    def prepare(self, window: Window) -> Prepared:
        """Read a window with its margin and do all that does not depend on the day."""
        tile = self.stack.read(window, self.method.margin)
        return Prepared(self.stack, self.method, self.method.prepare(tile), tile)

    def prepared(self, window: Window) -> Prepared:
        """The same, kept for the next question; what was not asked for the longest time goes."""
        if window in self._prepared:
            self._prepared.move_to_end(window)
            return self._prepared[window]
        ready = self.prepare(window)
        self._prepared[window] = ready
        while len(self._prepared) > 1 and self._kept_values() > _KEPT_VALUES:
            self._prepared.popitem(last=False)
        return ready

    def is_prepared(self, row: int, col: int) -> bool:
        """Whether a pixel can be asked for without reading."""
        return any(window.contains(row, col) for window in self._prepared)

    def prepared_around(self, row: int, col: int) -> Prepared:
        """What is prepared around a pixel, or else a block around it, prepared."""
        for window, ready in self._prepared.items():
            if window.contains(row, col):
                return ready
        return self.prepared(block_of(row, col, self.stack.grid.whole))

    def _kept_values(self) -> int:
        return sum(p.tile.reflectance.size for p in self._prepared.values())


def fits(stack: Stack) -> bool:
    """Whether all of a stack stays prepared at once."""
    values = len(stack.dates) * len(stack.bands) * stack.grid.width * stack.grid.height
    return values <= _KEPT_VALUES


def nearest_day(stack: Stack, date: np.datetime64) -> tuple[np.datetime64, Optional[str]]:
    """The day to estimate for a day asked for, and a warning where it is another.

    Raises:
        RequestError: if the day is more than 15 days outside of the series.
    """
    first, last = stack.dates[0], stack.dates[-1]
    nearest = min(max(date, first), last)
    apart = abs(int((date - nearest).astype(int)))
    if apart == 0:
        return date, None
    span = f"the images ({first} to {last})"
    if apart > REACH:
        raise RequestError(
            f"{date} is {apart} days outside of {span}; choose a day at most {REACH} days "
            "before the first or after the last."
        )
    return nearest, f"{date} is outside of {span}: this is the estimate of {nearest}."


def _side(stack: Stack, margin: int, values: int) -> int:
    """The side of a tile of so many values, its margin included."""
    days = max(len(stack.dates), _FEW)  # frames in the making take room, too
    outer = int((values / (days * (len(stack.bands) + 2))) ** 0.5)
    return int(np.clip(outer - 2 * margin, *_SIDES))


def sample_of(stack: Stack, progress: Progress = silent) -> list[Tile]:
    """What a method is fitted to: all of a small stack, else patches spread evenly over it."""
    told = Stage(progress, "learning", 0, 1)
    windows = list(sample_windows(stack))
    tiles = []
    for i, window in enumerate(windows):
        told(i / len(windows))
        tiles.append(stack.read(window))
    told(1)
    return tiles


def sample_windows(stack: Stack) -> Iterator[Window]:
    """Where the tiles of the sample lie."""
    grid = stack.grid
    pixels = _SAMPLE_VALUES // (len(stack.dates) * len(stack.bands))
    if grid.width * grid.height <= pixels:
        yield grid.whole
        return
    aspect = grid.height / grid.width
    patches = max(4, pixels // _PATCH**2)
    down = max(1, round((patches * aspect) ** 0.5))
    across = max(1, round(patches / down))
    for i in range(down):
        for j in range(across):
            row = round((i + 0.5) * grid.height / down - _PATCH / 2)
            col = round((j + 0.5) * grid.width / across - _PATCH / 2)
            row = min(max(row, 0), max(grid.height - _PATCH, 0))
            col = min(max(col, 0), max(grid.width - _PATCH, 0))
            yield Window(row, col, min(_PATCH, grid.height), min(_PATCH, grid.width))
