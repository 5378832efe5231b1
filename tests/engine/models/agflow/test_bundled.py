"""The bundled weights load and give the recorded output on a fixed input."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.weights import file_of
from kairos.engine.registry import readiness
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of

from .followed import followed

RECORDED = {
    5: (22.228, 19.056, 20.095, 17.110, 22.989, 24.754, 29.241, 30.495, 14.011, 11.948),
    9: (12.582, 10.681, 11.070, 9.816, 26.444, 31.547, 31.798, 28.430, 13.758, 7.699),
}
"""The day after a frame: how far each band is moved from its start, 1e-4 reflectance, mean over
pixels."""


@pytest.fixture(scope="module")
def tile():
    return tile_of(simulate(seed=21, size=(40, 40), frames=14, radar_frames=8))


def test_the_weights_are_there_and_small():
    assert readiness()["agflow"] == "ready"
    assert file_of("agflow").stat().st_size < 8_000_000
    assert file_of("agflow").with_suffix(".md").exists()


@pytest.mark.parametrize("frame", RECORDED)
def test_the_output_is_the_recorded_one(tile, frame):
    network, anchors = network_of(file_of("agflow")), AnchorMethod.fit([tile])
    method = followed(network, anchors)
    day, state = tile.dates[frame : frame + 1] + 1, method.prepare(tile)
    moved = method.estimate(state, day).mean[0] - anchors.start(state.anchors, day).start
    assert np.allclose(1e4 * np.nanmean(np.abs(moved), axis=(1, 2)), RECORDED[frame], rtol=0.02)
