"""How sure a ratio is: resampling blocks of 32 x 32 pixels and one date (Kunsch 1989).

Neighbouring pixels err together, so pixels are no sample; blocks nearly are. Over several
stacks, sites are drawn first and blocks within each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SIDE = 32
"""Pixels along a block."""

_DRAWS = 1000
_BOUNDS = (0.05, 0.95)
"""The interval holds nine draws in ten."""

Sums = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Blocks:
    """Summed absolute errors of a model and of the baseline, block by block."""

    model: Sums
    """(B,)"""
    baseline: Sums
    """(B,)"""

    @property
    def ratio(self) -> float:
        """Error of the model relative to the baseline's; 1 where neither errs."""
        return float(_ratio(self.model.sum(), self.baseline.sum()))


def interval(blocks: Blocks, seed: int) -> tuple[float, float]:
    """The 90 % interval of the ratio of one stack."""
    return _bounds(_redrawn(blocks, np.random.default_rng(seed)))


def interval_of_mean(sites: Sequence[Blocks], seed: int) -> tuple[float, float]:
    """The 90 % interval of the mean ratio over sites: sites first, then blocks within each."""
    rng = np.random.default_rng(seed)
    ratios = np.stack([_redrawn(site, rng) for site in sites])
    chosen = rng.integers(len(sites), size=(len(sites), _DRAWS))
    return _bounds(np.take_along_axis(ratios, chosen, axis=0).mean(axis=0))


def _redrawn(blocks: Blocks, rng: np.random.Generator) -> Sums:
    """The ratio of each of a thousand draws of as many blocks, with replacement."""
    count = len(blocks.model)
    times = rng.multinomial(count, np.full(count, 1 / count), size=_DRAWS)
    return np.asarray(_ratio(times @ blocks.model, times @ blocks.baseline))


def _ratio(model: npt.ArrayLike, baseline: npt.ArrayLike) -> Sums:
    above, below = np.asarray(model, np.float64), np.asarray(baseline, np.float64)
    perfect = np.where(above > 0, np.inf, 1.0)
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), perfect)


def _bounds(ratios: Sums) -> tuple[float, float]:
    low, high = np.quantile(ratios, _BOUNDS, method="nearest")
    return float(low), float(high)
