"""Hearing that a person has cancelled, deep inside of a computation that tells no progress.

Whoever runs a request says how to know; what takes seconds in one piece asks between its steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

_CHECKS: list[Callable[[], None]] = []


@contextmanager
def stopped_by(check: Callable[[], None]) -> Iterator[None]:
    """Let a check, which raises CancelledError when it is time, stop what runs meanwhile."""
    _CHECKS.append(check)
    try:
        yield
    finally:
        _CHECKS.pop()


def stop_if_cancelled() -> None:
    """Between two steps, in any thread.

    Raises:
        CancelledError: whoever asked for this wants it no more.
    """
    if _CHECKS:
        _CHECKS[-1]()
