"""Who does the parts of a run: this process, or the workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Optional, Protocol

from kairos.engine.clean.tiles import Plan
from kairos.engine.errors import ClusterError
from kairos.engine.method import Method
from kairos.engine.parallel import Behind, ahead, unordered
from kairos.engine.process import give_back_memory
from kairos.engine.progress import Stage, Steps
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Frame


class Crew(Protocol):
    """Does what is left of a plan; `told` may raise CancelledError between steps."""

    def fill(self, plan: Plan, method: Method[Any], tiles: Sequence[Window], told: Stage) -> None:
        """Finish these tiles."""

    def write(self, plan: Plan, frames: Sequence[Frame], told: Stage) -> None:
        """Write these frames from the finished tiles."""


class Here:
    """This process: the next tile is read and the last one saved while one is computed."""

    def fill(self, plan: Plan, method: Method[Any], tiles: Sequence[Window], told: Stage) -> None:
        """Finish these tiles, one after the other."""
        steps = Steps(told, len(tiles))
        with Behind() as later:
            for window, tile in ahead(partial(plan.read, method.margin), tiles):
                fills = plan.fill(method, window, tile, steps.current())
                del tile  # before the next but one is read
                later(partial(plan.save, window, fills))
                give_back_memory()  # else it would lie beside the arrays of the next
                steps.next()

    def write(self, plan: Plan, frames: Sequence[Frame], told: Stage) -> None:
        """Write these frames, one on each core."""
        steps = Steps(told, len(frames))
        for _ in unordered(plan.write, frames):
            steps.next()


@contextmanager
def crew_of(cluster: Optional[str]) -> Iterator[Crew]:
    """The crew at the address of a Dask scheduler, or this process.

    Raises:
        ClusterError: it does not answer, or Dask is not installed.
    """
    if cluster is None:
        yield Here()
        return
    try:
        from kairos.engine.clean.cluster import Cluster  # Dask takes a second to load
    except ModuleNotFoundError as error:
        raise missing(error.name) from error
    with Cluster.at(cluster) as crew:
        yield crew


def missing(library: Optional[str]) -> ClusterError:
    """What to say where a library of clusters is not installed."""
    return ClusterError(
        f"A cluster needs {library}, which is not installed; install it with: "
        "pip install 'kairos-eo[cluster]'."
    )
