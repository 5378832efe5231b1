"""How far a request is, told at a steady beat."""

from __future__ import annotations

import time

from kairos.engine.protocol import (
    Progress,
)
from kairos.engine.serve.ticker import Pace, Ticker


def test_the_ticker_keeps_its_beat() -> None:
    told: list[Progress] = []
    with Ticker("1", told.append) as ticker:
        ticker("filling", 0.25)
        time.sleep(1.1)  # the engine is silent
        silent = len(told)
        until = time.monotonic() + 0.5
        while time.monotonic() < until:  # and now it is not
            ticker("filling", 0.5)
    assert 2 <= silent <= 4
    assert 2 <= len(told) - silent <= 6
    assert {p.stage for p in told} == {"filling"}
    assert told[0].done == 0.25
    assert told[0].remaining is None
    assert told[-1].remaining is not None


def test_the_rest_takes_as_long_as_what_is_done() -> None:
    pace = Pace()
    assert pace.remaining(0) is None
    pace.note(0.6, 100)  # a warm start
    assert pace.remaining(101) is None
    pace.note(0.8, 110)
    assert pace.remaining(110) == 10
    assert pace.remaining(114) == 6
    assert pace.remaining(200) == 0
