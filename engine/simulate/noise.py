"""Random fields with a given roughness: the one texture behind soil, woods and clouds.

A field whose power falls as ``frequency ** -slope`` looks like nature at every zoom
(Peitgen & Saupe 1988, The Science of Fractal Images, section 2.6): slope 2 is rough as a
canopy, 3 as a cloud, 4 as haze.
"""

from __future__ import annotations

from typing import Union

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float32]


def fractal(
    rng: np.random.Generator,
    size: tuple[int, int],
    slope: Union[float, npt.ArrayLike],
    count: int = 1,
    pad: int = 16,
) -> Float:
    """Draw ``count`` independent fields of mean 0 and deviation 1.

    Args:
        rng: Source of chance.
        size: Height and width in pixels.
        slope: Spectral slope, one for all fields or one for each.
        count: Number of fields.
        pad: Pixels synthesised and dropped, so that opposite borders do not match.

    Returns:
        Fields, float32 ``(count, H, W)``.
    """
    height, width = size[0] + pad, size[1] + pad
    y = np.fft.fftfreq(height)[:, None]
    x = np.fft.rfftfreq(width)[None, :]
    frequency = np.hypot(y, x)
    frequency[0, 0] = 1.0  # the mean, removed below
    exponent = np.broadcast_to(np.asarray(slope, np.float64), (count,))[:, None, None] / 2
    amplitude = np.exp(-exponent * np.log(frequency))
    white = rng.standard_normal((2, count, *frequency.shape))
    field = np.fft.irfft2((white[0] + 1j * white[1]) * amplitude, s=(height, width))
    crop = field[:, : size[0], : size[1]].astype(np.float32)
    crop -= crop.mean((1, 2), keepdims=True)
    crop /= crop.std((1, 2), keepdims=True) + np.float32(1e-12)
    return crop


def smooth(images: Float, side: float) -> Float:
    """Blur the last two axes with the kernel ``(side, 1 - 2 side, side)``, borders repeated."""
    for axis in (-2, -1):
        before = np.concatenate(
            [np.take(images, [0], axis), np.take(images, range(images.shape[axis] - 1), axis)], axis
        )
        after = np.concatenate(
            [np.take(images, range(1, images.shape[axis]), axis), np.take(images, [-1], axis)], axis
        )
        images = images * np.float32(1 - 2 * side) + (before + after) * np.float32(side)
    return images
