"""How fast the network of a learned model is, apart from what surrounds it.

The gate of a stack may keep a network from being asked, and then it costs nothing: here it is
asked for as many days as the stack has, for such days as it was trained on. Seconds are per
million pixel-frames; what is fitted once for a stack is left out.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.arrays import DateArray
from kairos.engine.evaluate.machine import timed
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.gate import OPEN
from kairos.engine.parallel import each
from kairos.engine.process import prepare
from kairos.engine.reconstruct import sample_of
from kairos.engine.stack import Tile


@dataclass(frozen=True)
class NetworkSpeed:
    """A network on one stack on one device."""

    model: str
    device: str
    width: int
    height: int
    frames: int
    asked: str
    """Which days it was asked for, in words."""
    network: float
    """Seconds per million pixel-frames: encoder, decoder, regression and convolutions."""
    with_prior: float
    """Seconds per million pixel-frames: the same, the closed forms that it starts from included."""
    one_more_date: float
    """Seconds of one more date of a tile that is prepared, closed forms included."""
    fit: float
    """Seconds of what is done once for a stack: closed forms, gate, every frame learned."""

    def as_text(self) -> str:
        """The figures as a sentence."""
        size = f"{self.width}x{self.height}x{self.frames}"
        return (
            f"{self.model} on {self.device}, {size}, asked for as many {self.asked}: network alone "
            f"{self.network:.2f} s/Mpx-frame, closed forms included {self.with_prior:.2f}; one "
            f"more date {self.one_more_date * 1e3:.0f} ms; fitted once in {self.fit:.1f} s"
        )


def network_speed_of(model: str, device: str, root: Path, runs: int = 3) -> NetworkSpeed:
    """Measure the network of a model on the stack at `root`, as one tile, best of some runs."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=prepare) as pool:
        return pool.submit(_measured, model, device, root, runs).result()


def _measured(model: str, device: str, root: Path, count: int) -> NetworkSpeed:
    os.environ["KAIROS_DEVICE"] = device
    with open_stack(root) as stack:
        sample, tile = sample_of(stack), stack.read(stack.grid.whole)

    fit, own = timed(lambda: AGFlowMethod.fit(sample))
    method = own.within(OPEN)
    fit += timed(lambda: each(method.learn, range(len(tile.dates))))[0]
    days = tile.dates if method.scene else _between(tile.dates)
    runs = [_run(method, tile, days) for _ in range(count)]
    network, with_prior, more = (min(run[i] for run in runs) for i in range(3))
    mpx = tile.clear.size / 1e6
    height, width = tile.clear.shape[1:]
    return NetworkSpeed(
        model=model,
        device=device,
        width=width,
        height=height,
        frames=len(tile.dates),
        asked="of its frames" if method.scene else "days that nobody saw",
        network=round(network / mpx, 4),
        with_prior=round(with_prior / mpx, 4),
        one_more_date=round(more, 4),
        fit=round(fit, 3),
    )


def _between(dates: DateArray) -> DateArray:
    """As many days that lie between the dates."""
    free = np.setdiff1d(np.arange(dates[0], dates[-1]), dates)
    return np.asarray(free[np.linspace(0, len(free) - 1, len(dates)).astype(int)])


def _run(method: AGFlowMethod, tile: Tile, dates: DateArray) -> tuple[float, float, float]:
    """Seconds of the network, of all with the prior, and of one more date."""
    days = [dates[d : d + 1] for d in range(len(dates))]
    start, state = timed(partial(method.prepare, tile))
    start += timed(state.anchors.prior.trusted)[0]
    refiner, inner = method.refiner, state.asked()
    asked = each(partial(refiner.ask, inner), days)
    encoding, _ = timed(inner.known)
    decoding, _ = timed(lambda: each(partial(refiner.refined, inner), asked))
    whole, _ = timed(lambda: each(partial(method.estimate, state), days))
    more = [timed(partial(each, partial(method.estimate, state), [day]))[0] for day in days]
    return encoding + decoding, start + encoding + whole, float(np.median(more))
