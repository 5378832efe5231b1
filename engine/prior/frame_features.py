"""What scene regression looks at: the features of the pixels of one frame.

All are built without the frame itself, so that they mean the same on the pixels that it shows
(to learn from) and on those that it hides (to fill). In order, for C bands and K neighbours:

    C      the temporal prior of the frame, called the base
    C      the line between the looks around it
    K x C  the looks of the frames nearest in time and trust: the latest look up to an earlier
           frame, the next look from a later one on; the base where there is none on that side
    C      what the factors of the pixel say, where the stack was analysed
    C      3x3 means of that, where the stack was analysed
    C      3x3 means of the first neighbour
    C      3x3 means of the base
    2 x C  slopes down and across of what the factors say, or else of the base: no frame lies
           exactly on the others, and where it is off by a share of a pixel it differs from them by
           that share of the slope
    5      a low polynomial of the position in the stack
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

import numpy as np

from kairos.engine.arrays import FloatArray, IntArray
from kairos.engine.prior.box import box_mean
from kairos.engine.prior.temporal import TemporalState

PLACE = 5
"""Columns of position."""
_AS_THEY_ARE = 3
"""Of the images, those at the end that are no differences: means of the base, and slopes."""


def feature_count(bands: int, neighbours: int, *, latent: bool = False) -> int:
    """How many features a pixel has."""
    return bands * (neighbours + 2 * latent + 3 + _AS_THEY_ARE) + PLACE


class FrameFeatures:
    """The features of one frame on one prepared tile.

    Args:
        state: the tile.
        base: (C, h, w) the temporal prior of the frame.
        line: (C, h, w) the line between the looks around it.
        position: of the frame among the dates.
        neighbours: the frames to look at, the least far first.
    """

    def __init__(
        self,
        state: TemporalState,
        base: FloatArray,
        line: FloatArray,
        position: int,
        neighbours: Sequence[int],
    ) -> None:
        looks, count = state.looks, len(base)
        self._state, self._bands = state, count
        self._base, self._line = _flat(base), _flat(line)
        self._looks: list[tuple[FloatArray, FloatArray]] = []
        for s in neighbours:
            values, days = (
                (looks.last[s], looks.last_day[s])
                if s < position
                else (looks.next[s], looks.next_day[s])
            )
            self._looks.append((_flat(values[:count]), days.reshape(-1)))
        nearest = base
        if neighbours:
            values, days = self._looks[0]
            nearest = np.where(np.isfinite(days), values, self._base).reshape(base.shape)
        around, sharpest = [box_mean(nearest, 1), box_mean(base, 1)], base
        if state.latent is not None:
            sharpest = state.latent.frame(position).reshape(base.shape)
            around = [sharpest, box_mean(sharpest, 1), *around]
        self._around = [_flat(image) for image in (*around, *_slopes(sharpest))]

    def take(self, rows: Union[IntArray, slice], out: FloatArray) -> FloatArray:
        """Features (P, N) of the pixels at flat positions, written into `out`.

        A slice is copied as it lies, which is faster and lets other threads work meanwhile.
        """
        count = self._bands
        blocks = out[:-PLACE].reshape(-1, count, out.shape[1])
        _take(self._base, rows, blocks[0])
        _take(self._line, rows, blocks[1])
        for block, (values, days) in zip(blocks[2:], self._looks):
            _take(values, rows, block)
            missing = np.isinf(days[rows])
            if missing.any():
                np.copyto(block, blocks[0], where=missing)
        for block, values in zip(blocks[-len(self._around) :], self._around):
            _take(values, rows, block)
        out[-PLACE:] = self._place(
            np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        )
        return out

    def _place(self, rows: IntArray) -> FloatArray:
        tile = self._state.tile
        height, width = tile.shape
        down, across = np.divmod(rows, tile.clear.shape[2])
        y = (down + tile.window.row) * np.float32(2 / max(height - 1, 1)) - np.float32(1)
        x = (across + tile.window.col) * np.float32(2 / max(width - 1, 1)) - np.float32(1)
        return np.stack([y, x, y * x, y * y, x * x])


def as_differences(x: FloatArray, bands: int) -> None:
    """Turn all but the base, its means, slopes and place into differences to the base, in place.

    A penalty then holds back what they add to the base instead of what they repeat of it.

    Args:
        x: (P, N) features.
        bands: C.
    """
    blocks = x[:-PLACE].reshape(-1, bands, x.shape[1])
    blocks[1:-_AS_THEY_ARE] -= blocks[0]


def from_differences(slope: FloatArray, bands: int) -> FloatArray:
    """The same regression (P, C) for features as they come."""
    slope = slope.copy()
    blocks = slope[:-PLACE].reshape(-1, bands, slope.shape[1])
    blocks[0] -= blocks[1:-_AS_THEY_ARE].sum(axis=0)
    return slope


def _slopes(image: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How much (C, h, w) changes per pixel downwards and to the right; 0 at the rim."""
    down, across, half = np.zeros_like(image), np.zeros_like(image), np.float32(0.5)
    for plane, d, a in zip(image, down, across):  # one stays in the processor's cache
        np.multiply(plane[2:] - plane[:-2], half, out=d[1:-1])
        np.multiply(plane[:, 2:] - plane[:, :-2], half, out=a[:, 1:-1])
    return down, across


def _flat(image: FloatArray) -> FloatArray:
    return image.reshape(len(image), -1)


def _take(values: FloatArray, rows: Union[IntArray, slice], out: FloatArray) -> None:
    if isinstance(rows, slice):
        np.copyto(out, values[:, rows])
        return
    np.take(values, rows, axis=1, out=out, mode="clip")  # `clip` writes without a copy
