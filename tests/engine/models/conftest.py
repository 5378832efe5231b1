"""A simulated tile and a small network that was never trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from kairos.engine.grid import Window
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.simulate import simulate
from kairos.engine.stack import Tile

SMALL = AGFlowConfig(width=32, heads=2, encoder=2, decoder=1, pixel_width=8, features=4)


def tile_of(scene, bands=None):
    keep = [scene.bands.index(b) for b in bands] if bands else list(range(len(scene.bands)))
    height, width = scene.clear.shape[1:]
    whole = Window(0, 0, height, width)
    return Tile(
        window=whole,
        core=whole,
        shape=(height, width),
        dates=scene.dates,
        bands=tuple(scene.bands[i] for i in keep),
        reflectance=np.where(scene.clear[:, None], scene.reflectance[:, keep], 0).astype("f4"),
        clear=scene.clear,
        radar_dates=scene.radar_dates,
        radar=scene.radar.astype(np.float32),
    )


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
