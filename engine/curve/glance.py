"""Curves below a moving cursor, from pixels that were read before anybody asked.

Where the cursor goes next is not known, and to read a pixel of every image takes longer than it
stays. So while nobody asks, the bands of the index are read once around the place of the last
question, as coarsely as it takes to keep them in memory. What comes from there is a glance: the
pixel may be a neighbour, and hidden days are answered from time alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Optional

from kairos.engine.curve.indices import index_named
from kairos.engine.curve.pixel import Curve, curve_at
from kairos.engine.errors import BandError, KairosError
from kairos.engine.frame.reduced import close_files, read_each, reduced
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.reconstruct import Reconstruction, sample_windows
from kairos.engine.registry import fit_of
from kairos.engine.stack import Stack

_MODEL = "temporal"
_USUAL = "NDVI"
_SIDE = 1536
"""Pixels around the cursor that are read: no more than a screen and its surroundings."""
_MOST_VALUES = 32_000_000
_NOWHERE = Window(0, 0, 0, 0)
_DONE = object()


class Glance:
    """What is kept for glances at one index of one stack.

    Args:
        most_values: dates x bands x pixels that are kept, as numbers of the files.
    """

    def __init__(self, most_values: int = _MOST_VALUES) -> None:
        self._most_values = most_values
        self._key: object = None
        self._stack: Optional[Stack] = None
        self._index = ""
        self._area = _NOWHERE
        self._steps: Iterator[object] = iter(())
        self._small: Optional[Stack] = None
        self._ready: Optional[Reconstruction] = None

    def expect(self, key: object, stack: Stack) -> None:
        """Begin to read what is asked for most, if there is nothing of these images yet.

        Args:
            key: other than before where the images are; not None.
            stack: the images.
        """
        if key == self._key:
            return
        self.forget()
        self._key, self._stack = key, stack
        try:
            self._begin(stack, stack.grid.height // 2, stack.grid.width // 2, _USUAL)
        except BandError:
            return  # their bands allow another one

    def curve(
        self, key: object, x: float, y: float, crs: Optional[str], index: str
    ) -> Optional[Curve]:
        """The curve of a place or of one beside it; None while what it takes is not read.

        Args:
            key: of the images, as they were expected.
            x: easting or longitude.
            y: northing or latitude.
            crs: reference system of the point; the stack's own by default.
            index: its name, or a formula over bands.

        Raises:
            RequestError: the point is not on the images, or the index is neither known nor a
                formula.
            BandError: the stack lacks a band of the index.
        """
        stack = self._stack
        if stack is None or key != self._key:
            return None
        row, col = stack.grid.pixel_at(x, y, crs)
        if index != self._index or not self._area.contains(row, col):
            self._begin(stack, row, col, index)
        if self._ready is None:
            return None
        made = curve_at(self._ready, x, y, crs=crs, index=index, quick=True)
        return replace(made, row=row, col=col, complete=False)

    def look_ahead(self) -> bool:
        """Read one image more; whether there was anything to do."""
        try:
            return next(self._steps, _DONE) is not _DONE
        except (KairosError, MemoryError):  # whoever asks for the pixel itself is told
            self._steps = iter(())
            return True

    def forget(self) -> None:
        """Let go of everything."""
        self._let_go()
        self._key = self._stack = None

    def _let_go(self) -> None:
        self._index, self._area = "", _NOWHERE
        self._steps, self._ready = iter(()), None
        if self._small is not None:
            self._small.close()
            self._small = None

    def _begin(self, stack: Stack, row: int, col: int, index: str) -> None:
        self._let_go()
        bands = sorted(set(index_named(index).positions(stack.bands)))
        self._index, self._area = index, _around(row, col, stack.grid)
        self._steps = self._read(stack, bands)

    def _read(self, stack: Stack, bands: list[int]) -> Iterator[object]:
        """Read the area image by image, then learn what it takes to fill gaps."""
        area = self._area
        most = self._most_values / (len(stack.frames) * len(bands))
        factor = min(1.0, (most / (area.height * area.width)) ** 0.5)
        height, width = (max(1, int(side * factor)) for side in (area.height, area.width))
        small = self._small = reduced(stack, area, height, width, bands)
        yield from read_each(small)
        close_files(small)
        sample = []
        for window in sample_windows(small):
            sample.append(small.read(window))
            yield None
        if not any(tile.clear.any() for tile in sample):
            return  # nothing to see
        self._ready = Reconstruction(small, _MODEL, fit_of(_MODEL)(sample))
        yield None


def _around(row: int, col: int, grid: Grid) -> Window:
    """The area around a pixel, moved until it lies on the images."""
    height, width = min(_SIDE, grid.height), min(_SIDE, grid.width)
    top = min(max(row - height // 2, 0), grid.height - height)
    left = min(max(col - width // 2, 0), grid.width - width)
    return Window(top, left, height, width)
