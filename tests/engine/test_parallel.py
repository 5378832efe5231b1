"""What is made once is made once, whoever asks."""

from __future__ import annotations

import time

import pytest

from kairos.engine.parallel import Once, each


def test_many_who_ask_at_once_share_one_value():
    made = []

    def make():
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    value = Once(make)
    assert value.made is None
    found = each(lambda _: value(), range(6))
    assert len(made) == 1
    assert all(one is made[0] for one in found)
    assert value.made is made[0]


def test_an_error_is_not_kept():
    tries = []

    def make():
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not yet")
        return "there"

    value = Once(make)
    with pytest.raises(OSError, match="not yet"):
        value()
    assert value.made is None
    assert value() == "there"
