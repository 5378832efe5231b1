"""A window of a stack, prepared by a method: frames of days, and single pixels over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.method import Estimate, Foresighted, Method, Quick, Source
from kairos.engine.parallel import beside, each
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Stack, Tile

_NARROW = 1
"""Pixels around one pixel that estimates over time look at."""

BLOCK = 32
"""Side of the blocks that are prepared or read for a single pixel."""

_FEW_TIMES = 6
"""A tile so many times larger than what a pixel needs is worth whole frames, which are kept."""

_FEW_VALUES = 16_000_000
"""Values (frames x bands x pixels) that are read whole and kept to tell what was masked."""


@dataclass(frozen=True)
class Prepared:
    """A window of a stack, prepared by a method."""

    stack: Stack
    method: Method[Any]
    state: Any
    tile: Tile
    _frames: dict[np.datetime64, Estimate] = field(default_factory=dict, repr=False)
    _seen: dict[Window, list[tuple[FloatArray, BoolArray]]] = field(
        default_factory=dict, repr=False
    )

    @property
    def window(self) -> Window:
        """The pixels that can be asked for."""
        return self.tile.core

    def estimates(self, dates: DateArray) -> list[Estimate]:
        """The frame of each of these days, (1, C, h, w) on the window without its margin.

        Each day is computed by itself: its numbers do not depend on what else was asked.
        """
        if isinstance(self.method, Foresighted):
            self.method.expect(self.state, dates)
        return each(self._estimate, dates)

    def frame(self, date: np.datetime64) -> Estimate:
        """The frame of one day, (1, C, h, w); those of acquired days are kept."""
        if date not in self.tile.dates:
            return self.estimates(np.array([date]))[0]
        self._keep([date])
        return self._frames[date]

    def _keep(self, dates: Sequence[np.datetime64]) -> None:
        """Compute the frames of acquired days that are not there yet, side by side."""
        new = [date for date in dates if date not in self._frames]
        for date, estimate in zip(new, self.estimates(np.array(new))):
            # Copies: the parts that were asked for must not hold on to their surroundings.
            self._frames[date] = Estimate(
                estimate.mean.copy(), estimate.sigma.copy(), estimate.source.copy()
            )

    def _estimate(self, date: np.datetime64) -> Estimate:
        rows, cols = self.window.within(self.tile.window)
        whole = self.method.estimate(self.state, np.array([date]))
        return Estimate(
            whole.mean[..., rows, cols], whole.sigma[..., rows, cols], whole.source[..., rows, cols]
        )

    def at_hand(self, row: int, col: int, dates: DateArray) -> BoolArray:
        """Which days of a pixel need no frame to be computed first, (D,).

        A day that hid the pixel takes its surroundings into account; all others ask the pixel
        itself over time, which takes milliseconds.
        """
        kept = np.isin(dates, list(self._frames)) if self._frames else np.zeros(len(dates), bool)
        return np.asarray(~self._hidden(row, col, dates) | kept)

    def series(self, row: int, col: int, dates: DateArray) -> Estimate:
        """One pixel of the stack on many days, (D, C, 1, 1); as in the frames of these days."""
        r, c = row - self.tile.window.row, col - self.tile.window.col
        size = (len(dates), len(self.tile.bands))
        mean, sigma = np.empty(size, np.float32), np.zeros(size, np.float32)
        source = np.full(len(dates), Source.OBSERVED, np.uint8)
        seen, hidden = self._shown(row, col, dates), self._hidden(row, col, dates)
        for d in np.flatnonzero(seen):
            mean[d] = self.tile.reflectance[np.searchsorted(self.tile.dates, dates[d]), :, r, c]
        for ask, which in ((self._over_time, ~seen & ~hidden), (self._with_surroundings, hidden)):
            if which.any():
                estimate = ask(row, col, dates[which])
                mean[which], sigma[which] = estimate.mean[..., 0, 0], estimate.sigma[..., 0, 0]
                source[which] = estimate.source[:, 0, 0]
        return Estimate(mean[..., None, None], sigma[..., None, None], source[:, None, None])

    def _shown(self, row: int, col: int, dates: DateArray) -> BoolArray:
        """Which days show a pixel clear, (D,)."""
        r, c = row - self.tile.window.row, col - self.tile.window.col
        return np.asarray(np.isin(dates, self.tile.dates[self.tile.clear[:, r, c]]))

    def _hidden(self, row: int, col: int, dates: DateArray) -> BoolArray:
        """Which days hid a pixel of which the method can say more than over time, (D,)."""
        if self.method.margin <= _NARROW:
            return np.zeros(len(dates), bool)
        return np.isin(dates, self.tile.dates) & ~self._shown(row, col, dates)

    def _over_time(self, row: int, col: int, dates: DateArray) -> Estimate:
        near = self._around(row, col, _NARROW)
        method = self.method.over_time if isinstance(self.method, Quick) else self.method
        whole = method.estimate(method.prepare(near), dates)
        return whole.of_pixel(row - near.window.row, col - near.window.col)

    def _with_surroundings(self, row: int, col: int, dates: DateArray) -> Estimate:
        """From the frames that are kept, else from no more of the tile than the method looks at."""
        near = self._around(row, col, self.method.margin)
        if self.tile.clear[0].size <= _FEW_TIMES * near.clear[0].size:
            self._keep(list(dates))  # for the next pixel
        r, c = row - self.window.row, col - self.window.col
        found = {d: self._frames[d].of_pixel(r, c) for d in dates if d in self._frames}
        new = [d for d in dates if d not in found]
        if new:
            state = self.method.prepare(near)
            r, c = row - near.window.row, col - near.window.col
            made = each(lambda day: self.method.estimate(state, np.array([day])), new)
            found.update((day, estimate.of_pixel(r, c)) for day, estimate in zip(new, made))
        parts = [found[d] for d in dates]
        return Estimate(
            np.concatenate([p.mean for p in parts]),
            np.concatenate([p.sigma for p in parts]),
            np.concatenate([p.source for p in parts]),
        )

    def seen_around(self, row: int, col: int) -> tuple[Window, list[tuple[FloatArray, BoolArray]]]:
        """The frames as in `as_seen`, of the part around a pixel if the whole is not known yet."""
        values = self.tile.reflectance[0].size * len(self.stack.frames)
        if "as_seen" in self.__dict__ or values <= _FEW_VALUES:
            return self.window, self.as_seen
        window = block_of(row, col, self.stack.grid.whole)
        if window not in self._seen:
            self._seen.clear()
            frames = self.stack.frames
            self._seen[window] = [self.stack.read_reflectance(f, window) for f in frames]
        return window, self._seen[window]

    @cached_property
    def as_seen(self) -> list[tuple[FloatArray, BoolArray]]:
        """For each frame of the stack its reflectance (C, h, w), cloud and all, and what is
        usable (h, w), on the window without its margin."""
        window, read = self.window, self.stack.read_reflectance
        return beside(lambda f: read(f, window), self.stack.frames, little=window.is_small)

    def _around(self, row: int, col: int, reach: int) -> Tile:
        """The tile cut to a pixel and what is around it."""
        return self.tile.around(Window(row, col, 1, 1), reach)


def block_of(row: int, col: int, whole: Window) -> Window:
    """The block of a fixed raster in which a pixel lies: what is near asks for the same one."""
    top, left = row // BLOCK * BLOCK, col // BLOCK * BLOCK
    return Window(top, left, min(BLOCK, whole.height - top), min(BLOCK, whole.width - left))
