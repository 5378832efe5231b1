"""What a time series is.

A `Stack` is a list of frames (optical images with their masks) and of radar images on one
grid. It reads nothing before it is asked for a window; what it then gives is a `Tile`, and a
tile is all that priors and models ever see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, DateArray, FloatArray, RawArray
from kairos.engine.clear import SCL_USABLE, UNTOUCHED, Convention, brushed, valid
from kairos.engine.errors import StackError
from kairos.engine.parallel import beside
from kairos.engine.radar import in_words, middle, read_radar, unit_of
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import Raster, Rasters
from kairos.engine.rasters.swath import Swath
from kairos.engine.tile import Tile as Tile

if TYPE_CHECKING:
    from kairos.engine.detect.stack import Detection

_DETECTED = "clouds found by the built-in detector"


@dataclass(frozen=True)
class Mask:
    """Where the clear ground of a frame is written down, and how."""

    raster: Raster
    convention: Convention
    bands: tuple[int, ...] = (1,)
    """1-based bands of the file; ground is clear where all of them say so."""


@dataclass(frozen=True)
class Frame:
    """One optical image."""

    date: np.datetime64
    raster: Raster
    bands: tuple[int, ...]
    """1-based bands of the file in the order of the stack's bands."""
    scale: float
    """reflectance = scale * number + offset."""
    offset: float
    mask: Optional[Mask]
    date_rule: str
    result: str = ""
    """File name of its cleaned copy, where it is not that of the file."""
    brush: Optional[Raster] = None
    """What a person painted over the mask, where they did."""
    cleaned: bool = False
    """Whether its clouds were filled before."""
    detected: bool = False
    """Whether the built-in detector finds its clouds."""

    @property
    def name(self) -> str:
        """The file name of its cleaned copy; no two frames of a stack share one."""
        return self.result or self.path.name

    @property
    def path(self) -> Path:
        """The file."""
        return self.raster.path

    @property
    def mask_rule(self) -> str:
        """What counts as usable, in words."""
        rule = f"no mask: {_DETECTED if self.detected else 'every pixel with data usable'}"
        if self.cleaned:
            rule = "cleaned by Kairos: every pixel with data usable"
        if self.mask is not None:
            rule = self.mask.convention.rule
        return f"{rule}, painted by hand in {self.brush.path.name}" if self.brush else rule


@dataclass(frozen=True)
class RadarImage:
    """One Sentinel-1 image, VV then VH."""

    date: np.datetime64
    raster: Raster
    bands: tuple[int, ...]
    unit: str = ""
    """dB, power or amplitude; empty where only the numbers show it."""
    orbit: str = ""
    """Passes of one orbit look from one side; empty where it is not known."""
    swath: Optional[Swath] = None
    """How it comes onto the map, where the file has the geometry of the radar."""
    lacks: str = ""
    """What was not done to it, in words."""


@dataclass
class Stack:
    """A time series of optical images on one grid, with radar where there is any."""

    root: Path
    grid: Grid
    bands: tuple[str, ...]
    frames: tuple[Frame, ...]
    radar: tuple[RadarImage, ...] = ()
    warnings: tuple[str, ...] = ()
    scl_usable: tuple[int, ...] = SCL_USABLE
    recognised: str = ""
    """What the images were taken for, and why."""
    detection: Optional[Detection] = field(default=None, repr=False, compare=False)
    """What finds the clouds of frames without a mask."""
    _rasters: Rasters = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._rasters = Rasters(self.grid)

    def __enter__(self) -> Stack:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; the stack opens them again when asked."""
        self._rasters.close()
        if self.detection is not None:
            self.detection.close()

    @cached_property
    def dates(self) -> DateArray:
        """The days with at least one frame, (T,) rising."""
        return np.asarray(np.unique([f.date for f in self.frames]), "datetime64[D]")

    @cached_property
    def radar_dates(self) -> DateArray:
        """The days with radar, (R,) rising."""
        return np.asarray(np.unique(np.array([r.date for r in self.radar], "datetime64[D]")))

    def frames_of(self, date: np.datetime64) -> list[Frame]:
        """The frames of one day, by file name."""
        return self._by_day.get(date, [])

    @cached_property
    def _by_day(self) -> dict[np.datetime64, list[Frame]]:
        found: dict[np.datetime64, list[Frame]] = {}
        for frame in self.frames:
            found.setdefault(np.datetime64(frame.date, "D"), []).append(frame)
        return found

    def read(self, window: Window, margin: int = 0) -> Tile:
        """A window of the whole series, with a margin of its surroundings where there are any.

        Where frames share a day, the clearer one counts first.

        Raises:
            ReadError: if a file cannot be read.
        """
        core, window = window, window.grown(margin, self.grid.height, self.grid.width)
        size = (window.height, window.width)
        reflectance = np.zeros((len(self.dates), len(self.bands), *size), np.float32)
        clear = np.zeros((len(self.dates), *size), bool)

        def fill(t: int) -> None:
            for seen, usable in self._by_clear_share(self.dates[t], window):
                new = usable & ~clear[t]
                np.copyto(reflectance[t], seen, where=new)
                clear[t] |= new

        beside(fill, range(len(self.dates)), little=window.is_small)
        return Tile(
            window=window,
            core=core,
            shape=(self.grid.height, self.grid.width),
            dates=self.dates,
            bands=self.bands,
            reflectance=reflectance,
            clear=clear,
            radar_dates=self.radar_dates,
            radar=self.read_radar(window),
        )

    def read_frame(self, frame: Frame, window: Window) -> tuple[RawArray, BoolArray]:
        """The pixels (C, h, w) of one frame as its file holds them, and which are usable."""
        raw = self._rasters.read(
            frame.raster, window, frame.bands, resampling="bilinear", outside=frame.raster.nodata
        )
        known = usable = valid(raw, frame.raster.nodata)
        if frame.mask is not None:
            usable = known & self._usable(frame.mask, window)
        elif frame.detected and self.detection is not None:
            usable = known & self.detection.usable(frame.name, window, self.grid)
        if frame.brush is not None:
            usable = brushed(usable, known, self.read_brush(frame, window))
        return raw, usable

    def read_brush(self, frame: Frame, window: Window) -> RawArray:
        """What is painted over the mask of a frame, (h, w); untouched where there is no brush."""
        if frame.brush is None:
            return np.full((window.height, window.width), UNTOUCHED, np.uint8)
        return np.asarray(self._rasters.read(frame.brush, window, [1], outside=UNTOUCHED)[0])

    def read_reflectance(self, frame: Frame, window: Window) -> tuple[FloatArray, BoolArray]:
        """The reflectance (C, h, w) of one frame, cloud and all, and which pixels are usable."""
        raw, usable = self.read_frame(frame, window)
        reflectance = raw.astype(np.float32) * np.float32(frame.scale)
        if frame.offset:
            reflectance += np.float32(frame.offset)
        return reflectance, usable

    def read_numbers(self, frame: Frame, window: Window) -> RawArray:
        """All bands (B, h, w) of the file of a frame as it holds them."""
        return self._rasters.read(frame.raster, window, resampling="bilinear")

    def read_radar(self, window: Window) -> FloatArray:
        """Radar of a window, (R, 2, h, w) in dB; images that share a day are averaged."""
        unit = self.radar_unit if self.radar else ""
        return read_radar(self._rasters, self.radar, unit, self.radar_dates, window)

    @cached_property
    def radar_unit(self) -> str:
        """dB, power or amplitude, as the numbers of the first radar image show."""
        window = middle(self.grid.height, self.grid.width)
        silent = next((r for r in self.radar if not r.unit), None)
        return unit_of(self._rasters, silent, window) if silent else self.radar[0].unit

    @property
    def radar_rule(self) -> str:
        """What the radar is, in words; empty where there is none."""
        return in_words(self.radar, self.radar_unit) if self.radar else ""

    def clear_share(self, frame: Frame) -> float:
        """The share of usable pixels of a frame, by its mask and its first band."""
        first = replace(frame, bands=frame.bands[:1])
        usable = [self.read_frame(first, w)[1] for w in self.grid.tiles(1024)]
        return sum(int(u.sum()) for u in usable) / (self.grid.height * self.grid.width)

    def ensure_series(self) -> None:
        """Check that there is something to learn from.

        Raises:
            StackError: if there are fewer than two dates.
        """
        if len(self.dates) < 2:
            raise StackError(
                f"{self.root.name} has one date only ({self.dates[0]}); "
                "add images of at least one other day."
            )

    def _by_clear_share(
        self, date: np.datetime64, window: Window
    ) -> list[tuple[FloatArray, BoolArray]]:
        seen = [self.read_reflectance(frame, window) for frame in self.frames_of(date)]
        return sorted(seen, key=lambda pair: -int(pair[1].sum()))

    def _usable(self, mask: Mask, window: Window) -> BoolArray:
        convention = mask.convention
        values = self._rasters.read(mask.raster, window, mask.bands, outside=convention.outside)
        if mask.raster.nodata:  # 0 keeps its meaning: clear where CLOUD and QA say so
            values = np.where(values == mask.raster.nodata, convention.outside, values)
        return np.asarray(convention.usable(values, self.scl_usable).all(axis=0))


def clear_counts(tiles: Sequence[Tile]) -> tuple[FloatArray, int]:
    """How many pixels of each date are clear, (T,), and how many are clear on any date."""
    each = sum((t.clear.sum(axis=(1, 2), dtype=np.float32) for t in tiles), np.float32(0))
    ever = sum(int(t.clear.any(axis=0).sum()) for t in tiles)
    return np.asarray(each, np.float32), ever
