"""Cancelling what tells no progress."""

from __future__ import annotations

import pytest

from kairos.engine.errors import CancelledError
from kairos.engine.parallel import each
from kairos.engine.registry import fit_of
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of
from kairos.engine.stopping import stop_if_cancelled, stopped_by


def cancelled():
    raise CancelledError("Enough.")


def test_nobody_stops_a_library():
    stop_if_cancelled()


def test_any_thread_hears_it_while_it_holds():
    with stopped_by(cancelled), pytest.raises(CancelledError):
        each(lambda _: stop_if_cancelled(), range(4))
    stop_if_cancelled()


def test_the_gate_of_a_network_is_stopped():
    method = fit_of("agflow")([tile_of(simulate(seed=4, size=(40, 40), frames=20))])
    with stopped_by(cancelled), pytest.raises(CancelledError):
        _ = method.gate
    assert method.gate  # it can be asked again
