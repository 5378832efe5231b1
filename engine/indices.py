"""Spectral indices: from the bands of a pixel to one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable

import numpy as np

from kairos.engine.arrays import FloatArray
from kairos.engine.errors import BandError, RequestError


@dataclass(frozen=True)
class Index:
    """A spectral index: its name, the bands it needs in order, and its formula."""

    name: str
    bands: tuple[tuple[str, ...], ...]
    """For each operand the bands that can serve, best first."""
    formula: Callable[..., FloatArray]
    source: str

    def positions(self, bands: Sequence[str]) -> list[int]:
        """Where the operands stand among the bands of a stack.

        Raises:
            BandError: if an operand has no band in the stack.
        """
        found = []
        for choices in self.bands:
            band = next((b for b in choices if b in bands), None)
            if band is None:
                raise BandError(
                    f"{self.name} needs band {' or '.join(choices)}, but the stack has only "
                    f"{', '.join(bands)}; choose another index or add the band."
                )
            found.append(list(bands).index(band))
        return found

    def __call__(self, reflectance: FloatArray, bands: Sequence[str]) -> FloatArray:
        """The index of reflectance (..., C, H, W) or (C,), with bands along axis -3 or 0."""
        axis = 0 if reflectance.ndim == 1 else -3
        operands = [np.take(reflectance, i, axis=axis) for i in self.positions(bands)]
        return self.formula(*operands).astype(np.float32)


def _ratio(a: FloatArray, b: FloatArray) -> FloatArray:
    total = a + b
    safe = np.where(np.abs(total) < 1e-6, np.float32(1e-6), total)
    return np.asarray(np.clip((a - b) / safe, -1, 1), np.float32)


def _evi(nir: FloatArray, red: FloatArray, blue: FloatArray) -> FloatArray:
    below = nir + 6 * red - 7.5 * blue + 1
    safe = np.where(np.abs(below) < 1e-3, np.float32(1e-3), below)
    return np.asarray(np.clip(2.5 * (nir - red) / safe, -1, 2), np.float32)


_NIR = ("B08", "B8A")

INDICES: dict[str, Index] = {
    index.name: index
    for index in (
        Index("NDVI", (_NIR, ("B04",)), _ratio, "Rouse et al. 1974"),
        Index("EVI", (_NIR, ("B04",), ("B02",)), _evi, "Huete et al. 2002"),
        Index("NDWI", (("B03",), _NIR), _ratio, "McFeeters 1996"),
        Index("NDMI", (_NIR, ("B11",)), _ratio, "Gao 1996"),
        Index("NBR", (_NIR, ("B12",)), _ratio, "Key and Benson 2006"),
    )
}


def index_named(name: str) -> Index:
    """The index of that name, whatever its case.

    Raises:
        RequestError: if there is none.
    """
    index = INDICES.get(name.upper())
    if index is None:
        raise RequestError(f"There is no index {name}; the indices are {', '.join(INDICES)}.")
    return index


def indices_of(bands: Sequence[str]) -> list[str]:
    """The names of the indices that the bands of a stack allow."""
    return [
        name
        for name, index in INDICES.items()
        if all(any(band in bands for band in choices) for choices in index.bands)
    ]
