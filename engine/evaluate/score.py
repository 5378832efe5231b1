"""From answers to figures: of a whole task, by frame, by band and by length of the gap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Optional

import numpy as np

from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.evaluate import metrics
from kairos.engine.evaluate.answers import Answers
from kairos.engine.evaluate.bootstrap import Blocks, interval
from kairos.engine.evaluate.rows import Rows
from kairos.engine.prior.doubt import NINE_IN_TEN

GAP_BINS = ((1, 10), (11, 20), (21, 40), (41, 60), (61, None))
"""Days between the visible looks around a hidden one; the last bin also holds hidden looks at
the ends of the series, which have looks on one side only."""


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
    psnr: Optional[float] = None
    """dB, range 1; None where nothing differs."""
    sam: Optional[float] = None
    """Spectral angle, degrees."""
    ssim: Optional[float] = None
    """Of the filled frames, over all windows whose centre is known."""
    ssim_hidden: Optional[float] = None
    """The same over windows whose centre was hidden."""
    ndvi_mae: Optional[float] = None
    nrmse: Optional[float] = None
    """RMSE on [0, 1] in the three sets of SeqDMs: of all hidden pixels, ..."""
    nrmse_cloudy: Optional[float] = None
    """... of those clear in none of the three nearest dates of the input, ..."""
    nrmse_clear: Optional[float] = None
    """... and of those clear in at least one of them."""
    ratio: Optional[float] = None
    """MAE relative to that of per-pixel linear interpolation on the same pixels."""
    low: Optional[float] = None
    """The ratio lies between low and high with 90 %, by block bootstrap."""
    high: Optional[float] = None
    ratio_levelled: Optional[float] = None
    """The ratio with the median error of each day and band taken out: what would be left to one who
    knew how bright each day was."""
    gap_days: Optional[int] = None
    """Length of the hidden windows, where the task hides windows."""
    within: Optional[float] = None
    """Share of the truths inside the 90 % band of doubt."""
    interval_score: Optional[float] = None
    """Of that band, reflectance: less is better."""
    pixels_with_bright: Optional[int] = None
    """The same three figures with left-over bright cloud taken for truth."""
    mae_with_bright: Optional[float] = None
    ratio_with_bright: Optional[float] = None
    simulated_clouds: bool = False
    """Whether the stack had too few clouds of its own, so that simulated ones joined them."""
    skipped: Optional[str] = None
    """Why there is no figure."""

    def as_json(self) -> dict[str, Any]:
        """The result as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Scored:
    """All figures of one model on one task of one stack."""

    result: Result
    frames: list[dict[str, Any]]
    """One for each day asked for."""
    bands: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    """One for each of `GAP_BINS` that holds a pixel."""
    blocks: Blocks


@dataclass(frozen=True)
class Case:
    """What is being scored: the rows, the baseline on them, and which rows count."""

    stack: str
    task: str
    bands: tuple[str, ...]
    gap_days: Optional[int]
    rows: Rows
    baseline: FloatArray
    """(N, C) linear interpolation."""
    known: BoolArray
    """(N,) rows of which linear interpolation knows something."""
    bright: bool
    """Whether left-over bright cloud is taken for truth."""
    seed: int
    simulated: bool = False
    """Whether simulated clouds are among those that hide pixels."""

    @property
    def counted(self) -> BoolArray:
        """(N,) rows that are scored."""
        return self.known if self.bright else self.known & self.rows.trusted

    def skipped(self, model: str, reason: str) -> Result:
        """A result without figures."""
        return Result(self.stack, self.task, model, gap_days=self.gap_days, skipped=reason)


def score(case: Case, model: str, answers: Answers) -> Scored | Result:
    """All figures of a model, or the result that says why there are none."""
    missing = int((~np.isfinite(answers.mean[case.counted]).all(axis=1)).sum())
    if missing:
        reason = f"it gave no value for {missing} of the {int(case.counted.sum())} hidden pixels"
        return case.skipped(model, reason)
    chosen = case.counted
    rows, estimate = case.rows.where(chosen), answers.mean[chosen]
    linear = case.baseline[chosen]
    blocks = _blocks(rows, estimate, linear)
    low, high = interval(blocks, case.seed)
    error, reach = estimate - rows.truth, NINE_IN_TEN * answers.sigma[chosen]
    similarity = _similarities(answers.similarity.sum(axis=0))
    result = Result(
        stack=case.stack,
        task=case.task,
        model=model,
        pixels=len(estimate),
        **_errors(estimate, rows.truth),
        ssim=similarity[0],
        ssim_hidden=similarity[1],
        ndvi_mae=_number(metrics.ndvi_mae(estimate, rows.truth, case.bands)),
        nrmse=_nrmse(estimate, rows.truth, np.ones(len(estimate), bool)),
        nrmse_cloudy=_nrmse(estimate, rows.truth, ~rows.near),
        nrmse_clear=_nrmse(estimate, rows.truth, rows.near),
        ratio=_number(_ratio(estimate, linear, rows.truth)),
        low=_number(low),
        high=_number(high),
        ratio_levelled=_number(_ratio(_levelled(rows, estimate), linear, rows.truth)),
        gap_days=case.gap_days,
        within=_number(metrics.within(error, reach)),
        interval_score=_number(metrics.interval_score(error, reach)),
        simulated_clouds=case.simulated,
        **_with_bright(case, answers.mean),
    )
    tags = {"stack": case.stack, "task": case.task, "model": model, "gap_days": case.gap_days}
    return Scored(
        result=result,
        frames=[tags | frame for frame in _by_frame(rows, estimate, linear, answers)],
        bands=[tags | band for band in _by_band(case.bands, rows, estimate, linear)],
        gaps=[tags | gap for gap in _by_gap(rows, estimate, linear)],
        blocks=blocks,
    )


def _errors(estimate: FloatArray, truth: FloatArray) -> dict[str, Any]:
    return {
        "mae": _number(metrics.mae(estimate, truth)),
        "rmse": _number(metrics.rmse(estimate, truth)),
        "psnr": _number(metrics.psnr(estimate, truth)),
        "sam": _number(metrics.sam(estimate, truth)),
    }


def _nrmse(estimate: FloatArray, truth: FloatArray, chosen: BoolArray) -> Optional[float]:
    return _number(metrics.rmse(estimate[chosen], truth[chosen])) if chosen.any() else None


def _ratio(estimate: FloatArray, linear: FloatArray, truth: FloatArray) -> Optional[float]:
    below = metrics.mae(linear, truth)
    above = metrics.mae(estimate, truth)
    return above / below if below > 0 else (1.0 if above == 0 else None)


def _levelled(rows: Rows, estimate: FloatArray) -> FloatArray:
    """The estimate without the median error of each day and band."""
    level = estimate.copy()
    for date in np.unique(rows.date):
        on = rows.date == date
        level[on] -= np.median(estimate[on] - rows.truth[on], axis=0)
    return level


def _with_bright(case: Case, mean: FloatArray) -> dict[str, Any]:
    """Figures with left-over bright cloud taken for truth; where a method says nothing, none."""
    chosen = case.known
    if not np.isfinite(mean[chosen]).all():
        return {}
    truth = case.rows.truth[chosen]
    return {
        "pixels_with_bright": int(chosen.sum()),
        "mae_with_bright": _number(metrics.mae(mean[chosen], truth)),
        "ratio_with_bright": _number(_ratio(mean[chosen], case.baseline[chosen], truth)),
    }


def _by_frame(
    rows: Rows, estimate: FloatArray, linear: FloatArray, answers: Answers
) -> list[dict[str, Any]]:
    found = []
    for date in np.unique(rows.date):
        on = rows.date == date
        similarity = _similarities(answers.similarity[answers.dates == date].sum(axis=0))
        found.append(
            {
                "date": str(date),
                "pixels": int(on.sum()),
                **_errors(estimate[on], rows.truth[on]),
                "ssim": similarity[0],
                "ssim_hidden": similarity[1],
                "ratio": _number(_ratio(estimate[on], linear[on], rows.truth[on])),
            }
        )
    return found


def _by_band(
    bands: Sequence[str], rows: Rows, estimate: FloatArray, linear: FloatArray
) -> list[dict[str, Any]]:
    found = []
    for c, band in enumerate(bands):
        one, truth, base = (x[:, c : c + 1] for x in (estimate, rows.truth, linear))
        found.append(
            {
                "band": band,
                "mae": _number(metrics.mae(one, truth)),
                "rmse": _number(metrics.rmse(one, truth)),
                "bias": _number(float((one - truth).mean(dtype=np.float64))),
                "ratio": _number(_ratio(one, base, truth)),
            }
        )
    return found


def _by_gap(rows: Rows, estimate: FloatArray, linear: FloatArray) -> list[dict[str, Any]]:
    found = []
    for first, last in GAP_BINS:
        on = (rows.gap >= first) & (rows.gap <= (np.inf if last is None else last))
        if on.any():
            found.append(
                {
                    "from_days": first,
                    "to_days": last,
                    "pixels": int(on.sum()),
                    "mae": _number(metrics.mae(estimate[on], rows.truth[on])),
                    "ratio": _number(_ratio(estimate[on], linear[on], rows.truth[on])),
                }
            )
    return found


def _blocks(rows: Rows, estimate: FloatArray, linear: FloatArray) -> Blocks:
    _, place = np.unique(rows.block, return_inverse=True)
    model, baseline = (
        np.bincount(place, np.abs(x - rows.truth).sum(axis=1, dtype=np.float64)).astype(np.float64)
        for x in (estimate, linear)
    )
    return Blocks(model, baseline)


def _similarities(sums: FloatArray) -> list[Optional[float]]:
    """Mean SSIM over all windows and over hidden ones; None where there is no window."""
    return [_number(total / count) if count else None for total, count in sums]


def _number(value: Optional[float]) -> Optional[float]:
    """A figure as JSON can hold it; what is not finite is None."""
    return round(float(value), 6) if value is not None and math.isfinite(value) else None


KEYS = tuple(field.name for field in fields(Result))
