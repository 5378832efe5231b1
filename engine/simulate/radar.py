"""What Sentinel-1 sees: the water-cloud model, and speckle.

Backscatter is that of the leaves plus that of the soil seen through them,
``s = A L cos(i) (1 - t2) + t2 s_soil``, ``t2 = exp(-2 B L / cos(i))`` (Attema & Ulaby 1978,
doi:10.1029/RS013i002p00357), with the soil in dB linear in its moisture. Speckle is gamma
distributed with the number of looks of a GRD product.
"""

from __future__ import annotations

import numpy as np

from .land import Land
from .noise import Float, fractal, smooth
from .spectra import Cover
from .weather import Days

POLARISATIONS = ("VV", "VH")
"""Names of the radar bands, in order."""

LOOKS = 4.9
"""Equivalent number of looks of Sentinel-1 IW GRD."""

INCIDENCE = np.deg2rad(np.array([37.0, 42.0], np.float32))
"""Incidence angle of the two orbits."""

#                  arable  grass   garden  hedge   broad.  conifer
SCATTER = np.array(
    [
        [0.042, 0.038, 0.050, 0.052, 0.048, 0.042],  # VV
        [0.0110, 0.0075, 0.0110, 0.0135, 0.0125, 0.0105],  # VH
    ],
    np.float32,
)
"""``A``: what a dense canopy of each `Cover` scatters back, linear, ``(2, 6)``."""

ATTENUATION = np.array([0.20, 0.13], np.float32)
"""``B``: upright leaves stop VV more than VH."""

SOIL_DRY = np.array([-14.5, -22.5], np.float32)
SOIL_GAIN = np.array([5.0, 4.0], np.float32)
"""Backscatter of dry soil, and what full wetness adds, dB."""

#               water  asph.  gravel tile  slate  metal
HARD = np.array(
    [
        [-20.5, -15.0, -13.0, -4.5, -5.0, -1.0],
        [-27.5, -23.0, -20.5, -11.5, -12.0, -9.0],
    ],
    np.float32,
)
"""Backscatter of hard ground, dB: houses and streets make corners, ``(2, 6)``."""


def orbit_pattern(rng: np.random.Generator, land: Land) -> Float:
    """What each orbit sees brighter or darker at all times, dB ``(2, H, W)``: slopes, rows."""
    tilt = np.gradient(land.height, 10.0, axis=1)
    own = fractal(rng, land.size, 2.5, 2) * np.float32(0.35)
    side = np.array([1, -1], np.float32)[:, None, None]
    return np.asarray(own + np.clip(0.8 * side * tilt, -1.5, 1.5), np.float32)


def scatter(
    land: Land, area: Float, moisture: Float, orbit: Days, pattern: Float, looks: list[Float]
) -> Float:
    """Compute the backscatter of the land.

    Args:
        land: The land, ``(H, W)``.
        area: Area indices of each pixel, in the order of `Curves`, ``(4, R, H, W)``.
        moisture: Wetness of the soil, 0 to 1, ``(R,)``.
        orbit: Orbit of each date, 0 or 1, ``(R,)``.
        pattern: `orbit_pattern` of the land.
        looks: Speckle factors of mean 1, one ``(2, H, W)`` for each date.

    Returns:
        Backscatter in dB, VV then VH, float32 ``(R, 2, H, W)``.
    """
    leaves = area[0] + 0.35 * area[1]
    # Trunks and branches scatter without leaves.
    trunks = np.where(land.cover >= Cover.HEDGE, np.float32(2.6), 0)
    bulk = np.sqrt(np.maximum(area[3], trunks))
    cosine = np.cos(INCIDENCE[orbit])[:, None, None]
    wet = np.clip(moisture[:, None, None] * land.wetness, 0, 1)
    rough = 12.0 * np.log10(land.soil)
    seen = np.empty((len(orbit), 2, *land.parcel.shape), np.float32)
    for p in range(2):
        # The square root keeps dense canopies from outshining houses.
        through = np.exp(-2 * ATTENUATION[p] / cosine * leaves)
        canopy = SCATTER[p][land.cover] * bulk * cosine * (1 - through)
        power = canopy + through * _power(SOIL_DRY[p] + SOIL_GAIN[p] * wet + rough)
        power += land.hard_share * (_power(HARD[p][land.hard]) - power)
        seen[:, p] = power
    seen = smooth(seen, 0.12) * _power(pattern)[orbit][:, None]
    for image, speckle in zip(seen, looks):
        image *= speckle
    return np.asarray(10 * np.log10(np.maximum(seen, 1e-4)), np.float32)


def speckle(rng: np.random.Generator, size: tuple[int, int]) -> Float:
    """Draw gamma speckle of mean 1 and a small calibration error, ``(2, H, W)``."""
    error = np.float32(_power(0.25 * rng.standard_normal(1, np.float32)))
    grain = rng.standard_gamma(LOOKS, (2, *size), dtype=np.float32)
    return np.asarray(grain * (error / np.float32(LOOKS)), np.float32)


def _power(decibel: Float) -> Float:
    return np.asarray(np.exp(decibel * np.float32(np.log(10) / 10)), np.float32)
