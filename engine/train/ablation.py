"""What parts of AGFlow are worth: `python -m kairos.engine.train.ablation STACK ... --output F`.

Where it starts is judged on clouds laid over clear frames, as by `kairos evaluate --task cloud`;
its network on days that nobody saw, all that the tasks *frame*, *anytime* and *gap* hide taken
together. The bundled network answers without one part after the other. Parts are switched off
after training: a network trained without them might miss them less. It answers without the gate,
which would hide what it does. Without radar, neither the network nor its start have any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.arrays import DateArray
from kairos.engine.errors import KairosError
from kairos.engine.evaluate.draws import Draw, Plan, hide
from kairos.engine.evaluate.regions import regions
from kairos.engine.evaluate.tasks import PLANS
from kairos.engine.method import Method
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.load import network_of
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.refiner import Refiner
from kairos.engine.models.anchor import Anchor, AnchorMethod, AnchorState
from kairos.engine.models.weights import file_of
from kairos.engine.prior.interpolation import Linear
from kairos.engine.prior.scene_regression import SceneRegression
from kairos.engine.prior.temporal import TemporalPrior
from kairos.engine.progress import Stage
from kairos.engine.rasters.write import write_text
from kairos.engine.shell.bar import progress_to
from kairos.engine.stack import Tile

SEED = 7
Fit = Callable[[Tile], Method[Any]]


@dataclass(frozen=True)
class LinearAnchors(AnchorMethod):
    """Starts at linear interpolation instead of scene regression."""

    def start(self, state: AnchorState, day: DateArray) -> Anchor:
        """The start of a day (1,)."""
        anchor, count = super().start(state, day), len(state.tile.bands)
        line = self.scene.prior.base(state.prior, day)[1][0, :count]
        line = np.where(np.isfinite(line), line, anchor.base)
        seen = anchor.start
        error = np.where(anchor.clear, seen - line, np.float32(0))
        return replace(anchor, start=np.where(anchor.clear, seen, line), error=error)


def network(
    *, anchors: type[AnchorMethod] = AnchorMethod, radar: bool = True, **changed: int
) -> Callable[[Tile], Method[Any]]:
    """The bundled network with other settings, and no gate.

    Args:
        anchors: where the flow starts.
        radar: whether it sees the radar of a stack.
        changed: fields of its configuration.
    """

    def fit(tile: Tile) -> Method[Any]:
        bundled = network_of(file_of("agflow"))
        same = AGFlow(AGFlowConfig(**{**asdict(bundled.config), **changed}))
        same.load_state_dict(bundled.state_dict(), strict=False)  # what is off has no weights
        same = same.eval().requires_grad_(False)
        starts = anchors.fit([tile if radar else without_radar(tile)])
        return AGFlowMethod(starts, partial(Refiner.of, same), same.config.scene)

    return fit


def start_without_factors(tile: Tile) -> SceneRegression:
    """Scene regression with a kernel, on the looks of other days alone."""
    start = SceneRegression.fit([tile], thorough=True)
    bare = tuple(replace(state, latent=None) for state in start.sample)
    return replace(start, sample=bare, factors=None)


def without_radar(tile: Tile) -> Tile:
    """The tile as if there were no radar."""
    return replace(tile, radar=tile.radar[:0], radar_dates=tile.radar_dates[:0])


def starts() -> Mapping[str, Fit]:
    """Where the flow may start on a frame that teaches itself, by what it is."""
    return {
        "scene regression": lambda tile: SceneRegression.fit([tile]),
        "the start: scene regression with factors and a kernel": (
            lambda tile: SceneRegression.fit([tile], thorough=True)
        ),
        "the start without factors": start_without_factors,
        "agflow as it ships": lambda tile: AGFlowMethod.fit([tile]),
    }


def networks() -> Mapping[str, Fit]:
    """The network with and without its parts, by what it is."""
    return {
        "the start: the temporal prior": lambda tile: TemporalPrior.fit([tile]),
        "the start without radar": lambda tile: TemporalPrior.fit([without_radar(tile)]),
        "agflow as it ships (start, network and gate)": lambda tile: AGFlowMethod.fit([tile]),
        "the network": network(),
        "the network without radar": network(radar=False),
        "the network without time bias": network(time_bias=False),
        "the network without rotary encoding": network(rotary=False),
        "the network from a linear anchor": network(anchors=LinearAnchors),
        "the network in 2 steps": network(steps=2),
        "the network in 4 steps": network(steps=4),
    }


def error_of(method: Method[Any], draw: Draw, tile: Tile) -> float:
    """Summed absolute error on the hidden pixels that are known to linear interpolation."""
    line = Linear.fit([draw.tile])
    known, state = line.prepare(draw.tile), method.prepare(tile)
    total = 0.0
    for d in range(len(draw.dates)):
        day, scored = draw.dates[d : d + 1], draw.trusted[d]
        scored = scored & np.isfinite(line.estimate(known, day).mean[0]).all(axis=0)
        off = np.abs(method.estimate(state, day).mean[0] - draw.truth[d])
        total += float(off[:, scored].sum())
    return total


def draws_of(root: Path, tasks: Sequence[str]) -> list[Draw]:
    """What some tasks hide of a stack."""
    with open_stack(root) as stack:
        tiles = [stack.read(window) for window in regions(stack, SEED)]
    plans = [(tile, plan) for tile in tiles for task in tasks for plan in PLANS[task](tile, SEED)]
    return [hide(tile, plan) for tile, plan in plans if isinstance(plan, Plan)]


Table = Mapping[str, Sequence[float]]
"""The ratio of each variant on each stack."""


def compared(
    stacks: Sequence[Path], tasks: Sequence[str], variants: Mapping[str, Fit], told: Stage
) -> Table:
    """The ratios of some variants on some tasks together."""
    ratios: dict[str, list[float]] = {name: [] for name in variants}
    for i, root in enumerate(stacks):
        draws = draws_of(root, tasks)
        linear = sum(error_of(Linear.fit([d.tile]), d, d.tile) for d in draws)
        for k, (name, fit) in enumerate(variants.items()):
            told((i + k / len(ratios)) / len(stacks))
            bare, off = name.endswith("without radar"), 0.0
            for draw in draws:
                tile = without_radar(draw.tile) if bare else draw.tile
                off += error_of(fit(tile), draw, tile)
            ratios[name].append(off / linear if linear else float("nan"))
    return ratios


def ablate(stacks: Sequence[Path], output: Path, style: str) -> None:
    """Compare the variants and write a page."""
    with progress_to(style) as progress:
        by_start = compared(stacks, ["cloud"], starts(), Stage(progress, "starts", 0, 0.3))
        others = [task for task in PLANS if task != "cloud"]
        by_part = compared(stacks, others, networks(), Stage(progress, "networks", 0.3, 1))
    write_text(output, page_of([root.name for root in stacks], by_start, by_part))


def page_of(stacks: Sequence[str], by_start: Table, by_part: Table) -> str:
    """The tables as Markdown: a row for each variant, the mean of the stacks first."""
    lines = [
        "# What each part of AGFlow is worth",
        "",
        *(__doc__ or "").splitlines()[2:],
        "Ratio to linear interpolation, seed 7: lower is better.",
    ]
    for title, table in (("Clouds", by_start), ("Days that nobody saw", by_part)):
        lines += ["", f"## {title}", "", f"| | mean | {' | '.join(stacks)} |"]
        lines.append(f"|---|---|{'---|' * len(stacks)}")
        for name, values in table.items():
            cells = " | ".join(f"{value:.3f}" for value in values)
            lines.append(f"| {name} | {np.nanmean(values):.3f} | {cells} |")
    return "\n".join(lines) + "\n"


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the comparison; 1 after an error that is told in a sentence."""
    parser = argparse.ArgumentParser(prog="python -m kairos.engine.train.ablation")
    parser.add_argument("stacks", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--progress", default="auto")
    options = parser.parse_args(arguments)
    try:
        ablate(options.stacks, options.output, options.progress)
    except KairosError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
