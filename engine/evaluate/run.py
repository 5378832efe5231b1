"""The yardstick: hide clear pixels, rebuild them, compare. One seed gives one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.evaluate.draws import DRAWS, Draw, Skipped
from kairos.engine.prior.doubt import NINE_IN_TEN
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.registry import fit_of
from kairos.engine.stack import Stack

BASELINE = "linear"
"""Every error is also given relative to this model on the same pixels."""


@dataclass(frozen=True)
class Result:
    """How one model did on one task of one stack."""

    stack: str
    task: str
    model: str
    pixels: int = 0
    """Hidden pixels that were scored."""
    mae: Optional[float] = None
    """Mean absolute error over pixels and bands, reflectance."""
    rmse: Optional[float] = None
    ratio: Optional[float] = None
    """MAE relative to that of per-pixel linear interpolation on the same pixels."""
    within: Optional[float] = None
    """Share of the truths inside the 90 % band of doubt."""
    skipped: Optional[str] = None
    """Why there is no figure."""

    def as_json(self) -> dict[str, Any]:
        """The result as plain values."""
        return asdict(self)


def evaluate(
    stack: Stack, task: str, models: Sequence[str], seed: int = 7, progress: Progress = silent
) -> list[Result]:
    """Score models on a stack.

    Args:
        stack: the images.
        task: `cloud` or `frame`.
        models: names.
        seed: of the draw.
        progress: told between models; may raise CancelledError.

    Returns:
        One result for each model, in the order given.
    """
    name = stack.root.resolve().name
    stack.ensure_series()
    told = Stage(progress, f"{name}: {task}", 0, 1)
    draw = DRAWS[task](stack.read(stack.grid.whole), seed)
    if isinstance(draw, Skipped):
        return [Result(name, task, model, skipped=draw.reason) for model in models]
    baseline = _errors(draw, BASELINE)
    known = np.isfinite(baseline.error).all(axis=1)
    if not known.any():
        return [
            Result(name, task, model, skipped="no hidden pixel is clear on any other day")
            for model in models
        ]
    results = []
    for i, model in enumerate(models):
        told(i / len(models))
        errors = baseline if model == BASELINE else _errors(draw, model)
        results.append(_scored(name, task, model, errors, baseline, known))
    told(1.0)
    return results


@dataclass(frozen=True)
class _Errors:
    """Errors of the hidden pixels, frame after frame."""

    error: FloatArray
    """(N, C) estimate minus truth."""
    sigma: FloatArray
    """(N, C)"""


def _errors(draw: Draw, model: str) -> _Errors:
    method = fit_of(model)([draw.tile])
    state = method.prepare(draw.tile)
    errors, sigmas = [], []
    for t in np.flatnonzero(draw.hidden.any(axis=(1, 2))):
        estimate = method.estimate(state, draw.tile.dates[t : t + 1])
        hidden = draw.hidden[t]
        errors.append((estimate.mean[0] - draw.truth[t])[:, hidden].T)
        sigmas.append(estimate.sigma[0][:, hidden].T)
    return _Errors(np.concatenate(errors), np.concatenate(sigmas))


def _scored(
    stack: str, task: str, model: str, errors: _Errors, baseline: _Errors, known: BoolArray
) -> Result:
    error = errors.error[known].astype(np.float64)
    linear = float(np.abs(baseline.error[known]).mean(dtype=np.float64))
    mae = float(np.abs(error).mean())
    inside = np.abs(error) <= NINE_IN_TEN * errors.sigma[known]
    return Result(
        stack=stack,
        task=task,
        model=model,
        pixels=len(error),
        mae=round(mae, 6),
        rmse=round(float(np.sqrt((error**2).mean())), 6),
        ratio=round(mae / max(linear, 1e-9), 4),
        within=round(float(inside.mean()), 4),
    )
