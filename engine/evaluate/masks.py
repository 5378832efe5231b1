"""Simulated cloud masks for stacks that have too few clouds of their own."""

from __future__ import annotations

import numpy as np

from kairos.engine.arrays import BoolArray
from kairos.engine.simulate.clouds import draw_sky

_COUNT = 8
_OPAQUE = 0.05
"""Opacity from which a mask would call a pixel cloudy."""


def simulated_masks(size: tuple[int, ...], seed: int) -> BoolArray:
    """Eight masks (8, h, w), True = cloud or its shadow, from light to heavy cover."""
    rng = np.random.default_rng((seed, 5))
    height, width = size
    sun = rng.uniform(0.4, 1.1, _COUNT).astype(np.float32)
    azimuth = rng.uniform(2.4, 3.1, _COUNT).astype(np.float32)
    sky = draw_sky(rng, (height, width), np.linspace(0.15, 0.6, _COUNT), sun, azimuth)
    return np.asarray(np.maximum(sky.cloud, sky.shadow) > _OPAQUE)
