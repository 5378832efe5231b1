"""Scene regression of one frame: its clear pixels teach what the hidden ones must look like.

Target: the frame less the temporal prior without that frame. Classical cousins: weighted linear
regression (Zeng et al. 2013) and closest spectral fit (Meng et al. 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray, IntArray
from kairos.engine.prior.doubt import sigma_of
from kairos.engine.prior.frame_features import (
    PLACE,
    FrameFeatures,
    as_differences,
    feature_count,
    from_differences,
)
from kairos.engine.prior.kernel import KernelRegression, fit_kernel
from kairos.engine.prior.ridge import cross_validate, robust_weights
from kairos.engine.prior.temporal import TemporalState
from kairos.engine.stack import clear_counts

_NEIGHBOURS, _NEIGHBOURS_LATENT = 20, 10
"""Frames to look at, without and with factors, which know most of what the others show."""
_SHOWS_ENOUGH = 0.3
_FARTHER = 0.25
"""A frame of little trust is taken as so much farther away: this power of it."""
_ROWS, _ROWS_THOROUGH = 2500, 5000
_FEWEST_ROWS = 60
_FEWEST_SHARE = 0.02
_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_BLOCK = 16
"""Pixels: rows are held out in blocks, as clouds do."""
_FOLDS = 4
_HELD_BACK = 4.0
"""Times the best penalty of the line, where a kernel says what it leaves over."""
_LITTLE = 0.1
_BRIGHT = 0.06
"""Reflectance above the prior at which the few clear rows of a frame look like missed cloud."""
_BEYOND = 0.5
"""Of the range of the targets, how far beyond it a prediction may go."""
_CHUNK = 4096
"""Pixels whose features are in memory at once."""


@dataclass(frozen=True)
class FrameRegression:
    """The regression of one frame: features of a pixel to what must be added to the base."""

    position: int
    """Of the frame among the dates."""
    neighbours: tuple[int, ...]
    coefficients: FloatArray
    """(P, C), on features as they come."""
    constant: FloatArray
    """(C,)"""
    low: FloatArray
    """(C,) the least that it may add."""
    high: FloatArray
    """(C,) the most that it may add."""
    sigma: FloatArray
    """(C,) of held-out blocks, reflectance."""
    left: Optional[KernelRegression] = None
    """What the line leaves over."""

    def __call__(
        self,
        state: TemporalState,
        base: FloatArray,
        line: FloatArray,
        rows: slice,
        wanted: Optional[BoolArray] = None,
    ) -> FloatArray:
        """What to add to the base (C, h, w) of a prepared tile on some of its rows: (C, r, w).

        What the line leaves over costs much: it is added only to the pixels that are wanted
        (r, w), all if None.
        """
        features = FrameFeatures(state, base, line, self.position, self.neighbours)
        width = base.shape[2]
        start, stop = rows.start * width, rows.stop * width
        added = np.empty((len(base), stop - start), np.float32)
        buffer = np.empty((len(self.coefficients), _CHUNK), np.float32)
        for first in range(start, stop, _CHUNK):
            some = slice(first, min(first + _CHUNK, stop))
            x = features.take(some, buffer[:, : some.stop - some.start])
            into = added[:, some.start - start : some.stop - start]
            np.matmul(self.coefficients.T, x, out=into)
            if self.left is None:
                continue
            if wanted is None:
                into += self.left(x)
                continue
            here = np.flatnonzero(wanted.ravel()[first - start : some.stop - start])
            into[:, here] += self.left(np.take(x, here, axis=1))
        added += self.constant[:, None]
        np.clip(added, self.low[:, None], self.high[:, None], out=added)
        return added.reshape(len(base), -1, width)


def fit_frame(
    states: Sequence[TemporalState],
    bases: Sequence[tuple[FloatArray, FloatArray]],
    position: int,
    *,
    thorough: bool = False,
    trust: Optional[FloatArray] = None,
) -> Optional[FrameRegression]:
    """Learn a frame from the clear ground that it shows; None where that is too little.

    Args:
        states: prepared tiles of a sample of the stack.
        bases: the temporal prior of the frame on each and the line between looks, (C, h, w).
        position: of the frame among the dates.
        thorough: learn also what the line leaves over.
        trust: (T,) how far to trust each frame as a whole; all alike if None.
    """
    counts, ever = clear_counts([s.tile for s in states])
    shares = counts / np.float32(max(ever, 1))
    share = float(shares[position])
    if share < _FEWEST_SHARE:
        return None
    most = _NEIGHBOURS if states[0].latent is None else _NEIGHBOURS_LATENT
    far = np.abs(states[0].looks.days - states[0].looks.days[position])
    if trust is not None:
        far = far / np.maximum(trust, np.float32(1e-4)) ** np.float32(_FARTHER)
    neighbours = _neighbours(position, far, shares, most)
    most = _ROWS_THOROUGH if thorough else _ROWS
    x, y, folds = _rows(states, bases, position, neighbours, most, suspicious=share < _LITTLE)
    if len(x) < _FEWEST_ROWS:
        return None
    centre, spread = x.mean(axis=0), _spread(x)
    centre[-1], spread[-1] = 0, 1  # the constant
    x -= centre
    x /= spread
    weight = robust_weights(x, y)
    validation, equations = cross_validate(x, y, weight, folds, _PENALTIES)
    if validation.error >= 1:
        return None
    # A corner of clear ground teaches less about the rest than its own blocks suggest.
    held_back = _HELD_BACK if thorough else 1.0
    beta = equations.solve(validation.penalty * held_back * share**-0.7)
    slope = beta[:-1] / spread[:-1, None]
    left = None
    if thorough:
        kernel = fit_kernel(x[:, :-1], y - x @ beta, weight)
        left = kernel.on(centre[:-1], spread[:-1], y.shape[1])
    low, high = np.quantile(y[weight > 0.3], [0.01, 0.99], axis=0).astype(np.float32)
    reach = _BEYOND * (high - low)
    return FrameRegression(
        position=position,
        neighbours=neighbours,
        coefficients=from_differences(slope, y.shape[1]),
        constant=beta[-1] - centre[:-1] @ slope,
        low=low - reach,
        high=high + reach,
        sigma=sigma_of(validation.held_out if len(validation.held_out) else y),
        left=left,
    )


def _neighbours(position: int, far: FloatArray, shares: FloatArray, most: int) -> tuple[int, ...]:
    """The frames that show enough ground, the least far first, so many at most."""
    order = np.argsort(far, kind="stable")
    chosen: list[int] = []
    for least in (_SHOWS_ENOUGH, _FEWEST_SHARE):
        chosen = [int(s) for s in order if s != position and shares[s] >= least]
        if len(chosen) >= most:
            break
    return tuple(chosen[:most])


def _rows(
    states: Sequence[TemporalState],
    bases: Sequence[tuple[FloatArray, FloatArray]],
    position: int,
    neighbours: Sequence[int],
    most: int,
    *,
    suspicious: bool,
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Training rows (N, P + 1) with a constant, about `most` of them, targets (N, C), the fold of
    each row."""
    clear = [np.flatnonzero(s.tile.clear[position]) for s in states]
    share = min(1.0, most / max(sum(len(c) for c in clear), 1))
    rng = np.random.default_rng(position)
    count, latent = len(states[0].tile.bands), states[0].latent is not None
    features = feature_count(count, len(neighbours), latent=latent)
    xs, ys, blocks = [], [], []
    for state, (base, line), rows in zip(states, bases, clear):
        if share < 1:
            rows = np.sort(rng.choice(rows, round(share * len(rows)), replace=False))
        y = _columns(state.tile.reflectance[position], rows) - _columns(base, rows)
        if suspicious:
            rows, y = rows[y[0] < _BRIGHT], y[:, y[0] < _BRIGHT]
        if len(rows) == 0:
            continue
        x = np.ones((features + 1, len(rows)), np.float32)
        FrameFeatures(state, base, line, position, neighbours).take(rows, x[:-1])
        as_differences(x[:-1], count)
        xs.append(x.T)
        ys.append(y.T)
        blocks.append(_block_numbers(state, rows))
    if not xs:
        return (
            np.zeros((0, 1), np.float32),
            np.zeros((0, count), np.float32),
            np.zeros(0, np.intp),
        )
    numbers = np.concatenate(blocks)
    _, numbers = np.unique(numbers, return_inverse=True)
    folds = rng.permutation(int(numbers.max()) + 1)[numbers] % _FOLDS
    return np.concatenate(xs), np.concatenate(ys), folds


def _block_numbers(state: TemporalState, rows: IntArray) -> IntArray:
    """The block of the stack in which each pixel lies."""
    window = state.tile.window
    down, across = np.divmod(rows, state.tile.clear.shape[2])
    per_row = state.tile.shape[1] // _BLOCK + 1
    numbers = (down + window.row) // _BLOCK * per_row + (across + window.col) // _BLOCK
    return np.asarray(numbers, np.intp)


def _columns(image: FloatArray, rows: IntArray) -> FloatArray:
    return np.take(image.reshape(len(image), -1), rows, axis=1)


def _spread(x: FloatArray) -> FloatArray:
    """Scales (P + 1,) halfway between each feature's own and that of all reflectances together.

    Full standardisation would let faint features speak as loud as strong ones.
    """
    own: FloatArray = np.asarray(x.std(axis=0) + np.float32(1e-4))
    reflectances = own[: -PLACE - 1]
    common = np.sqrt(np.mean(reflectances**2))
    reflectances[:] = np.sqrt(reflectances * common)
    return own
