"""Masks of every convention, brought to one: True = usable.

A mask file stands beside its frame as `<stem>_SCL.tif`, `<stem>_CLEAR.tif`, `<stem>_CLOUD.tif`
or `<stem>_QA.tif`; the first that exists, in this order, is the mask. What a person painted over it
by hand stands in `<stem>_BRUSH.tif`: 0 untouched, 1 usable, 2 cloud.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, RawArray

SCL_USABLE: tuple[int, ...] = (4, 5, 6, 7)
"""Sen2Cor classes taken as usable: vegetation, bare, water, unclassified."""

_BRIGHTER = 0.06

_QA60_CLOUD = (1 << 10) | (1 << 11)

VARIABLE = "KAIROS_CLEAR_CLASSES"
"""The classes that a person chose instead, such as 4,5,6; the dock tells its worker."""


def chosen_classes() -> tuple[int, ...]:
    """The Sen2Cor classes taken as usable: those in the environment, else the usual ones."""
    parts = [part.strip() for part in os.environ.get(VARIABLE, "").split(",")]
    return tuple(int(part) for part in parts if part.isdigit()) or SCL_USABLE


@dataclass(frozen=True)
class Convention:
    """What the numbers of a mask file mean."""

    suffix: str
    outside: int
    """The value that stands for ground which the mask does not cover (never usable)."""
    usable: Callable[[RawArray, Sequence[int]], BoolArray]
    rule: str


def _scl(values: RawArray, classes: Sequence[int]) -> BoolArray:
    return np.isin(values, np.asarray(classes))


def _clear(values: RawArray, classes: Sequence[int]) -> BoolArray:
    return np.asarray(values == 1)


def _cloud(values: RawArray, classes: Sequence[int]) -> BoolArray:
    return np.asarray(values == 0)


def _qa(values: RawArray, classes: Sequence[int]) -> BoolArray:
    known = np.isfinite(values)
    return np.asarray(known & (np.where(known, values, 0).astype(np.int64) & _QA60_CLOUD == 0))


CONVENTIONS: tuple[Convention, ...] = (
    Convention("_SCL", 0, _scl, "Sen2Cor classes {classes} usable"),
    Convention("_CLEAR", 0, _clear, "1 usable"),
    Convention("_CLOUD", 1, _cloud, "0 usable"),
    Convention("_QA", _QA60_CLOUD, _qa, "QA60 without bits 10 and 11 usable"),
)


BRUSH = "_BRUSH"
"""End of the name of what was painted by hand."""

UNTOUCHED, USABLE, CLOUD = 0, 1, 2
"""What its numbers mean."""


def brushed(usable: BoolArray, valid: BoolArray, brush: RawArray) -> BoolArray:
    """What is usable once the paint of a brush lies over the mask; all (h, w).

    Args:
        usable: by the mask.
        valid: pixels with data: nothing else can be painted usable.
        brush: `UNTOUCHED`, `USABLE` or `CLOUD`; other numbers are untouched.
    """
    return np.asarray((usable | ((brush == USABLE) & valid)) & (brush != CLOUD))


def without_missed_cloud(first_band: FloatArray, clear: BoolArray) -> BoolArray:
    """Clear pixels less those that look like cloud which the mask missed.

    These are brighter than the pixel's own median over time by more than 0.06. They are no truth
    to compare an estimate with; what fills gaps looks at them all the same, with its own guards.

    Args:
        first_band: (T, ...) reflectance of the band of the shortest wavelength.
        clear: (T, ...).
    """
    seen = clear.any(axis=0)
    median = np.zeros(seen.shape, np.float32)
    series = np.where(clear, first_band, np.float32(np.nan))[:, seen]
    median[seen] = np.nanmedian(series, axis=0)
    return np.asarray(clear & ~(first_band > median + np.float32(_BRIGHTER)))


def valid(values: RawArray, nodata: float | None) -> BoolArray:
    """Pixels (h, w) of a frame (C, h, w) in which no band is nodata or NaN.

    Without a declared nodata value a pixel that is 0 in every band counts as nodata: that is
    how exports fill the ground outside of an orbit.
    """
    if np.issubdtype(values.dtype, np.floating):
        good = np.isfinite(values).all(axis=0)
    else:
        good = np.ones(values.shape[-2:], bool)
    if nodata is None:
        return np.asarray(good & (values != 0).any(axis=0))
    if not np.isnan(nodata):
        good &= (values != nodata).all(axis=0)
    return np.asarray(good)
