"""The features of scene regression."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.method import Source
from kairos.engine.prior.frame_features import PLACE, FrameFeatures, feature_count
from kairos.engine.prior.scene_regression import SceneRegression
from kairos.engine.prior.temporal import TemporalPrior
from kairos.engine.rasters.grid import Window


def test_they_are_as_many_as_said_and_know_the_slopes(tile):
    state, bands = TemporalPrior.fit([tile]).prepare(tile), len(tile.bands)
    down, across = np.mgrid[: tile.clear.shape[1], : tile.clear.shape[2]].astype(np.float32)
    base = np.repeat((2 * down - 3 * across)[None], bands, axis=0)
    features = FrameFeatures(state, base, base, 3, (2, 4))
    out = np.full((feature_count(bands, 2), down.size), np.nan, np.float32)
    features.take(slice(0, down.size), out)
    assert np.isfinite(out).all()
    slopes = out[:-PLACE].reshape(-1, bands, *down.shape)[-2:, :, 1:-1, 1:-1]
    np.testing.assert_allclose(slopes[0], 2, atol=1e-5)
    np.testing.assert_allclose(slopes[1], -3, atol=1e-5)


@pytest.mark.parametrize("size", [(1, 9), (9, 1), (1, 1), (2, 2)])
def test_images_of_a_pixel_or_two_have_features(make_tile, scene, size):
    tile = make_tile(scene)
    narrow = tile.around(Window(0, 0, *size), 0)
    method = SceneRegression.fit([narrow])
    found = method.estimate(method.prepare(narrow), narrow.dates[3:4])
    assert found.mean.shape[2:] == size
    assert set(np.unique(found.source)) <= {int(s) for s in Source}
