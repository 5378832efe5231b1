"""A device with too little memory gets smaller tiles, then the CPU goes on, and both are said."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.refiner import Refiner
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.notices import heard_by
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of

from .followed import followed


class Cramped(AGFlow):
    """A network on a device with room for so many pixels; elsewhere there is room enough."""

    most = 0

    def encode(self, scene):
        self._claim(scene.clear.shape[-2] * scene.clear.shape[-1])
        return super().encode(scene)

    def decode(self, known, question, *rest):
        self._claim(question.clear.shape[-2] * question.clear.shape[-1])
        return super().decode(known, question, *rest)

    def to(self, *where):
        moved = super().to(*where)
        moved.most = 10**9
        return moved

    def _claim(self, pixels):
        if pixels > self.most:
            raise torch.OutOfMemoryError


@pytest.fixture(scope="module")
def tile():
    return tile_of(simulate(seed=4, size=(80, 72), frames=10, radar_frames=6))


@pytest.fixture(scope="module")
def anchors(tile):
    return AnchorMethod.fit([tile])


def estimated(network, anchors, tile):
    method, heard = followed(network, anchors), []
    with heard_by(heard.append):
        state = method.prepare(tile)
        return method.estimate(state, tile.dates[3:5]), heard


@pytest.fixture
def cramped(network):
    def call(most):
        other = copy.deepcopy(network)
        other.__class__ = Cramped
        other.most = most
        return other

    return call


def test_quarters_answer_where_a_whole_tile_does_not_fit(network, cramped, anchors, tile):
    whole, silence = estimated(network, anchors, tile)
    parts, heard = estimated(cramped(80 * 72 - 1), anchors, tile)
    assert silence == []
    assert heard == ["The memory of the GPU is too small for a whole tile: it is cut in four."]
    assert np.array_equal(whole.source, parts.source)
    seen = np.isfinite(whole.mean)
    assert np.array_equal(seen, np.isfinite(parts.mean))
    assert np.abs(whole.mean - parts.mean)[seen].mean() < 2e-3  # the network looks far


def test_at_last_the_cpu_goes_on(network, cramped, anchors, tile):
    whole, _ = estimated(network, anchors, tile)
    parts, heard = estimated(cramped(10), anchors, tile)
    assert "the CPU goes on" in heard[-1]
    assert np.array_equal(whole.source, parts.source)
    assert np.isfinite(parts.mean[np.isfinite(whole.mean)]).all()


def test_the_gate_asks_on_the_cpu_then(network, cramped, anchors, tile):
    ask = [Refiner(n, anchors).answers for n in (network, cramped(10))]
    with heard_by(lambda sentence: None):
        (_, one), (_, other) = (next(answers(tile, tile.dates[3:4])) for answers in ask)
    assert np.allclose(one[0], other[0], atol=1e-6)
