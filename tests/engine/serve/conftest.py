"""Workers and stacks that tests ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kairos.engine.protocol import (
    Ready,
)
from kairos.engine.simulate.sample import write_sample

from .asker import Asker


@pytest.fixture
def fresh() -> Iterator[Asker]:
    """A worker that has just said Ready."""
    asker = Asker()
    assert isinstance(asker.next()[1], Ready)
    yield asker
    asker.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[Asker]:
    """A worker that tests share."""
    asker = Asker()
    assert isinstance(asker.next()[1], Ready)
    yield asker
    assert asker.close() == 0


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "stack"
    write_sample(path, seed=5, size=(48, 48), frames=12, radar_frames=6)
    return path


@pytest.fixture(scope="session")
def long_stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack that takes seconds to clean."""
    path = tmp_path_factory.mktemp("long") / "stack"
    write_sample(path, seed=5, size=(128, 128), frames=24, radar_frames=6)
    return path
