from __future__ import annotations

import numpy as np

from kairos.engine.prior.rim import spread


def disc(size=60, radius=12):
    y, x = np.mgrid[:size, :size] - size / 2
    return y**2 + x**2 > radius**2


def test_a_constant_error_is_carried_everywhere():
    clear = disc()
    error = np.where(clear, np.float32(0.02), 0)[None]
    assert np.allclose(spread(error, clear)[0][~clear], 0.02, atol=2e-4)


def test_what_is_hidden_is_not_looked_at():
    clear = disc()
    error = np.full((1, *clear.shape), 0.01, np.float32)
    error[0][~clear] = 9
    assert np.allclose(spread(error, clear)[0][~clear], 0.01, atol=2e-4)


def test_the_near_rim_outweighs_the_far_one():
    clear = np.ones((40, 40), bool)
    clear[:, 15:25] = False
    error = np.zeros((1, 40, 40), np.float32)
    error[0, :, :15], error[0, :, 25:] = 0.03, -0.03
    filled = spread(error, clear)[0]
    assert (filled[:, 15] > 0.02).all()
    assert (filled[:, 24] < -0.02).all()
    assert np.abs(filled[5:35, 19:21]).max() < 0.02


def test_nothing_known_adds_nothing():
    clear = np.zeros((10, 10), bool)
    assert (spread(np.zeros((2, 10, 10), np.float32), clear) == 0).all()
