"""The requests that wait, and what is done when none has come for a while."""

from __future__ import annotations

from threading import Event, Thread

from kairos.engine import protocol
from kairos.engine.serve.channel import Inbox


def test_it_rests_once_when_nothing_has_come_for_a_while():
    rests, rested = [], Event()

    def at_rest():
        rests.append(inbox.is_idle)
        rested.set()

    inbox, given = Inbox(at_rest, 0.05), []
    thread = Thread(target=lambda: given.extend(request.id for request in inbox))
    thread.start()
    assert rested.wait(10)
    inbox.put(protocol.Open("a", "stack"))
    inbox.put(protocol.Open("b", "stack"))
    rested.clear()
    assert rested.wait(10), "it rests again after the next requests"
    inbox.close()
    thread.join(10)
    assert given == ["a", "b"]
    assert rests == [True, True]


def test_it_does_not_rest_while_requests_wait():
    rests = []
    inbox = Inbox(lambda: rests.append(1))
    inbox.put(protocol.Open("a", "stack"))
    for _request in inbox:
        inbox.close()
    assert rests == []
