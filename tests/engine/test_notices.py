"""Whoever runs a request hears what is noticed meanwhile, each sentence once."""

from __future__ import annotations

from kairos.engine.notices import heard_by, notice
from kairos.engine.parallel import each


def test_a_sentence_is_heard_once_by_who_listens():
    heard, outer = [], []
    with heard_by(outer.append):
        with heard_by(heard.append):
            each(notice, ["It is dark.", "It is dark.", "It is cold."])
        notice("It is late.")
    assert sorted(heard) == ["It is cold.", "It is dark."]
    assert outer == ["It is late."]


def test_without_a_listener_nothing_happens():
    notice("Nobody is here.")
