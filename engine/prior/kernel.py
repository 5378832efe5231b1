"""What a line cannot say: kernel regression of what ridge regression leaves over.

Pixels that looked alike on the other days tend to be off alike on this one. A Gaussian kernel on
the leading components of the features says how much alike; the clear pixels of the frame say how
far off. Landmarks stand for all of them (Nystroem; Williams and Seeger 2001), so that the cost of
a pixel does not grow with the clear ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kairos.engine.arrays import FloatArray
from kairos.engine.prior.frame_features import from_differences

_COMPONENTS = 100
_EVENNESS = 0.25
"""0: components count as they vary; 1: all alike. Small ones say more than their size."""
_LANDMARKS = 800
_PENALTY = 0.05
"""Variance of a pixel's own noise, in that of what is sought."""
_FAINTEST = 0.05
"""Weight of an outlier at least."""
_TINY = 1e-3
_NARROW = 0.3
"""Mean square of a pixel's components: two pixels are on average exp(-2 _NARROW) alike."""
_CHUNK = 512
"""Pixels at once, so that they stay in the cache."""


@dataclass(frozen=True)
class KernelRegression:
    """Features of a pixel to what ridge regression leaves over."""

    projection: FloatArray
    """(P, D) features to components."""
    centre: FloatArray
    """(D,) of the components."""
    landmarks: FloatArray
    """(M, D) components of pixels."""
    coefficients: FloatArray
    """(M, C)"""

    def __call__(self, x: FloatArray) -> FloatArray:
        """What is left over at N pixels: features (P, N) -> (C, N)."""
        left = np.empty((self.coefficients.shape[1], x.shape[1]), np.float32)
        for first in range(0, x.shape[1], _CHUNK):
            some = slice(first, first + _CHUNK)
            components = x[:, some].T @ self.projection - self.centre
            left[:, some] = (_alike(components, self.landmarks) @ self.coefficients).T
        return left

    def on(self, centre: FloatArray, spread: FloatArray, bands: int) -> KernelRegression:
        """The same for features as they come, which were centred and scaled as differences.

        Args:
            centre: (P,) of the features.
            spread: (P,) scales of the features.
            bands: C.
        """
        projection = self.projection / spread[:, None]
        return replace(
            self,
            projection=from_differences(projection, bands),
            centre=np.asarray(centre @ projection, np.float32),
        )


def fit_kernel(z: FloatArray, residual: FloatArray, weight: FloatArray) -> KernelRegression:
    """Learn what is left over.

    Args:
        z: (N, P) features, standardised.
        residual: (N, C) what ridge regression leaves over.
        weight: (N,) of the rows.
    """
    projection = _projection(z)
    components = z @ projection
    landmarks = components[np.random.default_rng(0).permutation(len(z))[:_LANDMARKS]]
    among = _alike(landmarks, landmarks).astype(np.float64)
    among[np.diag_indices(len(among))] += _TINY
    # Independent functions of the landmarks: their ridge is well conditioned in single precision.
    whitened = np.linalg.inv(np.linalg.cholesky(among)).T.astype(np.float32)
    near = _alike(components, landmarks) @ whitened
    root = np.sqrt(np.maximum(weight, np.float32(_FAINTEST)))[:, None]
    near *= root
    gram = near.T @ near  # of one matrix with itself: half the work
    gram[np.diag_indices(len(gram))] += np.float32(_PENALTY)
    slope = np.linalg.solve(gram, near.T @ (residual * root))
    return KernelRegression(
        projection=projection,
        centre=np.zeros(projection.shape[1], np.float32),
        landmarks=landmarks,
        coefficients=(whitened @ slope).astype(np.float32),
    )


def _projection(z: FloatArray) -> FloatArray:
    """Standardised features (N, P) to components (P, D), scaled for the kernel."""
    variances, vectors = np.linalg.eigh(z.T @ z / np.float32(len(z)))
    variances, vectors = variances[::-1][:_COMPONENTS], vectors[:, ::-1][:, :_COMPONENTS]
    deviations = np.sqrt(np.maximum(variances, 1e-8))
    scales = deviations**-_EVENNESS
    scales *= np.sqrt(_NARROW / np.square(deviations * scales).sum())
    return np.asarray(vectors * scales, np.float32)


def _alike(some: FloatArray, others: FloatArray) -> FloatArray:
    """Gaussian kernel between components (N, D) and (M, D): (N, M), 1 for the same."""
    one, other = np.ones((len(some), 1), np.float32), np.ones((len(others), 1), np.float32)
    left = np.hstack([2 * some, -np.square(some).sum(axis=1, keepdims=True), one])
    right = np.hstack([others, other, -np.square(others).sum(axis=1, keepdims=True)])
    alike = left @ right.T  # minus the squared distances
    return np.asarray(np.exp(alike, out=alike))
