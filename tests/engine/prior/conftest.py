"""Tiles made of a simulated scene, whose truth is known on every day."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.grid import Window
from kairos.engine.simulate import simulate
from kairos.engine.stack import Tile


def tile_of(scene, clear=None, bands=None):
    keep = [scene.bands.index(b) for b in bands] if bands else list(range(len(scene.bands)))
    clear = scene.clear if clear is None else clear
    height, width = clear.shape[1:]
    whole = Window(0, 0, height, width)
    return Tile(
        window=whole,
        core=whole,
        shape=(height, width),
        dates=scene.dates,
        bands=tuple(scene.bands[i] for i in keep),
        reflectance=np.where(clear[:, None], scene.reflectance[:, keep], 0).astype(np.float32),
        clear=clear,
        radar_dates=scene.radar_dates,
        radar=scene.radar.astype(np.float32),
    )


@pytest.fixture(scope="session")
def scene():
    return simulate(seed=11, size=(64, 64), frames=30, radar_frames=20)


@pytest.fixture(scope="session")
def make_tile():
    return tile_of


@pytest.fixture(scope="session")
def tile(scene):
    return tile_of(scene)
