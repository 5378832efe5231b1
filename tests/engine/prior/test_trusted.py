"""Observations that the others of their pixel do not bear out."""

from __future__ import annotations

import numpy as np

from kairos.engine.prior.local_linear import LocalLinear
from kairos.engine.prior.looks import Looks
from kairos.engine.prior.trusted import Trusted

DAYS = np.arange(0, 200, 5).astype(np.float32)
SMOOTHER = LocalLinear(12.0, 0.2)


def series():
    """Slow pixels, of which one is cloud on one day that the mask missed."""
    rng = np.random.default_rng(0)
    slow = 0.3 + 0.1 * np.sin(2 * np.pi * DAYS / 200)[:, None, None]
    values = (slow + rng.normal(0, 0.01, (len(DAYS), 3, 20))).astype(np.float32)
    clear = rng.random((len(DAYS), 20)) < 0.8
    clear[15, 4] = True
    values[15, :, 4] += 0.3
    return values * clear[:, None], clear


def test_what_is_far_off_hardly_counts_and_what_is_hidden_not_at_all():
    values, clear = series()
    trusted = Trusted.of(SMOOTHER, values, clear, Looks.of(DAYS, values, clear), 0.01, 3)
    assert trusted.weight[15, 4] < 0.01
    assert (trusted.weight[~clear] == 0).all()
    clear[15, 4] = False
    assert np.median(trusted.weight[clear]) > 0.9


def test_the_estimate_follows_the_others():
    values, clear = series()
    looks = Looks.of(DAYS, values, clear)
    trusted = Trusted.of(SMOOTHER, values, clear, looks, 0.01, 3)
    at = DAYS[15:16] + 2
    plain = SMOOTHER(values, clear, DAYS, at, looks.lines(at))[0, :, 4]
    firm = SMOOTHER(trusted.series, trusted.weight, DAYS, at, looks.lines(at))[0, :, 4]
    truth = 0.3 + 0.1 * np.sin(2 * np.pi * at / 200)
    assert np.abs(firm - truth).max() < 0.6 * np.abs(plain - truth).min()


def test_bands_beyond_those_that_decide_have_no_say():
    values, clear = series()
    noise = np.random.default_rng(1).normal(0, 5, (len(DAYS), 2, 20)).astype(np.float32)
    more = np.concatenate([values, noise * clear[:, None]], axis=1)
    looks = Looks.of(DAYS, more, clear)
    one = Trusted.of(SMOOTHER, values, clear, Looks.of(DAYS, values, clear), 0.01, 3)
    other = Trusted.of(SMOOTHER, more, clear, looks, 0.01, 3)
    assert np.allclose(one.weight, other.weight, atol=1e-5)
