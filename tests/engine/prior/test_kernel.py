"""Kernel regression finds what a line cannot say, and says nothing far from what it has seen."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.prior.frame_features import as_differences, feature_count
from kairos.engine.prior.kernel import fit_kernel


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    z = rng.normal(size=(1500, 12)).astype(np.float32)
    bent = np.stack([np.abs(z[:, 0]), z[:, 1] * z[:, 2]], axis=1) * 0.1
    return z, bent.astype(np.float32)


def off(kernel, z, truth):
    return float(np.abs(kernel(np.ascontiguousarray(z.T)).T - truth).mean())


def test_it_finds_a_bend(rows):
    z, bent = rows
    bent = bent - bent.mean(axis=0)
    kernel = fit_kernel(z[:1200], bent[:1200], np.ones(1200, np.float32))
    assert off(kernel, z[1200:], bent[1200:]) < 0.6 * np.abs(bent[1200:]).mean()


def test_far_from_all_clear_ground_it_adds_nothing(rows):
    z, bent = rows
    kernel = fit_kernel(z, bent, np.ones(len(z), np.float32))
    assert np.abs(kernel(z[:50].T * np.float32(100))).max() < 1e-3


def test_outliers_hardly_count(rows):
    z, bent = rows
    weight = np.ones(1200, np.float32)
    weight[::10] = 0
    spoilt = bent[:1200].copy()
    spoilt[::10] += 3
    plain = fit_kernel(z[:1200], spoilt, np.ones(1200, np.float32))
    robust = fit_kernel(z[:1200], spoilt, weight)
    assert off(robust, z[1200:], bent[1200:]) < 0.6 * off(plain, z[1200:], bent[1200:])


@pytest.mark.parametrize("count", [60, 300])
def test_few_rows_and_equal_features_are_no_trouble(count):
    z = np.zeros((count, 30), np.float32)
    kernel = fit_kernel(z, np.full((count, 2), 0.01, np.float32), np.ones(count, np.float32))
    assert np.isfinite(kernel(z.T)).all()


def test_features_as_they_come_give_the_same():
    bands, rng = 2, np.random.default_rng(5)
    raw = rng.random((feature_count(bands, neighbours=2), 200)).astype(np.float32)
    differences = raw.copy()
    as_differences(differences, bands)
    centre, spread = differences.mean(axis=1), differences.std(axis=1)
    z = ((differences - centre[:, None]) / spread[:, None]).T
    kernel = fit_kernel(z, rng.normal(size=(200, 3)).astype(np.float32), np.ones(200, np.float32))
    np.testing.assert_allclose(kernel.on(centre, spread, bands)(raw), kernel(z.T), atol=2e-3)
