"""A simulated tile to make exercises of."""

from __future__ import annotations

import pytest

from kairos.engine.train.sites import simulated_site


@pytest.fixture(scope="session")
def tile():
    return simulated_site(7)
