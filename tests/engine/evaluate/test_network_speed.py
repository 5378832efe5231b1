"""The figures of a network by itself."""

from __future__ import annotations

import pytest

from kairos.engine.evaluate.network_speed import network_speed_of
from kairos.engine.registry import readiness

pytestmark = pytest.mark.skipif(readiness()["agflow"] != "ready", reason="agflow cannot run here")


def test_a_network_is_measured_apart_from_what_surrounds_it(sample):
    found = network_speed_of("agflow", "cpu", sample, runs=1)
    assert (found.width, found.height, found.frames) == (48, 48, 14)
    assert 0 < found.network < 1000
    assert found.with_prior > 0
    assert 0 < found.one_more_date < 60
    assert found.fit > 0
    assert "one more date" in found.as_text()
