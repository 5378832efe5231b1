"""Samples for the network: exercises with their starts, cut to crops, without end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from kairos.engine.arrays import FloatArray, day_numbers
from kairos.engine.models.agflow.scene import (
    SLOTS,
    Place,
    Question,
    Scene,
    question_of,
    scene_of,
    to,
)
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.rasters.bands import TEN
from kairos.engine.stack import Tile
from kairos.engine.train.exercise import Exercise, draw_exercise

_QUESTIONS = 5
"""Days asked of a crop at once."""
_LEAST = 2e-3
"""Reflectance: least error of linear interpolation that a loss is divided by."""


@dataclass
class Sample:
    """A crop of an exercise."""

    scene: Scene
    question: Question
    truth: Tensor
    """(Q, 10, H, W) reflectance."""
    scored: Tensor
    """(Q, 1, H, W) 1 where hidden and truly clear."""
    bands: Tensor
    """(10,)"""
    linear: float
    """Mean absolute error of linear interpolation on the exercise, reflectance."""

    def on(self, device: torch.device) -> Sample:
        """The same on a device."""
        return Sample(
            scene=to(self.scene, device),
            question=to(self.question, device),
            truth=self.truth.to(device),
            scored=self.scored.to(device),
            bands=self.bands.to(device),
            linear=self.linear,
        )


class Samples(IterableDataset[Sample]):
    """Exercises drawn from some tiles for ever, the same for the same seed.

    Args:
        tiles: the stacks.
        weights: how often each is drawn.
        patch: pixels along a side of a token.
        seed: of everything.
        taken: samples to skip, for a run that goes on.
        part: of a run in several processes; each part has exercises of its own.
        scene: whether clouds are laid over frames, which then teach themselves.
    """

    def __init__(
        self,
        tiles: Sequence[Tile],
        weights: Sequence[float],
        patch: int,
        seed: int,
        taken: int = 0,
        part: int = 0,
        *,
        scene: bool = True,
    ) -> None:
        self.tiles, self.patch, self.seed = list(tiles), patch, seed
        self.taken, self.part, self.scene = taken, part, scene
        self.weights = np.asarray(weights, np.float64) / np.sum(weights)

    def __iter__(self) -> Iterator[Sample]:
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        skip = (self.taken - worker + workers - 1) // workers
        source = self.part * workers + worker
        for number in count():
            rng = np.random.default_rng([self.seed, source, number])
            tile = self.tiles[rng.choice(len(self.tiles), p=self.weights)]
            exercise = draw_exercise(tile, rng, scene=self.scene)
            size = sample_count(exercise)
            if skip >= size:
                skip -= size
                continue
            samples = samples_of(exercise, self.patch, rng, scene=self.scene)
            yield from islice(samples, skip, None)
            skip = 0


def sample_count(exercise: Exercise) -> int:
    """How many samples an exercise gives."""
    if len(exercise.tile.dates) < 2 or not exercise.tile.clear.any():
        return 0
    return -(-len(exercise.days) // _QUESTIONS)


def samples_of(
    exercise: Exercise, patch: int, rng: np.random.Generator, *, scene: bool = True
) -> Iterator[Sample]:
    """All questions of an exercise, some at a time; without `scene` no frame teaches itself."""
    tile = exercise.tile
    if sample_count(exercise) == 0:
        return
    with threadpool_limits(1):
        method = AnchorMethod.fit([tile], thorough=scene)
        state = method.prepare(tile)
        numbers = day_numbers(exercise.days)
        line = np.stack([state.prior.looks.linear(float(d))[: len(tile.bands)] for d in numbers])
    error = np.abs(line - exercise.truth).mean(axis=1)[exercise.scored]
    linear = max(float(error.mean()), _LEAST)
    place = Place.of(tile, patch)
    whole = scene_of(tile, place)
    order = rng.permutation(len(exercise.days))
    for first in range(0, len(order), _QUESTIONS):
        some = np.sort(order[first : first + _QUESTIONS])
        with threadpool_limits(1):
            anchors = [method.start(state, exercise.days[q : q + 1]) for q in some]
        question = question_of(tile, numbers[some], anchors, place)
        yield Sample(
            scene=whole,
            question=question,
            truth=_slotted(exercise.truth[some], tile, question),
            scored=_mask(exercise.scored[some], question),
            bands=whole.bands,
            linear=linear,
        )


def _slotted(images: FloatArray, tile: Tile, question: Question) -> Tensor:
    full = torch.zeros_like(question.start)
    height, width = images.shape[-2:]
    for i, band in enumerate(tile.bands):
        if band in TEN:
            full[:, TEN.index(band), :height, :width] = torch.from_numpy(images[:, i])
    return full[:, :SLOTS]


def _mask(scored: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], question: Question) -> Tensor:
    full = torch.zeros_like(question.clear)
    height, width = scored.shape[-2:]
    full[:, 0, :height, :width] = torch.from_numpy(scored.astype(np.float32))
    return full
