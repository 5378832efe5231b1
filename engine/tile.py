"""A window of a stack in memory: what methods are fitted to and asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kairos.engine.arrays import BoolArray, DateArray, FloatArray
from kairos.engine.rasters.grid import Window


@dataclass(frozen=True)
class Tile:
    """A window of a stack in memory: T dates, C bands, R radar dates, h x w pixels."""

    window: Window
    core: Window
    """The part of the window that is asked for; the rest is its surroundings."""
    shape: tuple[int, int]
    """Height and width of the whole stack: positions are relative to it."""
    dates: DateArray
    """(T,) days, rising, each once."""
    bands: tuple[str, ...]
    reflectance: FloatArray
    """(T, C, h, w) in [0, 1]; 0 where not clear."""
    clear: BoolArray
    """(T, h, w), True = usable."""
    radar_dates: DateArray
    """(R,) days, rising."""
    radar: FloatArray
    """(R, 2, h, w) in dB, NaN where missing."""

    def around(self, core: Window, reach: int) -> Tile:
        """A part of the tile and so many pixels around it, as far as the tile goes.

        Args:
            core: of the stack.
            reach: pixels.
        """
        outer = self.window
        row, col = max(outer.row, core.row - reach), max(outer.col, core.col - reach)
        below = min(outer.row + outer.height, core.row + core.height + reach)
        right = min(outer.col + outer.width, core.col + core.width + reach)
        window = Window(row, col, below - row, right - col)
        rows, cols = window.within(outer)
        return replace(
            self,
            window=window,
            core=core,
            reflectance=self.reflectance[..., rows, cols],
            clear=self.clear[..., rows, cols],
            radar=self.radar[..., rows, cols],
        )
