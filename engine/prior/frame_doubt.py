"""Doubt of a frame that teaches itself: more deep in a gap, and where two ways to tell differ.

The regression of a frame knows how far it was off on blocks of clear ground that were held out.
That holds for gaps of that size and for pixels like these; how it changes from there was learned
from the errors of all training stacks under clouds that were laid over them (docs/research.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.prior.rim import sight

_DEEPER = np.float32(-0.1)
"""Power of the clear ground around a pixel."""


class _Witness(NamedTuple):
    """What an estimate is compared with: how doubt grows where they differ."""

    scale: float
    power: float
    """Of one and the difference, in units of the doubt of held-out blocks."""


_FACTORS, _PRIOR = _Witness(0.62, 0.6), _Witness(0.73, 0.2)


def frame_doubt(
    sigma: FloatArray, clear: BoolArray, differs: FloatArray, *, from_factors: bool
) -> FloatArray:
    """Sigma (C, h, w) of the estimates of a frame where it shows nothing.

    Args:
        sigma: (C,) of held-out blocks.
        clear: (h, w) what the frame shows.
        differs: (C, h, w) the estimate less what the factors of the pixels say, or where there
            are none less the temporal prior.
        from_factors: which of the two.
    """
    witness = _FACTORS if from_factors else _PRIOR
    apart = np.tensordot(1 / (len(sigma) * sigma), np.abs(differs), 1)
    share = np.float32(witness.scale) * sight(clear) ** _DEEPER
    share *= (1 + apart) ** np.float32(witness.power)
    return np.asarray(sigma[:, None, None] * share, np.float32)
