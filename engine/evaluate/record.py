"""The page of results: `python -m kairos.engine.evaluate.record DATA RESULTS.md FOLDER`.

Evaluates all that can run on the stacks in DATA (its `train` and `validation`; simulated ones
where there is no DATA), measures the speed, writes the page, and leaves the reports in FOLDER.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from rasterio.errors import NotGeoreferencedWarning

from kairos.engine.errors import KairosError
from kairos.engine.evaluate import markdown, redraws
from kairos.engine.evaluate.benchmark import Figures, measure
from kairos.engine.evaluate.metrics import ensure_libraries
from kairos.engine.evaluate.page import page_of
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.survey import survey
from kairos.engine.evaluate.tasks import GAPS, PLANS
from kairos.engine.progress import Progress
from kairos.engine.rasters.write import write_text
from kairos.engine.registry import readiness
from kairos.engine.shell.bar import STYLES, progress_to
from kairos.engine.shell.streams import without_chatter
from kairos.engine.simulate.sample import write_sample

SEED = 7
TUNED_ON = frozenset(
    {
        *("be1", "leaf_34VCL", "mekong_m03", "mekong_m06", "gen_29SND", "tza_20m"),
        *("tevuren", "mekong_m09", "en21_29SQC_825", "lazio_l1c"),
    }
)
"""Stacks that were looked at while choices inside of the closed forms were made."""

_SIMULATED = (1, 2, 3)

_INTRODUCTION = """\
# Results

Hidden clear pixels, rebuilt and compared. A *ratio* is the mean absolute error (MAE, reflectance)
of a method divided by that of per-pixel linear interpolation on the same pixels: lower is better,
1 is linear interpolation. Intervals are a block bootstrap (blocks of 32 x 32 pixels and one date,
stacks drawn first); the noise floor is the MAE between two clear looks at most five days apart
after a gain for each date and band. Every stack counts the same in a mean. What each task hides is
told in [engine/evaluate/tasks.py](../engine/evaluate/tasks.py), what each measure is in
[engine/evaluate/metrics.py](../engine/evaluate/metrics.py). Left-over bright cloud is not scored;
the column *ratio with left-over cloud* says what happens if it is. The column *ratio, light known*
is the ratio with the median error of each day and band taken out: what would be left to one who
knew how bright each day was, which nothing tells of a day that is hidden whole.

This page is written by `make report`; nothing in it is typed by hand.
"""

_TUNED = """\
The choices inside of scene regression (features, scales, penalties, blocks) were made while looking
at *cloud* on the ten stacks marked with a star, with seeds 7 and 1 to 3; on *cloud* the others were
only evaluated. Those of the temporal prior (bandwidths, pooled ridge) were made while looking at
*frame* on all stacks; how far it trusts frames and observations was chosen on *frame*, *anytime*
and *gap* on all training stacks with seeds 11 and 12, but how sure it must be that this helps after
a look at the validation stacks. The kernel and the factors that agflow starts with (how many,
penalties) were chosen on *cloud* on all training stacks with seeds 11 and 12; that a few more
landmarks and pixels are worth their time was decided after a look at the validation stacks. How
the doubt of frames that teach themselves grows into a gap was chosen there, too, on training stacks
only. The
network was trained on training stacks only. How far it is followed where few days of a stack can be
judged was chosen on two of those held out of its training, while the validation stacks were looked
at as well.
A frame that is hidden whole shows scene regression nothing to learn from: it then answers with the
temporal prior, so their figures are the same.
"""

_SEEDS = """\
`--seed N` hides other ground: other clouds, other days. *frame* with seeds 7 to 11 hides every good
frame once. Where a stack has few clear days, one draw says little of it.
"""

_HEADINGS = {
    "cloud": "Cloud: real clouds of other dates laid over clear frames",
    "frame": "Frame: whole clear frames hidden",
    "anytime": "Anytime: clear dates taken out of the stack and asked for by their day",
    "gap": "Gap: windows of 20, 40 and 60 days hidden",
}


@dataclass(frozen=True)
class Record:
    """All that the page tells."""

    real: bool
    """Whether the stacks are real ones."""
    reports: Mapping[str, Report]
    """By task."""
    draws: Mapping[str, Mapping[int, Report]]
    """By task and seed."""
    figures: Figures
    validation: frozenset[str] = frozenset()
    """Names of the stacks that nothing was trained on."""

    def page(self) -> str:
        """The page as Markdown."""
        starred = TUNED_ON if self.real else frozenset()
        models = next(iter(self.reports.values())).models
        lines = [_INTRODUCTION, *_commands(models, self.real), *([_TUNED] if self.real else [])]
        for task, report in self.reports.items():
            lines += [f"## {_HEADINGS[task]}", "", *_task(report, starred)]
        lines += ["## How much the draw matters", "", _SEEDS]
        for task, reports in self.draws.items():
            lines += redraws.section(task, reports, self._groups(reports))
        return "\n".join([*lines, *_speed(self.figures)]) + "\n"

    def _groups(self, reports: Mapping[int, Report]) -> dict[str, set[str]]:
        """The stacks whose mean is told, by what they are."""
        stacks = {r.stack for report in reports.values() for e in report.each for r in e.results}
        groups = {"": stacks}
        if self.real:
            groups |= {
                "without the starred": stacks - TUNED_ON,
                "of validation": stacks & self.validation,
            }
        return groups


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help="leave large stacks out of the bench")
    parser.add_argument("--progress", choices=STYLES, default="auto")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a stack may lie anywhere
    try:
        ensure_libraries()
        with without_chatter(), progress_to(options.progress) as progress:
            made = measured(options.data, options.folder, options.quick, progress)
        write_text(options.page, made.page())
    except KairosError as error:
        print(f"kairos: {error.message}", file=sys.stderr)
        return error.exit_code
    return 0


def measured(data: Path, folder: Path, quick: bool, progress: Progress) -> Record:
    """Measure everything; the report of each task goes to a folder."""
    models = [name for name, state in readiness().items() if state == "ready"]
    real = _real(data)
    stacks = real or _simulated(folder)
    figures = measure(models, quick=quick, progress=progress)
    reports = {}
    for task in PLANS:
        reports[task] = survey(stacks, task, models, SEED, progress, pictures=True)
        write_text(folder / f"{task}.json", reports[task].as_json())
        write_text(folder / f"{task}.html", page_of(reports[task]))
    draws = {task: redraws.redraw(stacks, one, models, progress) for task, one in reports.items()}
    validation = frozenset(path.name for path in real if path.parent.name == "validation")
    return Record(bool(real), reports, draws, figures, validation)


def _real(data: Path) -> list[Path]:
    return [
        path
        for split in ("train", "validation")
        for path in sorted((data / split).glob("*"))
        if path.is_dir()
    ]


def _simulated(folder: Path) -> list[Path]:
    stacks = [folder / "simulated" / f"seed{seed}" for seed in _SIMULATED]
    for seed, stack in zip(_SIMULATED, stacks):
        if not stack.exists():
            write_sample(stack, seed=seed)
    return stacks


def _commands(models: Sequence[str], real: bool) -> Iterator[str]:
    stacks = "$KAIROS_DATA/train/* $KAIROS_DATA/validation/*"
    yield "```"
    if not real:
        stacks = " ".join(f"seed{seed}" for seed in _SIMULATED)
        yield from (f"kairos sample seed{seed} --seed {seed}" for seed in _SIMULATED)
    for task in PLANS:
        yield f"kairos evaluate {stacks} --task {task} --seed {SEED} --output {task}.json \\"
        yield f"    --models {','.join(models)}"
    yield "kairos bench"
    yield "```"
    yield ""
    origin = "Stacks are named by their folder under `KAIROS_DATA`." if real else (
        "There were no real stacks in `KAIROS_DATA`: the stacks are simulated, and their figures "
        "say little about real ones."
    )  # fmt: skip
    yield f"{origin} Models that are not named had no weights to run with."
    yield ""


def _task(report: Report, starred: frozenset[str]) -> Iterator[str]:
    if report.task == "gap":
        for days in GAPS:
            yield f"{days} days hidden, mean over stacks:"
            yield ""
            yield from markdown.verdict(report, days)
            yield from markdown.by_model(report, days)
    else:
        yield from markdown.verdict(report)
        yield from markdown.by_stack(report, starred)
        yield from markdown.simulated(report)
        yield "Mean over stacks of every measure:"
        yield ""
        yield from markdown.by_model(report)
    yield "Mean ratio by the days between the visible looks around a hidden pixel (hidden pixels"
    yield "with looks on one side only count as the longest; stacks with at least 200 such pixels):"
    yield ""
    yield from markdown.by_gap(report)
    yield from markdown.skipped(report)


def _speed(figures: Figures) -> Iterator[str]:
    machine = figures.machine
    yield "## Speed"
    yield ""
    yield (
        f"`kairos bench` on {machine['system']} {machine['architecture']}, {machine['cores']} "
        f"cores, Python {machine['python']}, numpy {machine['numpy']}. Stacks are simulated and "
        "have ten bands; reading and writing are left out, and memory is of the whole process, "
        "libraries included. The last column is the rate of a float32 matrix product on the same "
        "machine just before: by it figures carry over to others, and it tells when something "
        "else kept the machine busy."
    )
    yield ""
    yield from markdown.speeds(figures)
    yield from (f"- {network.as_text()}" for network in figures.networks)
    yield f"- the slider, on a prepared stack of 256 x 256 x 30: {figures.slider_s:.3f} s a frame,"
    yield "  written to disk"
    yield f"- a curve of the same stack: {figures.curve_s * 1e3:.0f} ms"
    yield f"- the worker, from its start to Ready: {figures.worker_start_s:.2f} s"


if __name__ == "__main__":
    sys.exit(main())
