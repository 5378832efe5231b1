from __future__ import annotations

import numpy as np

from kairos.engine.prior.local_linear import LocalLinear, choose_smoother
from kairos.engine.prior.looks import Looks

DAYS = np.arange(0, 300, 5).astype(np.float32)


def looks_of(values, clear):
    return Looks.of(DAYS, values, clear)


def smoothed(smoother, values, clear, at):
    at = np.array(at, np.float32)
    return smoother(values, clear, DAYS, at, looks_of(values, clear).lines(at))


def chosen(values, clear):
    looks = looks_of(values, clear)
    known = np.isfinite(np.stack([looks.distance(float(day)) for day in DAYS]))
    return choose_smoother(values, clear, DAYS, looks.lines(DAYS), known)[0]


def test_a_straight_line_is_kept():
    line = (0.1 + 0.001 * DAYS)[:, None, None].astype(np.float32)
    clear = np.ones((len(DAYS), 1), bool)
    smooth = smoothed(LocalLinear(12.0, 0.0), line, clear, [52.0, 100.0, 147.0])
    assert np.allclose(smooth[:, 0, 0], [0.152, 0.2, 0.247], atol=1e-4)


def test_a_day_never_answers_for_itself():
    rng = np.random.default_rng(0)
    values = rng.random((len(DAYS), 2, 4), np.float32)
    clear = np.ones((len(DAYS), 4), bool)
    changed = values.copy()
    changed[20] += 1
    at = [float(DAYS[20])]
    smoother = LocalLinear(18.0, 0.2)
    before = smoothed(smoother, values, clear, at)
    after = smoothed(smoother, changed, clear, at)
    assert np.array_equal(before, after)


def test_noise_wants_smoothing_and_a_zigzag_does_not():
    rng = np.random.default_rng(1)
    slow = 0.3 + 0.2 * np.sin(2 * np.pi * DAYS / 300)[:, None, None]
    noisy = (slow + rng.normal(0, 0.03, (len(DAYS), 1, 200))).astype(np.float32)
    clear = np.ones((len(DAYS), 200), bool)
    smoother = chosen(noisy, clear)
    assert smoother is not None
    assert smoother.bandwidth >= 8

    walk = np.cumsum(rng.normal(0, 0.03, (len(DAYS), 1, 200)), axis=0).astype(np.float32)
    smoother = chosen(walk, clear)
    assert smoother is None or smoother.bandwidth <= 5


def test_without_support_the_line_takes_over():
    values = np.zeros((len(DAYS), 1, 1), np.float32)
    clear = np.zeros((len(DAYS), 1), bool)
    for t, v in ((0, 0.1), (59, 0.4)):
        clear[t], values[t] = True, v
    looks = looks_of(values, clear)
    smooth = smoothed(LocalLinear(5.0, 0.2), values, clear, [150.0])
    assert np.allclose(smooth, looks.linear(150.0)[None], atol=1e-5)
