"""Which pixels of a series are cloud, or its shadow, where no mask says so.

Cloud is bright where the ground was dark: a pixel is cloudy when, in the band of the shortest
wavelength, it is brighter than its own dark looks of about that time. A shadow is darker in the
near infrared than the clear looks around it, and no brighter in the first band. Both reach a
little further than they are seen: masks of products are drawn generously, and so are these.

Thin cloud over bright ground, and cloud on every look at a place, are missed. How good this is on
real stacks is measured by `kairos evaluate --task masks` and written down in docs/masks.md.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.prior.box import box_sum

MARGIN = 5
"""Pixels around a pixel that its verdict looks at: 1 to smooth, 4 to reach further."""

_DARK = 0.1
"""The share of a pixel's looks that are darker than its dark level: it stands more of them cloudy
than any other choice."""

_SOFT = 0.03
"""Looks that are brighter than the dark level by this count a third for the ground."""

_BRIGHTER, _BRIGHTER_RED = 0.05, 0.07
_RELATIVE = 0.25
"""Reflectance above the ground from which a look is cloud, more over bright ground. Red changes
more with the seasons than blue; but bare ground, which is bright in it, is dark in the infrared."""

_FALLEN = -0.02
"""The infrared of cloud over the usual one is at least this, where it is to tell the two apart."""

_BRIGHT_GROUND = 0.06
_SHADE = 0.6
"""A shadow leaves less than this of the near infrared."""

_NOT_BRIGHTER = 0.01
_BANDWIDTH = 20.0
"""Days over which the ground stays as it is."""

_FAR = 1e-4
_REACH = 4
_REACHED = 0.3
"""Pixels around it, and the share of them in cloud, that make a pixel cloudy."""


def detect(
    first: FloatArray,
    infrared: Optional[FloatArray],
    valid: BoolArray,
    days: FloatArray,
    *,
    red: bool = False,
) -> BoolArray:
    """Where a series is cloudy or in shadow, (T, h, w).

    Args:
        first: (T, h, w) reflectance of the band of the shortest wavelength.
        infrared: (T, h, w) of the near infrared; None if there is none, then shadows are missed.
        valid: (T, h, w) where there is any data.
        days: (T,) days since any day; several looks may share one.
        red: whether the first band is red or beyond, since there is neither blue nor green.
    """
    near = box_sum(valid.astype(np.float32), 1)
    level = _smooth(first, valid, near)
    above = level - _dark_level(level, valid)
    weight = np.where(valid, np.exp(-np.maximum(above, 0) / _SOFT), 0).astype(np.float32)
    kernel = np.exp(-0.5 * ((days[:, None] - days[None]) / _BANDWIDTH) ** 2) + _FAR
    kernel = kernel.astype(np.float32)
    ground = _mean(kernel, level, weight)
    excess = level - ground
    least = _BRIGHTER_RED if red else _BRIGHTER
    cloudy = excess > least + _RELATIVE * np.clip(ground - _BRIGHT_GROUND, 0, 0.2)
    if infrared is not None:
        light = _smooth(infrared, valid, near)
        usual = _mean(kernel, light, np.where(excess < _SOFT, weight, 0).astype(np.float32))
        if red:
            cloudy &= light - usual > _FALLEN
        cloudy |= (light < _SHADE * usual) & (excess < _NOT_BRIGHTER)
    cloudy &= valid
    around = box_sum(cloudy.astype(np.float32), _REACH)
    ones = box_sum(np.ones_like(first[:1]), _REACH)
    reached = (cloudy | (around > _REACHED * ones)) & valid
    # Ground that no look would show keeps its darkest looks: better than no picture of it.
    hidden = ~(valid & ~reached).any(axis=0)
    return np.asarray(reached & ~(hidden & (above < _SOFT)))


def _smooth(values: FloatArray, valid: BoolArray, near: FloatArray) -> FloatArray:
    """Means over 3 x 3 pixels with data; 0 where there are none."""
    known = np.where(valid, values, 0).astype(np.float32)
    return np.asarray(box_sum(known, 1) / np.maximum(near, 1))


def _dark_level(level: FloatArray, valid: BoolArray) -> FloatArray:
    """The level (h, w) that a tenth of the looks with data lie below."""
    ordered = np.sort(np.where(valid, level, np.float32(np.inf)), axis=0)
    rank = (_DARK * (np.maximum(valid.sum(axis=0), 1) - 1)).astype(np.int64)
    dark = np.take_along_axis(ordered, rank[None], axis=0)[0]
    return np.where(np.isfinite(dark), dark, np.float32(0))


def _mean(kernel: FloatArray, values: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted means over time, (T, h, w)."""
    flat = weight.reshape(len(weight), -1)
    total = kernel @ (values.reshape(flat.shape) * flat)
    total /= np.maximum(kernel @ flat, np.float32(1e-9))
    return np.asarray(total.reshape(values.shape))
