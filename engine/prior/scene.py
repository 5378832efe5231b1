"""Scene regression: a frame that still shows clear ground is its own best teacher.

For one frame the clear pixels are the training rows. Target: the frame less the temporal prior
without that frame. Features: the prior, the line between looks, the looks of the frames nearest
in time, 3x3 means of the first of them, and the position in the scene. All are built without
the frame itself, so that they mean the same on the pixels that it shows and on those it hides.
Classical cousins: weighted linear regression gap filling (Zeng et al. 2013) and closest spectral
fit (Meng et al. 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from kairos.engine.arrays import FloatArray, IntArray
from kairos.engine.prior.box import box_mean
from kairos.engine.prior.doubt import sigma_of
from kairos.engine.prior.ridge import cross_validate, robust_weights
from kairos.engine.prior.temporal import TemporalState
from kairos.engine.stack import clear_counts

NEIGHBOURS = 20
_SHOWS_ENOUGH = 0.3
_ROWS = 4000
_FEWEST_ROWS = 60
_FEWEST_SHARE = 0.02
_PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_BLOCK = 16
"""Pixels: rows are held out in blocks, as clouds do."""
_FOLDS = 4
_ROUNDS = 2
_LITTLE = 0.1
_BRIGHT = 0.06
"""Reflectance above the prior at which the only clear rows of a frame look like cloud."""
_BEYOND = 0.5
_PLACE = 5
"""Columns of position."""


@dataclass(frozen=True)
class FrameRegression:
    """The regression of one frame: features of a pixel to what must be added to the prior."""

    position: int
    """Of the frame among the dates."""
    neighbours: tuple[int, ...]
    """Of the frames whose looks are features."""
    coefficients: FloatArray
    """(P, C), on features as they come."""
    constant: FloatArray
    """(C,)"""
    low: FloatArray
    """(C,) Bounds of what it may add."""
    high: FloatArray
    sigma: FloatArray
    """(C,) of held-out blocks, reflectance."""

    def __call__(self, state: TemporalState, base: FloatArray, rows: IntArray) -> FloatArray:
        """What to add to the base (C, h, w) at some pixels: (C, N).

        Args:
            state: a prepared tile.
            base: the temporal prior of this frame.
            rows: (N,) flat positions in the tile.
        """
        x = features(state, base, self.position, self.neighbours, rows)
        added = self.coefficients.T @ x + self.constant[:, None]
        return np.clip(added, self.low[:, None], self.high[:, None])


def neighbours_of(position: int, days: FloatArray, shares: FloatArray) -> tuple[int, ...]:
    """The frames nearest in time that show enough ground, nearest first."""
    order = np.argsort(np.abs(days - days[position]), kind="stable")
    for least in (_SHOWS_ENOUGH, _FEWEST_SHARE):
        chosen = [int(s) for s in order if s != position and shares[s] >= least]
        if len(chosen) >= NEIGHBOURS:
            break
    return tuple(chosen[:NEIGHBOURS])


def features(
    state: TemporalState,
    base: FloatArray,
    position: int,
    neighbours: Sequence[int],
    rows: IntArray,
) -> FloatArray:
    """Features (P, N) of some pixels of a frame.

    Where a neighbour has no look on its side of the frame, the prior stands in.
    """
    looks, tile = state.looks, state.tile
    count = len(tile.bands)
    day = float(looks.days[position])
    flat = base.reshape(count, -1)
    x = np.empty((count * (len(neighbours) + 4) + _PLACE, len(rows)), np.float32)
    own = flat[:, rows]
    x[:count] = own
    x[count : 2 * count] = _columns(looks.linear(day)[:count], rows)
    at = 2 * count
    for i, s in enumerate(neighbours):
        earlier = s < position
        values = (looks.last if earlier else looks.next)[s][:count]
        seen = np.isfinite((looks.last_day if earlier else looks.next_day)[s])
        if i == 0:
            nearest = np.where(seen, values, base)
        x[at : at + count] = _columns(values, rows)
        if not seen.all():
            np.copyto(x[at : at + count], own, where=~seen.reshape(-1)[rows])
        at += count
    for image in (base, nearest) if neighbours else (base, base):
        x[at : at + count] = _columns(box_mean(image, 1), rows)
        at += count
    x[at:] = _place(state, rows)
    return x


def fit_frame(
    states: Sequence[TemporalState], bases: Sequence[FloatArray], position: int
) -> Optional[FrameRegression]:
    """Learn a frame from the clear ground that it shows; None where that is too little.

    Args:
        states: prepared tiles of a sample of the stack.
        bases: (C, h, w) the temporal prior of the frame on each.
        position: of the frame among the dates.
    """
    counts, ever = clear_counts([s.tile for s in states])
    share = float(counts[position]) / max(ever, 1)
    if share < _FEWEST_SHARE:
        return None
    days = states[0].looks.days
    near = neighbours_of(position, days, counts / max(ever, 1))
    x, y, blocks = _rows(states, bases, position, near, share)
    if len(x) < _FEWEST_ROWS:
        return None
    centre = x.mean(axis=0)
    spread = _spread(x)
    z = (x - centre) / spread
    z[:, -1] = 1
    weight = robust_weights(z, y, _ROUNDS)
    validation, equations = cross_validate(z, y, weight, blocks % _FOLDS, _PENALTIES)
    if validation.error >= 1 and np.isfinite(validation.residuals).any():
        return None
    # Little clear ground teaches less than its own blocks suggest.
    beta = equations.solve(validation.penalty * share**-0.7)
    slope = beta[:-1] / spread[:-1, None]
    low, high = np.quantile(y[weight > 0.3], [0.01, 0.99], axis=0).astype(np.float32)
    reach = _BEYOND * (high - low)
    held_out = validation.residuals[np.isfinite(validation.residuals).all(axis=1)]
    # The base is a feature by itself and what every other one is a difference to.
    return FrameRegression(
        position=position,
        neighbours=near,
        coefficients=_undo_difference(slope, y.shape[1], len(near)),
        constant=beta[-1] - centre[:-1] @ slope,
        low=low - reach,
        high=high + reach,
        sigma=sigma_of(held_out if len(held_out) else y),
    )


def _rows(
    states: Sequence[TemporalState],
    bases: Sequence[FloatArray],
    position: int,
    near: Sequence[int],
    share: float,
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Training rows (N, P + 1), targets (N, C) and the number of the block of each row."""
    clear = [np.flatnonzero(s.tile.clear[position]) for s in states]
    total = sum(len(c) for c in clear)
    rng = np.random.default_rng(position)
    xs, ys, blocks = [], [], []
    for state, base, rows in zip(states, bases, clear):
        wanted = round(len(rows) * min(1.0, _ROWS / max(total, 1)))
        if wanted == 0:
            continue
        if wanted < len(rows):
            rows = np.sort(rng.choice(rows, wanted, replace=False))
        seen = _columns(state.tile.reflectance[position], rows)
        y = seen - _columns(base, rows)
        if share < _LITTLE:
            rows, y = rows[y[0] < _BRIGHT], y[:, y[0] < _BRIGHT]
        x = features(state, base, position, near, rows)
        xs.append(_difference(x, len(state.tile.bands), len(near)))
        ys.append(y)
        blocks.append(_block_numbers(state, rows))
    x = np.concatenate(xs, axis=1).T
    ones = np.ones((len(x), 1), np.float32)
    y, numbers = np.concatenate(ys, axis=1).T, np.concatenate(blocks)
    shuffled = rng.permutation(int(numbers.max()) + 1) if len(numbers) else numbers
    _, order = np.unique(shuffled[numbers], return_inverse=True)
    return np.concatenate([x, ones], axis=1), np.ascontiguousarray(y), order


def _block_numbers(state: TemporalState, rows: IntArray) -> IntArray:
    window, width = state.tile.window, state.tile.clear.shape[2]
    down = (rows // width + window.row) // _BLOCK
    across = (rows % width + window.col) // _BLOCK
    return down * (state.tile.shape[1] // _BLOCK + 1) + across


def _place(state: TemporalState, rows: IntArray) -> FloatArray:
    """A low polynomial of the position in the stack, (5, N)."""
    window, (height, width) = state.tile.window, state.tile.shape
    tile_width = state.tile.clear.shape[2]
    y = (rows // tile_width + window.row) * np.float32(2 / max(height - 1, 1)) - 1
    x = (rows % tile_width + window.col) * np.float32(2 / max(width - 1, 1)) - 1
    return np.stack([y, x, y * x, y * y, x * x]).astype(np.float32)


def _columns(image: FloatArray, rows: IntArray) -> FloatArray:
    """The pixels (C, N) of an image (C, h, w)."""
    return image.reshape(len(image), -1)[:, rows]


def _difference(x: FloatArray, count: int, neighbours: int) -> FloatArray:
    """Lines and looks as differences to the base, which penalises what they add to it."""
    parts = x[count : count * (neighbours + 2)].reshape(neighbours + 1, count, -1)
    parts -= x[:count]
    last = x[count * (neighbours + 3) : count * (neighbours + 4)]
    last -= x[:count]
    return x


def _undo_difference(slope: FloatArray, count: int, neighbours: int) -> FloatArray:
    """The same regression for features as they come."""
    slope = slope.copy()
    differences = slope[count : count * (neighbours + 2)].reshape(neighbours + 1, count, -1)
    slope[:count] -= differences.sum(axis=0)
    slope[:count] -= slope[count * (neighbours + 3) : count * (neighbours + 4)]
    return slope


def _spread(x: FloatArray) -> FloatArray:
    """Scales halfway between each feature's own and that of all reflectances together.

    Full standardisation would let faint features speak as loud as strong ones.
    """
    own = x.std(axis=0) + np.float32(1e-4)
    common = np.sqrt(np.mean(own[: -_PLACE - 1] ** 2))
    own[: -_PLACE - 1] = np.sqrt(own[: -_PLACE - 1] * common)
    return own
