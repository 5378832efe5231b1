"""Images of reflectance and of error as PNG data URIs, ready for a page."""

from __future__ import annotations

import warnings
from base64 import b64encode
from dataclasses import dataclass

import numpy as np
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from kairos.engine.arrays import BoolArray, ByteArray, FloatArray

_HIDDEN = (214, 218, 222)
_WORST = np.float32(0.1)
"""Error (reflectance, mean over bands) that is drawn darkest."""
_SMALLEST = 160
"""Pixels that an image is blown up to at least, so that a browser keeps them square."""
_COLOURS = (("B04", "B03", "B02"), ("B08", "B04", "B03"), ("B08", "B04", "B04"))


@dataclass(frozen=True)
class Stretch:
    """Which bands are red, green and blue, and the reflectance that is black and white."""

    bands: tuple[int, int, int]
    low: FloatArray
    """(3, 1, 1)"""
    high: FloatArray

    @classmethod
    def of(cls, image: FloatArray, known: BoolArray, names: tuple[str, ...]) -> Stretch:
        """A stretch of an image (C, h, w) that leaves out the darkest and brightest percent."""
        bands = _colours(names)
        shown = image[list(bands)][:, known]
        low, high = np.quantile(shown, [0.01, 0.99], axis=1).astype(np.float32)
        return cls(bands, low[:, None, None], np.maximum(high, low + 0.01)[:, None, None])

    def __call__(self, image: FloatArray, shown: BoolArray) -> str:
        """An image (C, h, w) in colours; grey where not shown."""
        share = (image[list(self.bands)] - self.low) / (self.high - self.low)
        pixels = (np.clip(np.nan_to_num(share), 0, 1) ** 0.8 * 255).round().astype(np.uint8)
        pixels[:, ~shown] = np.array(_HIDDEN, np.uint8)[:, None]
        return png(pixels)


def error_image(image: FloatArray, truth: FloatArray, hidden: BoolArray) -> str:
    """The error (C, h, w) of the hidden pixels: white is right, dark red is off by 0.1 or more."""
    error = np.abs(image - truth).mean(axis=0)
    share = np.clip(np.nan_to_num(error) / _WORST, 0, 1) ** 0.7
    white, red = np.array([255, 252, 247]), np.array([122, 16, 26])
    pixels = white[:, None, None] + (red - white)[:, None, None] * share
    pixels = pixels.round().astype(np.uint8)
    pixels[:, ~hidden] = np.array(_HIDDEN, np.uint8)[:, None]
    return png(pixels)


def png(pixels: ByteArray) -> str:
    """An image (3, h, w) as a data URI."""
    times = max(1, _SMALLEST // max(pixels.shape[1:]))
    pixels = pixels.repeat(times, axis=1).repeat(times, axis=2)
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture lies nowhere
        with memory.open(
            driver="PNG", dtype="uint8", count=3, height=pixels.shape[1], width=pixels.shape[2]
        ) as file:
            file.write(pixels)
        return "data:image/png;base64," + b64encode(memory.read()).decode("ascii")


def _colours(names: tuple[str, ...]) -> tuple[int, int, int]:
    """True colour, else near infrared, red and green, else what there is."""
    for wanted in _COLOURS:
        if all(name in names for name in wanted):
            red, green, blue = (names.index(name) for name in wanted)
            return red, green, blue
    return len(names) - 1, len(names) // 2, 0
