"""Skies: clouds with soft ragged edges, their shadows on the ground, and haze.

A cloud is where a fractal field rises above the level that leaves the asked share of it; its
optical depth grows with the height above that level, so edges are thin. The shadow is the
same cloud moved away from the sun.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .noise import Float, fractal, smooth
from .spectra import CLOUD, WAVELENGTHS

REACH = 26
"""Farthest that a shadow falls, pixels."""


@dataclass(frozen=True)
class Sky:
    """What stands between ground and satellite, each ``(T, H, W)`` in [0, 1]."""

    cloud: Float
    """Opacity of cloud."""
    shadow: Float
    """Share of the sun that clouds take away."""
    haze: Float
    """Opacity of cirrus and haze."""
    white: Float
    """Brightness of the cloud's top, about 1."""

    @property
    def opacity(self) -> Float:
        """Largest of the three disturbances: 0 where the ground is seen as it is."""
        return np.asarray(np.maximum(np.maximum(self.cloud, self.shadow), self.haze), np.float32)


def draw_sky(
    rng: np.random.Generator,
    size: tuple[int, int],
    cover: npt.NDArray[np.float64],
    zenith: Float,
    azimuth: Float,
) -> Sky:
    """Draw the sky of each date.

    Args:
        rng: Source of chance.
        size: Height and width in pixels of 10 m.
        cover: Share of the ground under cloud on each date, ``(T,)``.
        zenith: Zenith of the sun in radians, ``(T,)``.
        azimuth: Its azimuth from north, ``(T,)``.
    """
    count = len(cover)
    # Fair days have many small clouds, grey days a few large ones.
    slope = 3.6 + 0.4 * cover + rng.normal(0, 0.12, count)
    wide = (size[0] + 2 * REACH, size[1] + 2 * REACH)
    field = fractal(rng, wide, slope, count)
    inner = _inside(field)
    level = np.array([_level(image, share) for image, share in zip(inner, cover)], np.float32)
    depth = rng.uniform(4.0, 9.0, count).astype(np.float32)[:, None, None]
    above = np.maximum(field - level[:, None, None], 0)
    opacity = smooth(1 - np.exp(-depth * above * np.sqrt(above)), 0.2)

    # In pixels, and low, so that shadows fall inside a small scene.
    height = rng.uniform(6, 20, count)
    length = np.minimum(height * np.tan(zenith), REACH)
    north, east = -np.cos(azimuth) * length, -np.sin(azimuth) * length
    shadow = np.empty((count, *size), np.float32)
    for t in range(count):
        top, left = REACH + round(float(north[t])), REACH - round(float(east[t]))
        shadow[t] = opacity[t, top : top + size[0], left : left + size[1]]
    # Clouds are brightest where thick, and darker on the side away from the sun.
    away = inner - np.roll(inner, (-3, 1), (1, 2))
    white = 0.92 + 0.16 * np.tanh(0.5 * _inside(above)) - 0.10 * np.tanh(1.2 * away)
    return Sky(_inside(opacity), shadow, _haze(rng, size, count), white.astype(np.float32))


def veil(truth: Float, sky: Sky) -> Float:
    """Look at clear ground ``(T, C, H, W)`` through a sky; clear pixels stay the same bits."""
    blue = (WAVELENGTHS / 490.0) ** -1.3
    # Skylight fills shadows, most of all the blue ones.
    dark = np.float32(0.72) - np.float32(0.20) * blue
    seen = np.empty_like(truth)
    for c in range(truth.shape[1]):
        ground = truth[:, c]
        image = ground - ground * (dark[c] * sky.shadow)
        image += sky.haze * np.float32(0.35 + 0.65 * blue[c]) * (CLOUD[c] - image)
        image += sky.cloud * (CLOUD[c] * sky.white - image)
        seen[:, c] = np.clip(image, np.float32(1e-4), np.float32(1))
    return seen


def _haze(rng: np.random.Generator, size: tuple[int, int], count: int) -> Float:
    """Streaks of cirrus on some dates."""
    haze = np.zeros((count, *size), np.float32)
    days = np.flatnonzero(rng.random(count) < 0.16)
    field = fractal(rng, size, 3.8, len(days))
    strength = rng.uniform(0.05, 0.30, len(days))[:, None, None]
    start = rng.uniform(-0.2, 1.2, len(days))[:, None, None]
    haze[days] = strength * np.tanh(np.maximum(field - start, 0))
    return haze


def _level(image: Float, share: float) -> float:
    """Level that leaves ``share`` of an image above it; all and nothing leave a margin."""
    if share <= 0:
        return float("inf")
    if share >= 1:
        return float(image.min()) - 0.25
    sample = image[::2, ::2].ravel()
    place = min(int(len(sample) * (1 - share)), len(sample) - 1)
    return float(np.partition(sample, place)[place])


def _inside(images: Float) -> Float:
    return images[:, REACH:-REACH, REACH:-REACH]
