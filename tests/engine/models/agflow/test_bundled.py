"""The bundled weights load and give the recorded output on a fixed input."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kairos.engine.models.agflow.method import AGFlowMethod, network_of
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.weights import file_of
from kairos.engine.registry import readiness
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of

RECORDED = {
    5: (4.368, 4.068, 6.513, 4.806, 8.362, 10.491, 13.656, 11.791, 5.758, 5.414),
    9: (16.307, 14.279, 14.940, 12.387, 20.382, 28.316, 39.681, 38.476, 18.667, 10.737),
}
"""By frame, how far each band is moved from its start: 1e-4 reflectance, mean over pixels."""


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
    day, state = tile.dates[frame : frame + 1], method.prepare(tile)
    moved = method.estimate(state, day).mean[0] - anchors.start(state.anchors, day).start
    assert np.allclose(1e4 * np.nanmean(np.abs(moved), axis=(1, 2)), RECORDED[frame], rtol=0.02)
