"""What a method is: prepare once, ask often.

A method is fitted to a sample of the stack, prepares a tile (all that depends on the pixels)
and then estimates any days of it (all that depends on the question). Remove clouds, the date
slider and the curve are three ways of asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kairos.engine.arrays import BoolArray, ByteArray, DateArray, FloatArray
from kairos.engine.stack import Tile

State = TypeVar("State")
Scalar = TypeVar("Scalar", bound=np.generic)


class Source(IntEnum):
    """Where a pixel of a reconstructed frame comes from."""

    UNSEEN = 0
    OBSERVED = 1
    SCENE = 2
    TIME = 3
    MODEL = 4


@dataclass(frozen=True)
class Estimate:
    """Reconstructed frames: D days, C bands, h x w pixels."""

    mean: FloatArray
    """(D, C, h, w) reflectance. What was observed clear on that day stands as it was seen;
    NaN where no day saw the pixel."""
    sigma: FloatArray
    """(D, C, h, w) reflectance: mean +- 1.645 sigma holds the truth nine times in ten;
    0 where observed."""
    source: ByteArray
    """(D, h, w), codes of `Source`."""

    def cut(self, place: tuple[slice, slice]) -> Estimate:
        """The rows and columns of a part."""
        rows, cols = place
        return Estimate(
            self.mean[..., rows, cols], self.sigma[..., rows, cols], self.source[..., rows, cols]
        )

    def of_pixel(self, row: int, col: int) -> Estimate:
        """One pixel of it, (D, C, 1, 1)."""
        return self.cut((slice(row, row + 1), slice(col, col + 1)))


class Method(Protocol[State]):
    """A way of reconstructing, fitted to one stack."""

    margin: ClassVar[int]
    """Pixels around a tile that its estimate looks at."""

    @classmethod
    def fit(cls, sample: Sequence[Tile]) -> Method[State]:
        """Learn what can be learned from a sample of the stack itself."""

    def prepare(self, tile: Tile) -> State:
        """All work that does not depend on the days asked for."""

    def estimate(self, state: State, dates: DateArray) -> Estimate:
        """The frames of these days, acquired or not."""


@runtime_checkable
class FrameByFrame(Protocol):
    """A method that learns each frame when it is first asked for, from a sample that it keeps."""

    def learn(self, position: int) -> object:
        """Learn the frame at a place among the dates."""

    def lean(self) -> Method[Any]:
        """The same without the sample, for the frames that it has learned."""


@runtime_checkable
class Foresighted(Protocol):
    """A method that does what several days share before they are asked for side by side."""

    def expect(self, state: object, dates: DateArray) -> None:
        """These days will be asked for."""


@runtime_checkable
class Quick(Protocol):
    """A method that leaves some days to a quicker one where a single pixel is asked."""

    @property
    def over_time(self) -> Method[Any]:
        """What answers for a pixel by itself, on days that show nothing of it."""


def with_observations(
    tile: Tile, dates: DateArray, mean: FloatArray, sigma: FloatArray, source: Source
) -> Estimate:
    """An estimate in which clear pixels are the observations and unseen pixels are NaN.

    Args:
        tile: the pixels.
        dates: (D,) the days estimated.
        mean: (D, C, h, w) estimate of every pixel; changed in place.
        sigma: (D, C, h, w) its doubt; changed in place.
        source: where the estimate comes from.
    """
    codes = np.full((len(dates), *tile.clear.shape[1:]), source, np.uint8)
    unseen = ~tile.clear.any(axis=0)
    codes[:, unseen] = Source.UNSEEN
    np.copyto(mean, np.float32(np.nan), where=unseen)
    np.copyto(sigma, np.float32(np.nan), where=unseen)
    for d, t in enumerate(positions(tile.dates, dates)):
        if t >= 0:
            np.copyto(mean[d], tile.reflectance[t], where=tile.clear[t])
            np.copyto(sigma[d], np.float32(0), where=tile.clear[t])
            codes[d][tile.clear[t]] = Source.OBSERVED
    return Estimate(mean, sigma, codes)


def positions(dates: DateArray, asked: DateArray) -> list[int]:
    """For each asked day its place among the acquired ones, or -1."""
    found = np.searchsorted(dates, asked)
    inside = np.minimum(found, len(dates) - 1)
    return [int(i) if dates[i] == day else -1 for i, day in zip(inside, asked)]


def clear_pixels(tiles: Sequence[Tile], most: int) -> tuple[FloatArray, BoolArray]:
    """A thinned set of pixel series of a sample: reflectance (T, C, N) and clear (T, N)."""
    values = thinned([tile.reflectance for tile in tiles], most)
    clear = thinned([tile.clear[:, None] for tile in tiles], most)
    return values, clear[:, 0]


def thinned(images: Sequence[NDArray[Scalar]], most: int) -> NDArray[Scalar]:
    """Every so many pixels of some images (T, C, h, w), so that about `most` stay: (T, C, N)."""
    total = sum(image.shape[2] * image.shape[3] for image in images)
    step = max(1, -(-total // most))
    return np.concatenate(
        [
            image.reshape(*image.shape[:2], image.shape[2] * image.shape[3])[..., ::step]
            for image in images
        ],
        axis=-1,
    )
