"""Radar of every kind, brought to one: dB, with the offset between its orbits taken out.

A slope looks brighter from one side than from the other, so that passes of different orbits jump
against each other. Where the orbits are known, each orbit's own level at a pixel is taken out and
the mean level of the orbits put in its place; where they are not, nothing is done about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kairos.engine.arrays import DateArray, FloatArray, RawArray
from kairos.engine.parallel import beside
from kairos.engine.rasters.grid import Window
from kairos.engine.rasters.read import Rasters

if TYPE_CHECKING:
    from kairos.engine.stack import RadarImage

DECIBEL, POWER, AMPLITUDE = "dB", "power", "amplitude"
NO_TERRAIN = "terrain correction"
NEITHER = f"{NO_TERRAIN} and calibration"
"""What images lack that are still as the radar saw them."""

_FEWEST = 3
"""Passes of an orbit from which its own level is known."""

_PATCH = 256
_BRIGHTEST = 30.0
"""No ground scatters back more power than this; larger numbers are amplitudes."""


def unit_of(rasters: Rasters, image: RadarImage, window: Window) -> str:
    """The unit that the numbers of an image show, for images that do not say."""
    numbers = _numbers(rasters, image, window)
    known = numbers[np.isfinite(numbers)]
    if known.size == 0 or (known < 0).any():
        return DECIBEL
    return POWER if np.median(known) < _BRIGHTEST else AMPLITUDE


def middle(height: int, width: int) -> Window:
    """A window in the middle of a grid."""
    high, wide = min(_PATCH, height), min(_PATCH, width)
    return Window((height - high) // 2, (width - wide) // 2, high, wide)


def read_radar(
    rasters: Rasters, images: Sequence[RadarImage], unit: str, dates: DateArray, window: Window
) -> FloatArray:
    """Radar of a window, (R, 2, h, w) in dB; images that share a day are averaged.

    Args:
        rasters: on the grid of the stack.
        images: the passes.
        unit: of those that do not say.
        dates: (R,) their days, rising, each once.
        window: of the grid.
    """
    size = (2, window.height, window.width)
    total = np.zeros((len(dates), *size), np.float32)
    count = np.zeros_like(total)

    def seen(image: RadarImage) -> FloatArray:
        return in_decibel(_numbers(rasters, image, window), image.unit or unit)

    passes = beside(seen, images, little=window.is_small)
    level(passes, [image.orbit for image in images])
    for image, decibel in zip(images, passes):
        r = int(np.searchsorted(dates, image.date))
        good = np.isfinite(decibel)
        total[r] += np.where(good, decibel, 0)
        count[r] += good
    return np.where(count > 0, total / np.maximum(count, 1), np.float32(np.nan))


def in_decibel(numbers: FloatArray, unit: str) -> FloatArray:
    """Numbers of a unit in dB; NaN where there is no logarithm."""
    if unit == DECIBEL:
        return numbers
    factor = 10.0 if unit == POWER else 20.0
    positive = np.where(numbers > 0, numbers, np.float32(np.nan))
    return np.asarray(factor * np.log10(positive), np.float32)


def level(passes: list[FloatArray], orbits: Sequence[str]) -> None:
    """Take the offset between orbits out of passes (2, h, w) in dB, in place.

    Only orbits with at least three passes take part, and only if there are two of them.
    """
    counts = Counter(orbit for orbit in orbits if orbit)
    known = [orbit for orbit, number in counts.items() if number >= _FEWEST]
    if len(known) < 2:
        return
    own = {}
    for orbit in known:
        of_orbit = np.stack([p for p, o in zip(passes, orbits) if o == orbit])
        good = np.isfinite(of_orbit)
        number = good.sum(axis=0)
        mean = np.where(good, of_orbit, 0).sum(axis=0) / np.maximum(number, 1)
        own[orbit] = np.where(number >= _FEWEST, mean, np.nan).astype(np.float32)
    everything = np.stack(list(own.values()))
    good = np.isfinite(everything)
    shared = np.where(good, everything, 0).sum(axis=0) / np.maximum(good.sum(axis=0), 1)
    for i, orbit in enumerate(orbits):
        if orbit in own:
            passes[i] = passes[i] + np.nan_to_num(shared - own[orbit])


def apart(orbit: str, lacks: str) -> str:
    """An orbit, kept apart from the same one of images to which more was done."""
    return f"{orbit} without {lacks}" if orbit and lacks else orbit


def in_words(images: Sequence[RadarImage], unit: str) -> str:
    """The units of passes, how many orbits are known, and what was not done to them.

    Args:
        images: the passes.
        unit: of those that do not say.
    """
    units = sorted({image.unit or unit for image in images})
    orbits = {image.orbit for image in images if image.orbit}
    words = [" and ".join(units), *([f"{len(orbits)} orbits"] if len(orbits) > 1 else [])]
    for lacks, number in Counter(image.lacks for image in images if image.lacks).items():
        which = f"{number} of {len(images)} images " if number < len(images) else ""
        words.append(f"{which}without {lacks}")
    return ", ".join(words)


def _numbers(rasters: Rasters, image: RadarImage, window: Window) -> FloatArray:
    """The numbers (2, h, w) of an image as float32, NaN where it saw nothing."""
    if image.swath is not None:
        return image.swath.read(rasters, window)[[band - 1 for band in image.bands]]
    integer = np.issubdtype(np.dtype(image.raster.dtype), np.integer)
    outside = 0.0 if integer else np.nan
    raw: RawArray = rasters.read(
        image.raster, window, image.bands, resampling="bilinear", outside=outside
    )
    numbers = raw.astype(np.float32) * np.float32(image.raster.scale)
    numbers += np.float32(image.raster.offset)
    good = np.isfinite(numbers)
    if image.raster.nodata is not None:
        good &= raw != image.raster.nodata
    good &= raw != 0  # exactly 0 is how exports fill the ground off the orbit
    return np.where(good, numbers, np.float32(np.nan))
