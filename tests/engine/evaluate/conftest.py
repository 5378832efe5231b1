"""Tiles made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Tile


@pytest.fixture(scope="session")
def tile_of():
    """A tile of two bands from reflectance (T, 2, h, w) and clear (T, h, w)."""

    def call(reflectance, clear, every: int = 5) -> Tile:
        whole = Window(0, 0, *clear.shape[1:])
        return Tile(
            window=whole,
            core=whole,
            shape=clear.shape[1:],
            dates=np.datetime64("2021-01-01") + every * np.arange(len(clear)),
            bands=("B04", "B08"),
            reflectance=np.where(clear[:, None], reflectance, 0).astype(np.float32),
            clear=clear,
            radar_dates=np.zeros(0, "datetime64[D]"),
            radar=np.zeros((0, 2, *clear.shape[1:]), np.float32),
        )

    return call


@pytest.fixture
def tile(tile_of):
    """Fourteen dates, three of them half under cloud."""
    rng = np.random.default_rng(0)
    clear = np.ones((14, 20, 20), bool)
    clear[[2, 5, 9], :10] = False
    return tile_of(rng.random((14, 2, 20, 20)) * 0.05 + 0.1, clear)


@pytest.fixture
def long_tile(tile_of):
    """Two hundred days in steps of five, most of them clear."""
    rng = np.random.default_rng(1)
    clear = rng.random((40, 1, 1)) < 0.9
    clear = np.broadcast_to(clear, (40, 16, 16)).copy()
    clear[[0, -1]] = True
    season = 0.05 * np.sin(np.arange(40) / 6)[:, None, None, None]
    return tile_of(rng.random((40, 2, 16, 16)) * 0.02 + 0.15 + season, clear)
