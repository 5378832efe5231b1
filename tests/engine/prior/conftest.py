"""Tiles made of a simulated scene, whose truth is known on every day."""

from __future__ import annotations

import pytest

from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of


@pytest.fixture(scope="session")
def scene():
    return simulate(seed=11, size=(64, 64), frames=30, radar_frames=20)


@pytest.fixture(scope="session")
def make_tile():
    return tile_of


@pytest.fixture(scope="session")
def tile(scene):
    return tile_of(scene)
