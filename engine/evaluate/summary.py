"""Many stacks in few figures: mean ratios over sites, and ratios by length of the gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from kairos.engine.evaluate.bootstrap import Blocks, interval_of_mean
from kairos.engine.evaluate.run import BASELINE, Evaluation
from kairos.engine.evaluate.score import GAP_BINS, Result

_ENOUGH = 200
"""Pixels of a stack from which a bin of gap lengths counts."""


def by_model(evaluations: Sequence[Evaluation], seed: int) -> list[dict[str, Any]]:
    """For each model (and length of hidden window) its mean over stacks, best first.

    Each stack is a site and counts the same, whatever its size.
    """
    found = []
    for model, gap_days in _asked(evaluations):
        scored = [r for e in evaluations for r in e.results if _is(r, model, gap_days)]
        sites = [e.blocks[model, gap_days] for e in evaluations if (model, gap_days) in e.blocks]
        if scored:
            found.append(_mean(model, gap_days, scored, sites, seed))
    return sorted(found, key=lambda row: (row["gap_days"] or 0, row["ratio"]))


def by_gap(evaluations: Sequence[Evaluation]) -> list[dict[str, Any]]:
    """For each model its mean ratio over stacks by days between the visible looks."""
    found = []
    models = dict.fromkeys(g["model"] for e in evaluations for g in e.gaps)
    for model in models:
        for first, last in GAP_BINS:
            ratios = [r for e in evaluations if (r := _of_bin(e, model, first)) is not None]
            if ratios:
                found.append(
                    {
                        "model": model,
                        "from_days": first,
                        "to_days": last,
                        "stacks": len(ratios),
                        "ratio": round(sum(ratios) / len(ratios), 6),
                    }
                )
    return found


def _mean(
    model: str,
    gap_days: Optional[int],
    scored: Sequence[Result],
    sites: Sequence[Blocks],
    seed: int,
) -> dict[str, Any]:
    ratios = {r.stack: r.ratio for r in scored if r.ratio is not None}
    low, high = interval_of_mean(sites, seed)
    return {
        "model": model,
        "gap_days": gap_days,
        "stacks": len(ratios),
        "ratio": round(sum(ratios.values()) / len(ratios), 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "mae": round(sum(r.mae for r in scored if r.mae is not None) / len(scored), 6),
        "better_than_linear": sum(r < 1 for r in ratios.values()),
        "worst_stack": max(ratios, key=lambda stack: ratios[stack]),
        "worst_ratio": max(ratios.values()),
    }


def _asked(evaluations: Sequence[Evaluation]) -> list[tuple[str, Optional[int]]]:
    return list(dict.fromkeys((r.model, r.gap_days) for e in evaluations for r in e.results))


def _is(result: Result, model: str, gap_days: Optional[int]) -> bool:
    return result.model == model and result.gap_days == gap_days and result.ratio is not None


def _of_bin(evaluation: Evaluation, model: str, first: int) -> Optional[float]:
    """The ratio of a stack in one bin, over all its windows; None where few pixels lie in it."""
    bins = [g for g in evaluation.gaps if g["from_days"] == first]
    mine = [g for g in bins if g["model"] == model and g["ratio"]]
    pixels = sum(g["pixels"] for g in mine)
    if pixels < _ENOUGH or model == BASELINE:
        return 1.0 if pixels >= _ENOUGH else None
    error = sum(g["mae"] * g["pixels"] for g in mine)
    linear = sum(g["mae"] / g["ratio"] * g["pixels"] for g in mine)
    return float(error / linear)
