"""At most one question under way and one that waits."""

from __future__ import annotations

from typing import Callable, Optional


class Latest:
    """A newer question takes the place of the one that waits."""

    def __init__(self) -> None:
        self._busy = False
        self._waiting: Optional[Callable[[], None]] = None

    @property
    def waiting(self) -> bool:
        """Whether a question waits."""
        return self._waiting is not None

    def ask(self, send: Callable[[], None]) -> None:
        """Send a question, now or once the one under way is answered."""
        if self._busy:
            self._waiting = send
            return
        self._busy = True
        send()

    def drop(self) -> None:
        """Forget the one that waits."""
        self._waiting = None

    def answered(self) -> None:
        """The question under way has its answer."""
        self._busy = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.ask(waiting)
