from __future__ import annotations

import numpy as np

from kairos.engine.prior.rim import lookouts, spread


def disc(size=60, radius=12):
    y, x = np.mgrid[:size, :size] - size / 2
    return y**2 + x**2 > radius**2


def test_a_constant_error_is_carried_everywhere():
    clear = disc()
    chosen, weight = lookouts(clear, 0, 0)
    error = np.where(chosen, np.float32(0.02), 0)[None]
    gap = np.flatnonzero(~clear)
    assert np.allclose(spread(error, weight, gap), 0.02, atol=2e-4)


def test_the_near_rim_outweighs_the_far_one():
    clear = np.ones((40, 40), bool)
    clear[:, 15:25] = False
    chosen, weight = lookouts(clear, 0, 0)
    error = np.zeros((1, 40, 40), np.float32)
    error[0, :, :15], error[0, :, 25:] = 0.03, -0.03
    gap = np.flatnonzero(~clear)
    filled = np.zeros((40, 40), np.float32)
    filled.flat[gap] = spread(error * chosen, weight, gap)[0]
    assert (filled[:, 15] > 0.02).all()
    assert (filled[:, 24] < -0.02).all()
    assert np.abs(filled[5:35, 19:21]).max() < 0.02


def test_nothing_known_adds_nothing():
    clear = np.zeros((10, 10), bool)
    chosen, weight = lookouts(clear, 0, 0)
    assert not chosen.any()
    added = spread(np.zeros((2, 10, 10), np.float32), weight, np.arange(100))
    assert (added == 0).all()


def test_tiles_choose_the_same_lookouts():
    clear = disc()
    whole, _ = lookouts(clear, 0, 0)
    part, _ = lookouts(clear[7:50, 11:], 7, 11)
    assert np.array_equal(whole[9:48, 13:58], part[2:41, 2:47])
