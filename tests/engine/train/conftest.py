"""A simulated tile to make exercises of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.train.sites import simulated_site


@pytest.fixture(scope="session")
def tile():
    return simulated_site(7)


@pytest.fixture
def dark(tile):
    """The tile of which every frame shows one pixel."""
    clear = np.zeros_like(tile.clear)
    frames = np.arange(len(clear))
    clear[frames, 0, frames] = True  # each its own pixel
    return replace(tile, clear=clear)
