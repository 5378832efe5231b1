"""What a person should know that turns up deep inside of a computation, said where they look.

Whoever runs a request listens; whoever has something to say needs not know them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

Listener = Callable[[str], None]

_LISTENING: list[tuple[Listener, set[str]]] = []


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Tell a listener what is noticed meanwhile, by any thread, each sentence once."""
    _LISTENING.append((listener, set()))
    try:
        yield
    finally:
        _LISTENING.pop()


def notice(sentence: str) -> None:
    """Say something to whoever listens; nobody does in a library that was merely imported."""
    if _LISTENING:
        listener, said = _LISTENING[-1]
        if sentence not in said:
            said.add(sentence)
            listener(sentence)
