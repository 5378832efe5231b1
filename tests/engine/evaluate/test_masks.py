from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.evaluate.masks import simulated_masks


@pytest.mark.parametrize("size", [(32, 32), (7, 50), (128, 100)])
def test_simulated_masks_are_clouds_of_many_sizes(size):
    masks = simulated_masks(size, 3)
    assert masks.shape == (8, *size)
    shares = masks.mean(axis=(1, 2))
    assert shares.min() < 0.5 < shares.max()
    assert ((shares > 0) & (shares < 1)).any()
    assert np.array_equal(masks, simulated_masks(size, 3))
    assert not np.array_equal(masks, simulated_masks(size, 4))
