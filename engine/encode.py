"""From reflectance back to the numbers of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, RawArray
from kairos.engine.stack import Frame


@dataclass(frozen=True)
class Encoding:
    """How a file holds reflectance."""

    dtype: np.dtype[np.generic]
    nodata: Optional[float]
    scale: float
    offset: float

    @classmethod
    def of(cls, frame: Frame) -> Encoding:
        """The encoding of a frame."""
        return cls(np.dtype(frame.raster.dtype), frame.raster.nodata, frame.scale, frame.offset)

    @property
    def empty(self) -> float:
        """What stands for no data: the declared value, else 0."""
        return 0.0 if self.nodata is None else self.nodata

    def numbers(self, reflectance: FloatArray) -> RawArray:
        """Reflectance as numbers of the file, never equal to nodata except where NaN.

        Without a declared nodata value a number is at least 1 (of integers), because 0 in every
        band counts as nodata.
        """
        holes = np.isnan(reflectance)
        values = (np.clip(np.where(holes, 0, reflectance), 0, 1) - self.offset) / self.scale
        if np.issubdtype(self.dtype, np.integer):
            info = np.iinfo(self.dtype)  # type: ignore[type-var]
            values = np.clip(np.rint(values), info.min, info.max)
            values = _beside(values, self.empty, 1, info.max)
        elif self.nodata is not None and np.isfinite(self.nodata):
            values = _beside(values, self.empty, 1e-4 / self.scale, np.inf)
        numbers = values.astype(self.dtype)
        numbers[holes] = self.empty
        return numbers


def compose(raw: RawArray, usable: BoolArray, fill: FloatArray, encoding: Encoding) -> RawArray:
    """The numbers of a cleaned frame: as they were where usable, filled elsewhere.

    Args:
        raw: (C, h, w) as the file holds them.
        usable: (h, w).
        fill: (C, h, w) reflectance, NaN where no day saw the pixel.
        encoding: of the file.
    """
    return np.where(usable, raw, encoding.numbers(fill))


def _beside(values: FloatArray, forbidden: float, step: float, highest: float) -> FloatArray:
    """Values with the forbidden one moved a step up, or down at the top of the range."""
    moved = forbidden + step if forbidden + step <= highest else forbidden - step
    return np.asarray(np.where(values == forbidden, moved, values))
