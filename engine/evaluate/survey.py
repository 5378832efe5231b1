"""One task over several stacks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Callable

from kairos.engine.api import open_stack
from kairos.engine.errors import CancelledError, KairosError
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.run import Evaluation, evaluate
from kairos.engine.evaluate.score import Result
from kairos.engine.progress import Progress, silent

EXHIBITS = 4
"""Stacks of which pictures are kept."""


def survey(
    stacks: Sequence[Path],
    task: str,
    models: Sequence[str],
    seed: int = 7,
    progress: Progress = silent,
    *,
    bright: bool = False,
    pictures: bool = False,
    warn: Callable[[str], None] = lambda _: None,
) -> Report:
    """Evaluate each stack; one of several that cannot be read is skipped with the reason.

    Args:
        stacks: folders.
        task, models, seed, progress, bright: as of `evaluate`.
        pictures: keep pictures of the first few stacks that can be evaluated.
        warn: told why a stack is skipped.

    Raises:
        KairosError: if the only stack cannot be evaluated.
    """
    found: dict[str, Evaluation] = {}
    for path in stacks:
        shown = sum(e.exhibit is not None for e in found.values())
        try:
            with open_stack(path) as stack:
                found[str(path)] = evaluate(
                    stack, task, models, seed, progress,
                    bright=bright, pictures=pictures and shown < EXHIBITS,
                )  # fmt: skip
        except CancelledError:
            raise
        except KairosError as error:
            if len(stacks) == 1:
                raise
            warn(error.message)
            name = path.resolve().name
            found[str(path)] = Evaluation(
                [Result(name, task, model, skipped=error.message) for model in models]
            )
    return Report(task, seed, tuple(models), bright, found)
