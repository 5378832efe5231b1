"""How far an estimate is from the truth: the field's measures, each as it defines them.

All take reflectance in [0, 1] and compare pixels with pixels: (N, C) for N hidden pixels of C
bands, or (C, h, w) for images. SSIM is scikit-image's; without that library there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.curve.indices import index_named
from kairos.engine.errors import BandError, ModelError

WINDOW = 11
"""Side of the window of SSIM, pixels."""

_MISSED = 0.1
"""Share of the truths that a 90 % band may miss."""

_TINY = 1e-9


def ensure_libraries() -> None:
    """Say what to install where the library of measures is missing.

    Raises:
        ModelError: if it is.
    """
    if not has_library():
        raise ModelError(
            "Evaluating needs the library scikit-image, which is not installed here; "
            "run: pip install 'kairos-eo[evaluate]'."
        )


def has_library() -> bool:
    """Whether SSIM can be measured."""
    return find_spec("skimage") is not None


def mae(estimate: FloatArray, truth: FloatArray) -> float:
    """Mean absolute error over pixels and bands, reflectance."""
    return float(np.abs(estimate - truth).mean(dtype=np.float64))


def rmse(estimate: FloatArray, truth: FloatArray) -> float:
    """Root of the mean squared error over pixels and bands, reflectance.

    On [0, 1] this is also the NRMSE of SeqDMs (Zhao and Jia 2023): the range is 1.
    """
    return math.sqrt(np.mean((truth - estimate) ** 2, dtype=np.float64))


def psnr(estimate: FloatArray, truth: FloatArray) -> float:
    """Peak signal-to-noise ratio in dB with range 1: 20 log10(1 / RMSE); inf if identical."""
    error = rmse(estimate, truth)
    return -20 * math.log10(error) if error > 0 else math.inf


def sam(estimate: FloatArray, truth: FloatArray) -> float:
    """Spectral angle in degrees (Kruse et al. 1993), mean over pixels (N, C).

    arccos(<e, t> / |e| |t|), computed as 2 atan2(|u - v|, |u + v|) of the unit vectors u and v,
    which is exact for small angles too. Pixels that are all zero have no angle and are left out.
    """
    lengths = [np.linalg.norm(x.astype(np.float64), axis=1) for x in (estimate, truth)]
    some = (lengths[0] > _TINY) & (lengths[1] > _TINY)
    if not some.any():
        return 0.0
    u = estimate[some] / lengths[0][some, None]
    v = truth[some] / lengths[1][some, None]
    apart, together = np.linalg.norm(u - v, axis=1), np.linalg.norm(u + v, axis=1)
    return float(np.degrees(2 * np.arctan2(apart, together)).mean())


def within(error: FloatArray, reach: FloatArray) -> float:
    """Share of the errors that lie inside of bands that reach so far to both sides."""
    return float((np.abs(error) <= reach).mean())


def interval_score(error: FloatArray, reach: FloatArray) -> float:
    """Mean interval score (Gneiting and Raftery 2007, eq. 43) of 90 % bands, reflectance.

    The width of the band, and twenty times as much as an error sticks out of it. Less is better:
    only a band that is narrow where errors are small and wide where they are large gets little.
    """
    beyond = np.maximum(np.abs(error) - reach, 0)
    return float((2 * reach + 2 / _MISSED * beyond).mean(dtype=np.float64))


def ndvi_mae(estimate: FloatArray, truth: FloatArray, bands: Sequence[str]) -> Optional[float]:
    """Mean absolute error of NDVI over pixels (N, C); None where the bands for it are missing."""
    ndvi = index_named("NDVI")
    try:
        a, b = (ndvi(x.T[:, :, None], bands) for x in (estimate, truth))
    except BandError:
        return None
    return mae(a, b)


def ssim_map(
    estimate: FloatArray, truth: FloatArray, known: BoolArray
) -> Optional[npt.NDArray[np.float64]]:
    """Structural similarity (Wang et al. 2004) of images (C, h, w), window by window.

    11x11 Gaussian windows (sigma 1.5), range 1, mean over bands. Where the truth is not known
    both images get the mean of the band, which is the same in both, so that it costs nothing.

    Returns:
        (h, w), NaN where the window leaves the image or its centre is not known; None for an
        image smaller than the window or without a known pixel, and without scikit-image.
    """
    height, width = known.shape
    if min(height, width) < WINDOW or not known.any() or not has_library():
        return None
    images = [x.astype(np.float64) for x in (truth, estimate)]
    level = images[0][:, known].mean(axis=1)
    for image in images:
        image[:, ~known] = level[:, None]
    # One band at a time: the library's loop over channels stacks windows from other bands' pads.
    bands = [
        _library().structural_similarity(
            t, e, win_size=WINDOW, data_range=1.0, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, full=True,
        )[1]
        for t, e in zip(*images)
    ]  # fmt: skip
    found = np.full(known.shape, np.nan)
    inner = (slice(WINDOW // 2, -(WINDOW // 2)),) * 2
    found[inner] = np.where(known, np.mean(bands, axis=0), np.nan)[inner]
    return found


def _library() -> Any:  # noqa: ANN401  # scikit-image is untyped
    from skimage import metrics  # optional: who only removes clouds does not need it

    return metrics
