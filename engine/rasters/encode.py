"""From reflectance back to the numbers of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from kairos.engine.arrays import FloatArray, RawArray
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
        """What stands for no data: the declared value, else NaN where the type knows it, else 0."""
        if self.nodata is not None:
            return self.nodata
        return float("nan") if np.issubdtype(self.dtype, np.floating) else 0.0

    def holds_as(self, other: Encoding) -> bool:
        """Whether the same numbers mean the same reflectance."""
        return (self.dtype, self.scale, self.offset) == (other.dtype, other.scale, other.offset)

    def numbers(self, reflectance: FloatArray) -> RawArray:
        """Reflectance as numbers of the file, never equal to nodata except where NaN.

        Unsigned integers are at least 1, and without a declared nodata value no number is 0: where
        every band is 0 there is no data by custom.
        """
        holes = np.isnan(reflectance)
        values = (np.clip(np.where(holes, 0, reflectance), 0, 1) - self.offset) / self.scale
        forbidden = 0.0 if self.nodata is None else self.nodata
        if np.issubdtype(self.dtype, np.integer):
            info = np.iinfo(self.dtype)  # type: ignore[type-var]
            lowest = 1 if info.min == 0 else info.min
            values = _beside(np.clip(np.rint(values), lowest, info.max), forbidden, 1, info.max)
        else:
            values = _beside(values, forbidden, 1e-4 / self.scale, np.inf)
        numbers = values.astype(self.dtype)
        numbers[holes] = self.empty
        return numbers


def _beside(values: FloatArray, forbidden: float, step: float, highest: float) -> FloatArray:
    """Values with the forbidden one moved a step up, or down at the top of the range."""
    moved = forbidden + step if forbidden + step <= highest else forbidden - step
    return np.asarray(np.where(values == forbidden, moved, values))
