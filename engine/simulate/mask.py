"""A scene classification as Sen2Cor would draw it, with its usual mistakes.

Classes follow the Sentinel-2 L2A product: 3 shadow, 4 vegetation, 5 bare, 6 water,
7 unclassified, 8 and 9 cloud of medium and high probability, 10 cirrus. The map is made on
20 m, misses the thin edges of clouds and takes weak haze for ground, and now and then sees a
cloud in a bright roof.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .clouds import Sky
from .noise import Float
from .spectra import BANDS

NODATA, SHADOW, VEGETATION, BARE, WATER, UNCLASSIFIED = 0, 3, 4, 5, 6, 7
CLOUD_MEDIUM, CLOUD_HIGH, CIRRUS = 8, 9, 10

USABLE = (VEGETATION, BARE, WATER, UNCLASSIFIED)
"""Classes under which the ground is taken as seen."""


def classify(seen: Float, sky: Sky) -> npt.NDArray[np.uint8]:
    """Classify frames ``(T, C, H, W)`` under their sky, uint8 ``(T, H, W)``."""
    blue, red, near, short = (
        _coarse(seen[:, BANDS.index(name)]) for name in ("B02", "B04", "B08", "B11")
    )
    cloud, shadow, haze = _coarse(sky.cloud), _coarse(sky.shadow), _coarse(sky.haze)
    ndvi = (near - red) / (near + red)
    scl = np.where(ndvi > 0.36, VEGETATION, BARE)
    scl[(ndvi < 0.12) & (short < 0.09) & (near < 0.08)] = WATER
    scl[(ndvi < 0.08) & (blue > 0.12) & (scl != WATER)] = UNCLASSIFIED
    scl[(blue > 0.20) & (ndvi < 0.12)] = CLOUD_MEDIUM
    scl[haze > 0.035] = CIRRUS
    scl[shadow > 0.07] = SHADOW
    scl[cloud > 0.045] = CLOUD_MEDIUM
    scl[cloud > 0.40] = CLOUD_HIGH
    height, width = seen.shape[-2:]
    return np.repeat(np.repeat(scl, 2, 1), 2, 2)[:, :height, :width].astype(np.uint8)


def _coarse(images: Float) -> Float:
    """Mean of each two by two pixels; an odd last row or column is doubled."""
    height, width = images.shape[-2:]
    even = np.pad(images, ((0, 0), (0, height % 2), (0, width % 2)), mode="edge")
    return np.asarray(
        (even[:, ::2, ::2] + even[:, 1::2, ::2] + even[:, ::2, 1::2] + even[:, 1::2, 1::2]) / 4,
        np.float32,
    )
