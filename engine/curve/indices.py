"""Spectral indices: from the bands of a pixel to one number.

Names, formulas and references follow the catalogue of Montero et al. (2023), Awesome Spectral
Indices, doi:10.1038/s41597-023-02096-0, for what Sentinel-2 sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kairos.engine.arrays import FloatArray
from kairos.engine.curve.expression import Expression, is_band
from kairos.engine.errors import RequestError


@dataclass(frozen=True)
class Index:
    """A spectral index: its name, its formula, and where its values lie."""

    name: str
    title: str
    """In words."""
    expression: Expression
    source: str
    """Who described it."""
    low: float = -np.inf
    """What lies beyond `low` and `high` is cut: dark ground divides by next to nothing."""
    high: float = np.inf

    @property
    def bands(self) -> tuple[tuple[str, ...], ...]:
        """For each operand the bands that can serve, best first."""
        return self.expression.choices()

    def positions(self, bands: Sequence[str]) -> list[int]:
        """Where the operands stand among the bands of a stack.

        Raises:
            BandError: if an operand has no band in the stack.
        """
        return self.expression.positions(bands, self.name)

    def __call__(self, reflectance: FloatArray, bands: Sequence[str]) -> FloatArray:
        """The index of reflectance (..., C, H, W) or (C,), with bands along axis -3 or 0.

        NaN where a formula of the person's own has no value; never for a known index.
        """
        return self.along(reflectance, bands, 0 if reflectance.ndim == 1 else -3)

    def along(self, reflectance: FloatArray, bands: Sequence[str], axis: int) -> FloatArray:
        """The same with the bands along any axis, which goes away."""
        operands = [np.take(reflectance, i, axis=axis) for i in self.positions(bands)]
        return np.clip(self.expression(operands), self.low, self.high).astype(np.float32)


def _known(
    name: str, title: str, formula: str, source: str, low: float = -1, high: float = 1
) -> Index:
    return Index(name, title, Expression.parse(formula), source, low, high)


INDICES: dict[str, Index] = {
    index.name.upper(): index
    for index in (
        _known("NDVI", "Vegetation", "(N - R) / (N + R)", "Rouse et al. 1974"),
        _known(
            "EVI",
            "Enhanced vegetation",
            "2.5 * (N - R) / (N + 6 * R - 7.5 * B + 1)",
            "Huete et al. 1997",
            high=2,
        ),
        _known(
            "EVI2",
            "Enhanced vegetation, two bands",
            "2.5 * (N - R) / (N + 2.4 * R + 1)",
            "Jiang et al. 2008",
            high=2,
        ),
        _known(
            "SAVI",
            "Soil-adjusted vegetation",
            "1.5 * (N - R) / (N + R + 0.5)",
            "Huete 1988",
            high=2,
        ),
        _known(
            "OSAVI",
            "Optimised soil-adjusted vegetation",
            "(N - R) / (N + R + 0.16)",
            "Rondeaux et al. 1996",
        ),
        _known(
            "MSAVI",
            "Modified soil-adjusted vegetation",
            "0.5 * (2 * N + 1 - sqrt(max((2 * N + 1) ** 2 - 8 * (N - R), 0)))",
            "Qi et al. 1994",
            high=2,
        ),
        _known(
            "NIRv", "Near infrared of vegetation", "(N - R) / (N + R) * N", "Badgley et al. 2017"
        ),
        _known("GNDVI", "Green vegetation", "(N - G) / (N + G)", "Gitelson et al. 1996"),
        _known("NDREI", "Red edge (NDRE)", "(N - RE1) / (N + RE1)", "Gitelson and Merzlyak 1994"),
        _known(
            "NDVI705",
            "Vegetation at the red edge",
            "(RE2 - RE1) / (RE2 + RE1)",
            "Gitelson and Merzlyak 1994",
        ),
        _known("CIRE", "Chlorophyll, red edge", "N / RE1 - 1", "Gitelson et al. 2003", high=20),
        _known("SeLI", "Leaf area", "(N2 - RE1) / (N2 + RE1)", "Pasqualotto et al. 2019"),
        _known("PSRI", "Senescence", "(R - B) / RE2", "Merzlyak et al. 1999"),
        _known("NDYI", "Yellowness", "(G - B) / (G + B)", "Sulik and Long 2016"),
        _known("GLI", "Green leaf", "(2 * G - R - B) / (2 * G + R + B)", "Louhaichi et al. 2001"),
        _known("NDWI", "Open water", "(G - N) / (G + N)", "McFeeters 1996"),
        _known("MNDWI", "Open water, modified", "(G - S1) / (G + S1)", "Xu 2006"),
        _known("NDCI", "Chlorophyll in water", "(RE1 - R) / (RE1 + R)", "Mishra and Mishra 2012"),
        _known("NDTI", "Turbidity", "(R - G) / (R + G)", "Lacaux et al. 2007"),
        _known("NDMI", "Moisture", "(N - S1) / (N + S1)", "Gao 1996"),
        _known("NDSI", "Snow", "(G - S1) / (G + S1)", "Riggs et al. 1994"),
        _known("NBR", "Burn", "(N - S2) / (N + S2)", "Key and Benson 2006"),
        _known("NBR2", "Burn, shortwave", "(S1 - S2) / (S1 + S2)", "USGS"),
        _known("NDBI", "Built-up", "(S1 - N) / (S1 + N)", "Zha et al. 2003"),
    )
}
"""By name in capitals."""


@lru_cache(maxsize=32)
def index_named(name: str) -> Index:
    """The index of that name, whatever its case, or the one that a formula over bands defines.

    Raises:
        RequestError: if there is none, or the formula cannot be read.
    """
    index = INDICES.get(name.strip().upper())
    if index is not None:
        return index
    if name.strip().isidentifier() and not is_band(name.strip()):
        known = ", ".join(i.name for i in INDICES.values())
        raise RequestError(f"There is no index {name}; the indices are {known}.")
    expression = Expression.parse(name)
    return Index(expression.text, "", expression, "")


def indices_of(bands: Sequence[str]) -> list[str]:
    """The names of the indices that the bands of a stack allow."""
    return [
        index.name
        for index in INDICES.values()
        if all(any(band in bands for band in choices) for choices in index.bands)
    ]
