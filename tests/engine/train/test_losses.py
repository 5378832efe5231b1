"""Losses see hidden clear pixels and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kairos.engine.models.agflow.network import Prediction
from kairos.engine.train.exercise import draw_exercise
from kairos.engine.train.losses import loss_of, structural_similarity, velocity_loss
from kairos.engine.train.samples import samples_of


@pytest.fixture(scope="module")
def sample(tile):
    rng = np.random.default_rng(2)
    return next(iter(samples_of(draw_exercise(tile, rng, vary=False), 8, rng)))


def loss(sample, x_1):
    return float(loss_of(Prediction(x_1, torch.full_like(x_1, 0.01)), sample))


def test_the_truth_is_best(sample):
    right = loss(sample, sample.truth)
    assert right < loss(sample, sample.truth + 0.01)
    assert right < loss(sample, sample.question.start)


def test_what_is_not_scored_does_not_count(sample):
    noise = torch.rand_like(sample.truth) * (1 - sample.scored)
    assert loss(sample, sample.truth + noise) == pytest.approx(loss(sample, sample.truth), abs=1e-5)


def test_similarity_is_one_for_equals_and_falls_with_noise(sample):
    mask = sample.scored.expand_as(sample.truth)
    assert float(structural_similarity(sample.truth, sample.truth, mask)) == pytest.approx(1)
    noisy = sample.truth + 0.05 * torch.randn_like(sample.truth)
    assert float(structural_similarity(noisy, sample.truth, mask)) < 0.95


def test_the_velocity_of_the_truth_is_best_and_the_rest_does_not_count(sample):
    x_0 = torch.zeros_like(sample.truth)

    def of(velocity):
        said = Prediction(velocity, torch.full_like(velocity, 0.01))
        return float(velocity_loss(said, x_0, sample.truth, sample))

    right = of(sample.truth)
    assert right < of(sample.truth + 0.1)
    assert of(sample.truth + 0.1) - right == pytest.approx(0.01, rel=1e-3)
    assert of(sample.truth + 1 - sample.scored) == pytest.approx(right, abs=1e-5)
