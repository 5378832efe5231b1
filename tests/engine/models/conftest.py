"""A simulated tile and a small network that was never trained."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of

SMALL = AGFlowConfig(width=32, heads=2, encoder=2, decoder=1, pixel_width=8, features=4)


@pytest.fixture(scope="session")
def scene():
    return simulate(seed=4, size=(44, 36), frames=16, radar_frames=12)


@pytest.fixture(scope="session")
def make_tile():
    return tile_of


@pytest.fixture(scope="session")
def tile(scene):
    return tile_of(scene)


def shaken(network):
    """Heads start at zero; a network that does something shows more."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network.eval().requires_grad_(False)


@pytest.fixture(scope="session")
def network():
    torch.manual_seed(0)
    return shaken(AGFlow(SMALL))


@pytest.fixture
def cut():
    """Some dates of a tile."""

    def some(tile, dates):
        return replace(
            tile,
            dates=tile.dates[dates],
            reflectance=tile.reflectance[dates],
            clear=tile.clear[dates],
        )

    return some
