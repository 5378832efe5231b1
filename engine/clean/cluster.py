"""The workers of a Dask cluster as the crew of a run.

The same tiles and frames as in one process, each a task. Workers need this package, the images
and the folder of the results under the same paths: that is what a shared file system gives.
A task of a worker that dies is done by another one.
"""

from __future__ import annotations

import logging
from asyncio import TimeoutError as NoAnswer  # until Python 3.11 another one than the built-in
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError as LostError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Callable, Optional

from distributed import Client, Future, wait

from kairos.engine import process
from kairos.engine.clean.tiles import Plan
from kairos.engine.errors import ClusterError, KairosError
from kairos.engine.method import Method
from kairos.engine.parallel import threads
from kairos.engine.progress import Stage, Steps
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Frame

_ANSWERS = 5.0
"""Seconds for a scheduler to answer."""

_WORKERS = 60.0
"""Seconds for the first worker to come: a queue may start it only now."""

_BEAT = 0.5
"""Seconds between two looks at whether the run was cancelled."""

_RETRIES = 2


@dataclass(frozen=True)
class Cluster:
    """A connection to a scheduler."""

    address: str
    client: Client

    @classmethod
    @contextmanager
    def at(cls, address: str) -> Iterator[Cluster]:
        """Connect, and leave again.

        Raises:
            ClusterError: nobody answers there, or there is no worker.
        """
        with _quiet():
            try:
                client = Client(address, timeout=_ANSWERS, set_as_default=False)
            except (OSError, ValueError, NoAnswer) as error:
                raise ClusterError(
                    f"No Dask scheduler answers at {address}; check the address (it looks like "
                    "tcp://host:8786) and that the cluster runs.",
                    details=str(error),
                ) from error
            try:
                yield cls(address, client)
            finally:
                with suppress(OSError, NoAnswer):
                    client.close(timeout=_ANSWERS)

    def fill(self, plan: Plan, method: Method[Any], tiles: Sequence[Window], told: Stage) -> None:
        """Finish these tiles."""
        self._do(_fill, plan, method, tiles, told)
        if not set(tiles) <= plan.finished():
            raise ClusterError(
                f"The workers of {self.address} do not see the folder {plan.output}; choose one "
                "on a file system that they share with this machine."
            )

    def write(self, plan: Plan, frames: Sequence[Frame], told: Stage) -> None:
        """Write these frames from the finished tiles."""
        self._do(_write, plan, None, frames, told)

    def _do(
        self,
        task: Callable[..., Optional[KairosError]],
        plan: Plan,
        method: Optional[Method[Any]],
        items: Iterable[object],
        told: Stage,
    ) -> None:
        """One task for each item; all end when one fails for good."""
        self._ensure_workers(told)
        # A task like the others, so that what it holds outlives the worker that had it.
        common = self.client.submit(_Common, plan, method, pure=False)
        options: dict[str, Any] = {"pure": False, "retries": _RETRIES}
        waiting = {self.client.submit(task, common, item, **options) for item in items}
        steps = Steps(told, len(waiting))
        try:
            while waiting:
                steps.current()(0)
                for future in self._done(waiting):
                    waiting.discard(future)
                    _ensure_done(future, self.address)
                    steps.next()
        finally:
            if waiting:
                self.client.cancel(list(waiting), force=True)

    def _done(self, waiting: set[Future[Any]]) -> set[Future[Any]]:
        """Those that ended within a moment."""
        try:
            with self.client.as_current():
                found = wait(waiting, timeout=_BEAT, return_when="FIRST_COMPLETED")
        except NoAnswer:
            return set()
        except LostError as error:
            raise ClusterError(
                f"The cluster at {self.address} has gone; what is finished is kept, and --resume "
                "goes on with it.",
                details=str(error),
            ) from error
        return set(found.done)

    def _ensure_workers(self, told: Stage) -> None:
        left = _WORKERS
        while left > 0:
            told(0)
            with suppress(NoAnswer):
                self.client.wait_for_workers(1, timeout=_BEAT)
                return
            left -= _BEAT
        raise ClusterError(
            f"The cluster at {self.address} has no workers; start some and try again."
        )


@dataclass(frozen=True)
class _Common:
    """What all tasks of a run share."""

    plan: Plan
    method: Optional[Method[Any]]


def _fill(common: _Common, window: Window) -> Optional[KairosError]:
    """Read, compute and save one tile, on a worker."""
    plan, method = common.plan, common.method
    if method is None:
        raise TypeError("a tile needs a method")
    process.keep_memory()
    try:
        with threads(1):
            fills = plan.fill(method, window, plan.read(method.margin, window), _nobody)
            plan.save(window, fills)
        process.give_back_memory()
    except KairosError as error:
        return _to_travel(error)
    return None


def _write(common: _Common, frame: Frame) -> Optional[KairosError]:
    """Write one frame, on a worker."""
    process.keep_memory()
    try:
        common.plan.write(frame)
    except KairosError as error:
        return _to_travel(error)
    return None


def _to_travel(error: KairosError) -> KairosError:
    """The error without what caused it, which other processes may not know."""
    return type(error)(error.message, error.details)


def _nobody(done: float) -> None:
    """Progress inside a task stays on its worker."""


def _ensure_done(future: Future[Any], address: str) -> None:
    """Raises what went wrong with a task, as an error that a person understands."""
    try:
        error = future.result()
    except Exception as found:  # a worker may raise anything: it is another machine
        raise ClusterError(
            f"A worker of {address} cannot do its part ({type(found).__name__}); check that it has "
            "this version of Kairos and sees the images.",
            details=str(found),
        ) from found
    if error is not None:
        raise error


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells of every lost connection; what matters comes as an error."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
