"""Work done side by side by threads that nobody waits for: a server may hang, people need not."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Callable, Generic, Optional, TypeVar, Union

Item = TypeVar("Item")
Result = TypeVar("Result")

_BEAT = 0.2
"""Seconds between looks at the one who waits."""


@dataclass(frozen=True)
class Outcome(Generic[Item, Result]):
    """What became of an item."""

    item: Item
    result: Union[Result, Exception]


def side_by_side(
    function: Callable[[Item], Result], items: Iterable[Item], stop: Event, hands: int = 4
) -> Generator[Optional[Outcome[Item, Result]], None, None]:
    """The outcome of every item as it is done; None now and then, while nothing is.

    Args:
        function: what to do with an item.
        items: to be begun in this order.
        stop: no item is begun any more once it is set; it is set when nobody listens any more.
        hands: how many items are under way at a time.
    """
    todo: SimpleQueue[Item] = SimpleQueue()
    done: SimpleQueue[Outcome[Item, Result]] = SimpleQueue()
    count = 0
    for item in items:
        todo.put(item)
        count += 1

    def work() -> None:
        with suppress(Empty):
            while not stop.is_set():
                item = todo.get_nowait()
                try:
                    done.put(Outcome(item, function(item)))
                except Exception as error:  # noqa: BLE001  # told to the one who waits
                    done.put(Outcome(item, error))

    threads = [Thread(target=work, daemon=True) for _ in range(min(hands, count))]
    for thread in threads:
        thread.start()
    try:
        while count:
            try:
                outcome = done.get(timeout=_BEAT)
            except Empty:
                yield None
            else:
                count -= 1
                yield outcome
    finally:
        stop.set()
        for thread in threads:
            thread.join(_BEAT)  # those that are at work stop at their next step
