"""Frames side by side, and reading, computing and writing at the same time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Lock
from typing import Callable, Generic, Optional, TypeVar

from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Result = TypeVar("Result")

_THREADS: ContextVar[Optional[int]] = ContextVar("threads", default=None)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Use so many threads instead of one for each core: others share this machine."""
    before = _THREADS.set(count)
    try:
        yield
    finally:
        _THREADS.reset(before)


def each(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The function of every item, in order.

    Small matrices gain nothing from threads inside the linear algebra, so those are switched off
    while the items share the cores; and a result does not depend on how many items there are.
    """
    with threadpool_limits(1):
        return beside(function, items)


def beside(
    function: Callable[[Item], Result], items: Iterable[Item], *, little: bool = False
) -> list[Result]:
    """The same where nothing is computed: for reading, also while something else computes.

    Args:
        function: of an item.
        items: to work through.
        little: each is so little that threads cost more than they bring.
    """
    work = list(items)
    if little or len(work) < 2 or _count() < 2:
        return [function(item) for item in work]
    with ThreadPoolExecutor(_count()) as pool:
        return list(pool.map(function, work))


def unordered(function: Callable[[Item], object], items: Iterable[Item]) -> Iterator[Item]:
    """Each item as soon as its function is done; what has not begun is dropped at an error."""
    pool = ThreadPoolExecutor(_count())
    try:
        with threadpool_limits(1):  # as in `each`
            running = {pool.submit(function, item): item for item in items}
            for done in as_completed(running):
                done.result()
                yield running[done]
    finally:
        pool.shutdown(cancel_futures=True)


def ahead(
    function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result; the next result is made while the caller uses this one."""
    with ThreadPoolExecutor(1) as pool:
        waiting: list[tuple[Item, Future[Result]]] = []
        for item in items:
            waiting.append((item, pool.submit(copy_context().run, function, item)))
            if len(waiting) == 2:
                yield _taken(waiting)
        while waiting:
            yield _taken(waiting)


class Behind:
    """Does one thing at a time while the caller goes on; an error is raised by the next call."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._last: Optional[Future[object]] = None

    def __enter__(self) -> Behind:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._pool.shutdown()
        if kind is None and self._last is not None:
            self._last.result()

    def __call__(self, function: Callable[[], object]) -> None:
        """Do this once the last thing is done."""
        if self._last is not None:
            self._last.result()
        self._last = self._pool.submit(function)


class Once(Generic[Result]):
    """A value that is made when it is first asked for; whoever asks meanwhile waits for it."""

    def __init__(self, make: Callable[[], Result]) -> None:
        self._make = make
        self._lock = Lock()
        self._made: list[Result] = []

    def __call__(self) -> Result:
        """The value. An error goes to whoever asks, and the next one tries again."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    @property
    def made(self) -> Optional[Result]:
        """The value; None where nobody has asked for it yet."""
        return self._made[0] if self._made else None


def _taken(waiting: list[tuple[Item, Future[Result]]]) -> tuple[Item, Result]:
    """The first one; nobody else holds its result, so that it can be let go of."""
    item, future = waiting.pop(0)
    return item, future.result()


def _count() -> int:
    return _THREADS.get() or os.cpu_count() or 1
