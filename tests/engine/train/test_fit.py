"""A fit is kept only where it helps, and never touches the bundled network."""

from __future__ import annotations

import pytest
import torch

from kairos.engine.errors import StackError
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of
from kairos.engine.train.fit import fit_to

TINY = AGFlowConfig(width=16, heads=2, encoder=1, decoder=1, pixel_width=8, features=4)


@pytest.fixture(scope="module")
def tile():
    return tile_of(simulate(seed=7, size=(40, 40), days=200, frames=16, radar_frames=8))


@pytest.fixture
def network():
    torch.manual_seed(0)
    return AGFlow(TINY).eval().requires_grad_(False)


def test_practice_helps_and_leaves_the_bundled_network_alone(network, tile):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    told = []
    fitted = fit_to(network, [tile], steps=60, progress=lambda _, share: told.append(share))
    assert fitted.after < fitted.before
    assert told == sorted(told)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name
    changed = [
        name
        for name, value in fitted.network.state_dict().items()
        if not torch.equal(value, before[name])
    ]
    assert changed
    assert all(name.startswith("head.regression.") for name in changed)


def test_the_same_seed_gives_the_same_fit(network, tile):
    one, two = (fit_to(network, [tile], steps=10, seed=3) for _ in range(2))
    for name, value in one.network.state_dict().items():
        assert torch.equal(value, two.network.state_dict()[name]), name


def test_nothing_clear_is_told(network, dark):
    with pytest.raises(StackError, match="enough clear ground"):
        fit_to(network, [dark], steps=1)
