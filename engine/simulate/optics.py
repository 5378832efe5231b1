"""What a satellite sees of bare ground and leaves: from leaf area to reflectance.

A canopy hides the soil by Beer's law, ``rho = rho_inf + (rho_soil - rho_inf) exp(-2 k L)``
(Goudriaan 1977, Crop Micrometeorology, chapter 2), where ``rho_inf`` mixes green and brown
leaves by area. Wet soil is darker, ``rho = rho_wet + (rho_dry - rho_wet) exp(-c m)`` (Lobell
& Asner 2002, doi:10.2136/sssaj2002.7220). Light and shade follow the slope of crowns toward
the sun, and each pixel sees a little of its neighbours.
"""

from __future__ import annotations

import numpy as np

from .land import Land
from .noise import Float, smooth
from .spectra import (
    AUTUMN,
    BANDS,
    BLOSSOM,
    COARSE,
    HARD,
    LEAF,
    LITTER,
    SOIL,
    STRAW,
    Cover,
    Hard,
)

#                      B02   B03   B04   B05   B06   B07   B08   B8A   B11   B12
EXTINCTION = np.array([0.95, 0.85, 0.95, 0.75, 0.50, 0.46, 0.45, 0.45, 0.62, 0.78], np.float32)
"""``2 k``: leaves let near infrared through and stop red, ``(C,)``."""

WET = np.array([0.52, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.57, 0.50, 0.42], np.float32)
"""Reflectance of full over dry soil, ``(C,)``."""

PALE = np.array([0.7, 1.0, 1.1, 0.9, 0.3, 0.0, 0.0, 0.0, 0.3, 0.5], np.float32)
"""How much brighter leaves of little chlorophyll are, ``(C,)``."""

SHADE = np.array([1.15, 1.10, 1.10, 1.0, 0.85, 0.8, 0.8, 0.8, 0.95, 1.0], np.float32)
"""How deep shade is: leaves scatter near infrared into it, ``(C,)``."""


def reflect(land: Land, area: Float, moisture: Float, zenith: Float, azimuth: Float) -> Float:
    """Compute the reflectance of the land without atmosphere.

    Args:
        land: The land, ``(H, W)``.
        area: Area indices of each pixel, in the order of `Curves`, ``(4, T, H, W)``.
        moisture: Wetness of the soil, 0 to 1, ``(T,)``.
        zenith: Zenith of the sun in radians, ``(T,)``.
        azimuth: Its azimuth from north, ``(T,)``.

    Returns:
        Reflectance, float32 ``(T, C, H, W)``.
    """
    green, brown, flower = area[:3]
    leaves = green + brown
    brown_share = brown / (leaves + np.float32(1e-6))
    petals = 1 - np.exp(-flower)
    dry = np.exp(-2.2 * np.clip(moisture[:, None, None] * land.wetness, 0, 1))
    light = _light(land.height, zenith, azimuth)
    wood = land.cover >= Cover.GARDEN
    hard = HARD[land.hard]
    # Water is flat: neither texture nor shade.
    glimmer = np.where(land.hard == Hard.WATER, 1, land.soil**0.5 * land.vigour**0.3)

    seen = np.empty((len(zenith), len(BANDS), *land.parcel.shape), np.float32)
    for c in range(len(BANDS)):
        ground = np.where(wood, LITTER[c], SOIL[c]) * land.soil
        wet = WET[c] * ground
        soil = wet + (ground - wet) * dry
        leaf = LEAF[land.cover, c] * np.exp(PALE[c] * land.pale)
        canopy = leaf + (np.where(wood, AUTUMN[c], STRAW[c]) - leaf) * brown_share
        rho = canopy + (soil - canopy) * np.exp(-EXTINCTION[c] * leaves)
        rho += petals * (BLOSSOM[c] - rho)
        rho *= np.exp(SHADE[c] * light)
        rho += land.hard_share * (hard[..., c] * glimmer - rho)
        seen[:, c] = rho
    fine = np.flatnonzero(~COARSE)
    coarse = np.flatnonzero(COARSE)
    seen[:, fine] = smooth(seen[:, fine], 0.16)
    seen[:, coarse] = smooth(smooth(seen[:, coarse], 0.22), 0.18)
    return seen


def _light(height: Float, zenith: Float, azimuth: Float) -> Float:
    """Logarithm of the light on each pixel: slopes toward the sun are bright, ``(T, H, W)``."""
    south, east = np.gradient(height, 10.0)
    toward_south, toward_east = -np.cos(azimuth), np.sin(azimuth)
    facing = -(toward_south[:, None, None] * south + toward_east[:, None, None] * east)
    light = 0.35 * facing * np.tan(zenith)[:, None, None]
    return np.asarray(np.clip(light, -0.9, 0.3), np.float32)
