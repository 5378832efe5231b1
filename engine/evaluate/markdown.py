"""Figures as tables of Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Optional

from kairos.engine.evaluate.benchmark import Figures
from kairos.engine.evaluate.report import Report
from kairos.engine.evaluate.score import Result

_MEANS = (
    ("mae", "MAE", 4), ("rmse", "RMSE", 4), ("psnr", "PSNR", 1), ("sam", "SAM", 2),
    ("ssim", "SSIM", 3), ("ssim_hidden", "SSIM hidden", 3), ("ndvi_mae", "NDVI error", 3),
    ("nrmse_cloudy", "NRMSE cloudy", 4), ("nrmse_clear", "NRMSE clear", 4), ("within", "within", 2),
    ("interval_score", "interval score", 4),
    ("ratio_with_bright", "ratio with left-over cloud", 3),
    ("ratio_levelled", "ratio, light known", 3),
)  # fmt: skip


def by_stack(report: Report, starred: Collection[str]) -> Iterator[str]:
    """The ratio of each model on each stack; bold is the best of a row."""
    models = [m for m in report.models if m != "linear"]
    floor = {n["stack"]: n["mae"] for n in report.document()["noise_floor"]}
    rows: list[list[str]] = []
    means: dict[str, list[tuple[str, float]]] = {m: [] for m in models}
    for evaluation in report.each:
        of = {r.model: r for r in evaluation.results if r.ratio is not None}
        if "linear" not in of:
            continue
        stack = of["linear"].stack
        best = min(round(of[m].ratio or 0, 2) for m in models if m in of)
        cells = [_cell(of.get(m), best) for m in models]
        for m in models:
            if m in of:
                means[m].append((stack, of[m].ratio or 0))
        name = f"{stack} *" if stack in starred else stack
        rows.append([name, number(floor.get(stack), 4), number(of["linear"].mae, 4), *cells])
    rows.append(["mean", "", "", *(_mean(r for _, r in means[m]) for m in models)])
    if starred:
        others = [[r for stack, r in means[m] if stack not in starred] for m in models]
        rows.append(["mean without the starred", "", "", *map(_mean, others)])
    yield from table(["stack", "noise floor", "MAE, linear", *models], rows)


def by_model(report: Report, gap_days: Optional[int] = None) -> Iterator[str]:
    """The mean over stacks of every measure, best model first."""
    rows = []
    for row in report.document()["summary"]:
        if row["gap_days"] != gap_days:
            continue
        results = [
            r.as_json()
            for e in report.each
            for r in e.results
            if r.model == row["model"] and r.gap_days == gap_days
        ]
        rows.append(
            [
                row["model"],
                f"{row['ratio']:.3f}",
                f"{row['low']:.2f} to {row['high']:.2f}",
                f"{row['better_than_linear']} of {row['stacks']}",
                f"{row['worst_stack']} {row['worst_ratio']:.2f}",
                *(_mean((r[key] for r in results), digits) for key, _, digits in _MEANS),
            ]
        )
    labels = [label for _, label, _ in _MEANS]
    head = ["model", "ratio", "90 % interval", "better than linear", "worst stack", *labels]
    yield from table(head, rows)


def verdict(report: Report, gap_days: Optional[int] = None) -> Iterator[str]:
    """One sentence: which model is best, and whether it beats linear interpolation."""
    rows = [
        row
        for row in report.document()["summary"]
        if row["gap_days"] == gap_days and row["model"] != "linear"
    ]
    if rows:
        yield sentence(min(rows, key=lambda row: float(row["ratio"])))
        yield ""


def sentence(best: Mapping[str, Any]) -> str:
    """What there is to say of the best row of a summary."""
    figures = f"{best['ratio']:.2f} ({best['low']:.2f} to {best['high']:.2f})"
    if best["high"] < 1:
        return (
            f"The best, {best['model']}, has {figures} of the error of linear interpolation, and "
            f"is better than it on {best['better_than_linear']} of {best['stacks']} stacks."
        )
    return (
        f"No method is surely better than linear interpolation on average: the best, "
        f"{best['model']}, has a ratio of {figures}."
    )


def simulated(report: Report) -> Iterator[str]:
    """Stacks whose own clouds were too few, if there are any."""
    names = dict.fromkeys(r.stack for e in report.each for r in e.results if r.simulated_clouds)
    if names:
        yield f"Simulated clouds joined the few of {', '.join(names)}."
        yield ""


def by_gap(report: Report) -> Iterator[str]:
    """The mean ratio of each model by days between the visible looks."""
    bins = report.document()["by_gap"]
    lengths = sorted({(b["from_days"], b["to_days"]) for b in bins}, key=lambda pair: pair[0])
    labels = [f"{a} to {b} days" if b else f"over {a - 1} days" for a, b in lengths]
    rows = []
    for model in dict.fromkeys(b["model"] for b in bins):
        of = {b["from_days"]: b for b in bins if b["model"] == model}
        rows.append([model, *(number(of[a]["ratio"] if a in of else None, 2) for a, _ in lengths)])
    counts = {b["from_days"]: str(b["stacks"]) for b in bins if b["model"] == "linear"}
    rows.append(["stacks", *(counts.get(a, "") for a, _ in lengths)])
    yield from table(["model", *labels], rows)


def speeds(figures: Figures) -> Iterator[str]:
    """Seconds per million pixel-frames and peak memory of each method."""
    rows = []
    for s in figures.speeds:
        size = f"{s.width} x {s.height} x {s.frames}"
        time = s.skipped or number(s.seconds_per_mpx_frame, 2)
        rows.append(
            [s.model, s.device, size, time, number(s.peak_mb, 0), number(s.matrix_gflops, 0)]
        )
    yield from table(
        ["model", "device", "stack", "s per Mpx-frame", "peak MB", "GFLOP/s just before"], rows
    )


def skipped(report: Report) -> Iterator[str]:
    """Which stacks and models have no figure, and why; nothing where all have one."""
    reasons: dict[tuple[str, str], set[str]] = {}
    for r in (r for e in report.each for r in e.results if r.skipped):
        name = r.stack + (f" ({r.gap_days} days)" if r.gap_days else "")
        reasons.setdefault((name, r.skipped or ""), set()).add(r.model)
    for (name, reason), models in reasons.items():
        who = "" if models == set(report.models) else f", {', '.join(sorted(models))}"
        yield f"Skipped: {name}{who}: {reason}."
        yield ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, and an empty one."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def number(value: Optional[float], digits: int) -> str:
    """A figure with so many digits; nothing for None."""
    return "" if value is None else f"{value:.{digits}f}"


def _cell(result: Optional[Result], best: float) -> str:
    text = number(result.ratio if result else None, 2)
    return f"**{text}**" if text and float(text) == best else text


def _mean(values: Iterable[Any], digits: int = 3) -> str:
    known = [v for v in values if v is not None]
    return number(sum(known) / len(known), digits) if known else ""
