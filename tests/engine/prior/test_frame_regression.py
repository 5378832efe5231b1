"""What a frame learns from."""

from __future__ import annotations

import dataclasses

import numpy as np

from kairos.engine.prior.frame_regression import fit_frame
from kairos.engine.prior.local_linear import LocalLinear
from kairos.engine.prior.scene_regression import SceneRegression


def test_a_frame_of_little_trust_is_looked_at_later(tile):
    fitted = SceneRegression.fit([tile])
    clear = tile.clear.mean(axis=(1, 2))
    t = int(clear.argmax())
    count = len(tile.bands)
    bases = [(base[t, :count], line[t, :count]) for base, line in fitted.bases]
    alike = fit_frame(fitted.sample, bases, t)
    assert alike is not None
    trust = np.ones(len(tile.dates), np.float32)
    trust[alike.neighbours[0]] = 1e-4
    other = fit_frame(fitted.sample, bases, t, trust=trust)
    assert other is not None
    assert alike.neighbours[0] not in other.neighbours[:3]
    assert set(alike.neighbours[1:4]) <= set(other.neighbours[:4])

    smoother = dataclasses.replace(fitted.prior.smoother or LocalLinear(12.0, 0.2), trust=trust)
    prior = dataclasses.replace(fitted.prior, smoother=smoother)
    told = dataclasses.replace(fitted, prior=prior, _frames={}).learn(t)
    assert told is not None
    assert told.neighbours == other.neighbours
