"""The same tasks drawn with other seeds: how much a figure hangs on which ground was hidden.

*Frame* with seeds 7 to 11 hides every good frame exactly once; what one of them says of a stack of
a few clear days says little of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean

from kairos.engine.evaluate import markdown
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.survey import survey
from kairos.engine.progress import Progress

SEEDS = {
    "cloud": (7, 1, 2, 3),
    "frame": (7, 8, 9, 10, 11),
    "anytime": (7, 8, 9, 10, 11),
    "gap": (7, 8, 9),
}
"""By task, the first that of the tables above."""
MODELS = {task: ("scene-regression" if task == "cloud" else "temporal", "agflow") for task in SEEDS}
"""The best closed form of each task, and the network that starts there."""

Ratios = dict[str, dict[str, dict[int, float]]]
"""By column, stack and seed."""


def redraw(
    stacks: Sequence[Path], first: Report, models: Collection[str], progress: Progress
) -> dict[int, Report]:
    """A task with its other seeds, the first of which is done.

    Args:
        stacks: folders.
        first: the task with the first seed.
        models: what can run here.
        progress: told of each stack; may raise CancelledError.
    """
    chosen = ("linear", *(model for model in MODELS[first.task] if model in models))
    others = [seed for seed in SEEDS[first.task] if seed != first.seed]
    more = {seed: survey(stacks, first.task, chosen, seed, progress) for seed in others}
    return {first.seed: first, **more}


def section(
    task: str, reports: Mapping[int, Report], groups: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """The tables of a task: mean over seeds by stack, and mean over stacks by seed.

    Args:
        task: name.
        reports: by seed.
        groups: stacks whose mean is told, by what they are.
    """
    ratios = _ratios(task, reports)
    stacks = list(dict.fromkeys(stack for of in ratios.values() for stack in of))
    if not stacks:
        return
    yield f"*{task}*, seeds {', '.join(map(str, reports))}: mean ratio, and from the least to the"
    yield "largest of a seed."
    yield ""
    rows = [[stack, *(_cell(of.get(stack, {})) for of in ratios.values())] for stack in stacks]
    for name, chosen in groups.items():
        means = [_mean_of(of, [s for s in stacks if s in chosen]) for of in ratios.values()]
        rows.append([f"mean {name}".strip(), *means])
    yield from markdown.table(["stack", *ratios], rows)
    rows = [
        [str(seed), *(_mean_of(of, stacks, (seed,)) for of in ratios.values())] for seed in reports
    ]
    yield from markdown.table(["seed", *ratios], rows)


def _ratios(task: str, reports: Mapping[int, Report]) -> Ratios:
    """The ratios of the models of a task; each length of a gap has a column of its own."""
    found: Ratios = {}
    for seed, report in reports.items():
        for r in (r for e in report.each for r in e.results):
            if r.model in MODELS[task] and r.ratio is not None:
                column = f"{r.model}, {r.gap_days} days" if r.gap_days else r.model
                found.setdefault(column, {}).setdefault(r.stack, {})[seed] = r.ratio
    return dict(sorted(found.items(), key=lambda item: _order(task, item[0])))


def _order(task: str, column: str) -> tuple[str, int]:
    model, _, days = column.partition(", ")
    return days, MODELS[task].index(model)


def _cell(by_seed: Mapping[int, float]) -> str:
    if not by_seed:
        return ""
    return (
        f"{mean(by_seed.values()):.2f} ({min(by_seed.values()):.2f} to {max(by_seed.values()):.2f})"
    )


def _mean_of(
    of: Mapping[str, Mapping[int, float]], stacks: Sequence[str], seeds: Collection[int] = ()
) -> str:
    """The mean over stacks of their means over seeds, all seeds if none is named."""
    means = []
    for stack in stacks:
        values = [v for seed, v in of.get(stack, {}).items() if seed in seeds or not seeds]
        if values:
            means.append(mean(values))
    return f"{mean(means):.3f}" if means else ""
