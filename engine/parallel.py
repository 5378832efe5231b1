"""Frames side by side: one thread for each core, each doing its own linear algebra."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, TypeVar

from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The function of every item, in order.

    Small matrices gain nothing from threads inside the linear algebra, so those are switched off
    while the items share the cores; and a result does not depend on how many items there are.
    """
    work = list(items)
    with threadpool_limits(1):
        if len(work) < 2:
            return [function(item) for item in work]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(function, work))
