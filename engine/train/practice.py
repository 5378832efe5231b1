"""What a learned regression practises on: the clear pixels of one stack, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from kairos.engine.arrays import BoolArray, IntArray, day_numbers
from kairos.engine.clouds import disc, moved
from kairos.engine.models.agflow.scene import SLOTS, Place, Question, question_of, slots_of
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.gate import spaced
from kairos.engine.stack import Tile, clear_counts

_MOST_FRAMES = 40
_MOST_TILES = 8
_PIXELS = 6000
"""Of a frame that are looked at."""
_AT_ONCE = 3000
"""Pixels of a task."""
_COVERS = 8
"""Clouds laid over each frame."""
_SHOWS_ENOUGH = 0.15
_DONORS = (0.05, 0.9)
_FEWEST = 60
"""Pixels to learn from, and to ask for."""


@dataclass
class Page:
    """One frame: some pixels that it shows, and clouds that could hide them."""

    question: Question
    """Of the P pixels, as images of one row."""
    covers: Tensor
    """(K, P) bool."""
    bands: Tensor
    """(10,) 1 for the bands that the stack has."""

    def task(self, rng: np.random.Generator) -> tuple[Question, Tensor] | None:
        """The frame with one of the clouds laid over it, and what that hides, (1, 10, 1, P).

        None where the cloud leaves too little, or hides too little.
        """
        some = torch.from_numpy(rng.permutation(self.covers.shape[1])[:_AT_ONCE])
        hidden = self.covers[int(rng.integers(len(self.covers)))][some].float()
        if min(float(hidden.sum()), float((1 - hidden).sum())) < _FEWEST:
            return None
        hidden = hidden[None, None, None]
        asked = replace(self.question.pixels(some), clear=1 - hidden)
        return asked, hidden * self.bands[:, None, None]


def pages_of(
    sample: Sequence[Tile], positions: Sequence[int], patch: int, seed: int
) -> Iterator[Page]:
    """The pages of some frames of a stack.

    Args:
        sample: of the stack, all tiles with the same dates.
        positions: of the frames among the dates; those that show little are left out.
        patch: pixels along a side of a token.
        seed: of pixels and clouds.
    """
    rng = np.random.default_rng(seed)
    counts, ever = clear_counts(sample)
    shares = counts / max(ever, 1)
    shown = [t for t in positions if shares[t] >= _SHOWS_ENOUGH]
    donors = np.flatnonzero((shares > _DONORS[0]) & (shares < _DONORS[1]))
    tiles = [sample[i] for i in spaced(len(sample), _MOST_TILES)]
    bands = torch.zeros(SLOTS)
    bands[slots_of(sample[0].bands)[1]] = 1
    with threadpool_limits(1):
        method = AnchorMethod.fit(sample)
        states = [method.prepare(tile) for tile in tiles]
        for t in [shown[i] for i in spaced(len(shown), _MOST_FRAMES)] if shown else []:
            parts, covers = [], []
            for tile, state in zip(tiles, states):
                day = tile.dates[t : t + 1]
                place = Place.of(tile, patch)
                seen = np.flatnonzero(tile.clear[t])
                some = np.sort(rng.permutation(seen)[: _PIXELS // len(tiles)])
                base = method.scene.prior.base(state.prior, day)[0][0, : len(tile.bands)]
                anchor = method.shown(state, t, base)
                question = question_of(tile, day_numbers(day), [anchor], place)
                parts.append(question.pixels(_padded(some, place, question)))
                covers.append(_covers(tile.clear, donors, rng)[:, some])
            all_covers = torch.from_numpy(np.concatenate(covers, axis=1))
            yield Page(Question.beside(parts), all_covers, bands)


def _covers(clear: BoolArray, donors: IntArray, rng: np.random.Generator) -> BoolArray:
    """Clouds of other days, flipped and rolled: (K, h x w)."""
    shape = (clear.shape[1], clear.shape[2])
    clouds = [
        moved(~clear[rng.choice(donors)], rng) if len(donors) else disc(shape, rng)
        for _ in range(_COVERS)
    ]
    return np.stack(clouds).reshape(_COVERS, -1)


def _padded(positions: IntArray, place: Place, of: Question) -> Tensor:
    """Flat positions in a tile -> flat positions among its whole patches."""
    down, across = np.divmod(positions, place.width)
    return torch.from_numpy((down + place.above) * of.clear.shape[-1] + across + place.left)
