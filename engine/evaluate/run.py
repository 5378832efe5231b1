"""The yardstick: hide clear pixels, rebuild them, compare. One seed gives one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.errors import CancelledError, KairosError
from kairos.engine.evaluate.answers import Answers, ask
from kairos.engine.evaluate.bootstrap import Blocks
from kairos.engine.evaluate.draws import Draw, Plan, Skipped, hide
from kairos.engine.evaluate.gallery import Exhibit, Gallery
from kairos.engine.evaluate.noise import noise_floor
from kairos.engine.evaluate.regions import regions
from kairos.engine.evaluate.rows import Rows
from kairos.engine.evaluate.score import Case, Result, Scored, score
from kairos.engine.evaluate.tasks import PLANS
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.rasters.grid import Window
from kairos.engine.stack import Stack

BASELINE = "linear"
"""Every error is also given relative to this model on the same pixels."""


@dataclass
class Evaluation:
    """Everything that was measured on one task of one stack."""

    results: list[Result] = field(default_factory=list)
    """One for each model (and length of gap), in the order given."""
    frames: list[dict[str, Any]] = field(default_factory=list)
    bands: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    blocks: dict[tuple[str, Optional[int]], Blocks] = field(default_factory=dict)
    """By model and length of the hidden windows."""
    noise: Optional[tuple[float, int]] = None
    """Noise floor and the number of pairs of dates that it was seen in."""
    seconds: dict[str, float] = field(default_factory=dict)
    exhibit: Optional[Exhibit] = None

    def add(self, scored: Scored) -> None:
        """Keep the figures of a model."""
        self.results.append(scored.result)
        self.frames += scored.frames
        self.bands += scored.bands
        self.gaps += scored.gaps
        self.blocks[scored.result.model, scored.result.gap_days] = scored.blocks


def evaluate(
    stack: Stack,
    task: str,
    models: Sequence[str],
    seed: int = 7,
    progress: Progress = silent,
    *,
    bright: bool = False,
    pictures: bool = False,
    windows: Optional[Sequence[Window]] = None,
    watch: Callable[[str, Answers], None] = lambda model, answers: None,
) -> Evaluation:
    """Score models on a stack.

    Args:
        stack: the images. Of a large one a seeded set of windows is evaluated.
        task: one of `PLANS`.
        models: names; one that cannot run here is skipped with the reason.
        seed: of all that is drawn.
        progress: told while each model answers; may raise CancelledError.
        bright: take left-over bright cloud for truth.
        pictures: keep images and curves for a report.
        windows: what is evaluated instead, each as a stack by itself.
        watch: told what each model answers.

    Raises:
        StackError: one date only.
        ReadError: a file cannot be read.
    """
    stack.ensure_series()
    name = stack.root.resolve().name
    tiles = [stack.read(window) for window in windows or regions(stack, seed)]
    variants = list(zip(*(PLANS[task](tile, seed) for tile in tiles)))
    told = _Shares(Stage(progress, f"{name}: {task}", 0, 1), len(variants) * len(models))
    gallery = Gallery(name, task) if pictures else None
    run = _Run(name, task, models, seed, bright, told, gallery, watch)
    floors = [floor for floor in map(noise_floor, tiles) if floor]
    run.found.noise = max(floors, key=lambda floor: floor[1], default=None)
    for plans in variants:
        draws = [hide(t, p) for t, p in zip(tiles, plans) if isinstance(p, Plan)]
        if draws:
            run.judge(draws)
        else:
            run.skip(next(p for p in plans if isinstance(p, Skipped)))
    return run.found


class _Shares:
    """A stage that is done after so many models, each told in its own 0..1."""

    def __init__(self, told: Stage, count: int) -> None:
        self._told, self._count, self._done = told, max(count, 1), 0

    def __call__(self, share: float) -> None:
        self._told((self._done + share) / self._count)

    def next(self) -> None:
        """One more model is done."""
        self._done += 1
        self(0.0)


@dataclass
class _Run:
    """One task of one stack while it is being evaluated."""

    stack: str
    task: str
    models: Sequence[str]
    seed: int
    bright: bool
    told: _Shares
    gallery: Optional[Gallery]
    watch: Callable[[str, Answers], None]
    found: Evaluation = field(default_factory=Evaluation)

    def skip(self, why: Skipped) -> None:
        """No model can be asked."""
        self.found.results += [
            Result(self.stack, self.task, m, gap_days=why.gap_days, skipped=why.reason)
            for m in self.models
        ]

    def judge(self, draws: Sequence[Draw]) -> None:
        """Ask every model for what is hidden in some draws."""
        baseline = ask(BASELINE, draws)
        case = Case(
            stack=self.stack,
            task=self.task,
            bands=draws[0].tile.bands,
            gap_days=draws[0].gap_days,
            rows=Rows.of(draws),
            baseline=baseline.mean,
            known=np.isfinite(baseline.mean).all(axis=1),
            bright=self.bright,
            seed=self.seed,
            simulated=any(draw.simulated for draw in draws),
        )
        if not case.counted.any():
            self.skip(Skipped("no hidden pixel is clear on any other day", case.gap_days))
            return
        for model in self.models:
            known = model == BASELINE
            self._keep(case, model, baseline if known else _answers(model, draws, self.told))
            self.told.next()
        if self.gallery is not None and self.gallery.exhibit is not None:
            self.found.exhibit, self.gallery = self.gallery.exhibit, None

    def _keep(self, case: Case, model: str, answers: Answers | str) -> None:
        scored = (
            case.skipped(model, answers)
            if isinstance(answers, str)
            else score(case, model, answers)
        )
        if isinstance(scored, Result):
            self.found.results.append(scored)
            return
        self.found.add(scored)
        if isinstance(answers, Answers):
            self.watch(model, answers)
            seconds = self.found.seconds
            seconds[model] = seconds.get(model, 0.0) + answers.seconds
            if self.gallery is not None:
                self.gallery.hang(model, answers)


def _answers(model: str, draws: Sequence[Draw], told: _Shares) -> Answers | str:
    """The answers of a model, or why there are none."""
    try:
        return ask(model, draws, told)
    except CancelledError:
        raise
    except KairosError as error:
        return error.message
