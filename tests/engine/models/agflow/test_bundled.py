"""The bundled weights load and give the recorded output on a fixed input."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.weights import file_of
from kairos.engine.registry import readiness
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of

RECORDED = {
    5: (36.357, 34.868, 40.112, 37.676, 37.097, 36.404, 41.415, 43.454, 51.433, 44.677),
    9: (18.416, 15.961, 17.785, 14.335, 21.363, 27.180, 31.078, 31.935, 20.224, 12.318),
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
    method = AGFlowMethod(network, anchors, torch.device("cpu"))
    day, state = tile.dates[frame : frame + 1] + 1, method.prepare(tile)
    moved = method.estimate(state, day).mean[0] - anchors.start(state.anchors, day).start
    assert np.allclose(1e4 * np.nanmean(np.abs(moved), axis=(1, 2)), RECORDED[frame], rtol=0.02)
