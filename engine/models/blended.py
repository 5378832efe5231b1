"""A frame from a start and a model's answers, by their shares."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.method import Estimate, Source
from kairos.engine.models.anchor import Anchor
from kairos.engine.models.gate import Blend, mix

Refined = tuple[list[FloatArray], FloatArray]
"""Where a model moves a start to, each (C, h, w), and its doubt (C, h, w)."""


def blended(anchor: Anchor, moved_to: Refined, blend: Blend, unseen: BoolArray) -> Estimate:
    """The start of a day, moved by the shares of the answers.

    Args:
        anchor: the start.
        moved_to: the answers.
        blend: their shares.
        unseen: (h, w) pixels that no day saw; they stay without a value.
    """
    (found, scale), hidden = moved_to, ~anchor.clear
    mean, sigma = anchor.start.copy(), anchor.sigma.copy()
    moved = mean + mix([answer - mean for answer in found], blend)
    share = np.float32(sum(blend))
    good = hidden & np.isfinite(moved).all(axis=0) & np.isfinite(scale).all(axis=0)
    np.copyto(mean, moved, where=good)
    np.copyto(sigma, sigma + share * (scale - sigma), where=good)
    source = np.where(hidden, Source.MODEL, Source.OBSERVED).astype(np.uint8)
    sigma[:, anchor.clear] = 0
    hole = unseen & hidden
    mean[:, hole], sigma[:, hole], source[hole] = np.nan, np.nan, Source.UNSEEN
    return Estimate(mean[None], sigma[None], source[None])
