"""One picture of the three acts."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

with warnings.catch_warnings():  # a second Matplotlib, of the system, only lacks its 3D part
    warnings.simplefilter("ignore")
    import matplotlib as mpl
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.figure import Figure

from kairos.engine.arrays import FloatArray
from kairos.engine.curve.pixel import Curve

_INK, _PALE, _LINE, _CLEAR, _CLOUD = "#1f2a33", "#8a98a3", "#1b7f5c", "#0d4f8b", "#c8553d"


@dataclass(frozen=True)
class Acts:
    """What the picture shows; images are reflectance (C, h, w)."""

    name: str
    bands: tuple[str, ...]
    shown_day: np.datetime64
    before: FloatArray
    after: FloatArray
    invented_day: np.datetime64
    invented: FloatArray
    curve: Curve


def draw(acts: Acts, target: Path) -> None:
    """Draw before, after, a day that was never acquired, and the curve; write a PNG."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 10, "text.color": _INK}):
        figure = Figure(figsize=(14, 9.2), dpi=110, facecolor="white")
        grid = figure.add_gridspec(
            2, 3, height_ratios=[1.5, 1], left=0.045, right=0.985, top=0.955, bottom=0.055,
            hspace=0.17, wspace=0.05,
        )  # fmt: skip
        cleaned, invented = (_stretch(i, acts.bands) for i in (acts.after, acts.invented))
        images = (
            (acts.before, cleaned, f"{acts.shown_day}  as acquired"),
            (acts.after, cleaned, f"{acts.shown_day}  clouds removed"),
            (acts.invented, invented, f"{acts.invented_day}  no acquisition: reconstructed"),
        )
        for i, (image, stretch, title) in enumerate(images):
            axes = figure.add_subplot(grid[0, i])
            axes.imshow(_colours(image, acts.bands, stretch), interpolation="nearest")
            axes.set_title(title, loc="left", fontsize=12, color=_INK)
            axes.plot(acts.curve.col, acts.curve.row, "o", ms=11, mfc="none", mec="white", mew=3)
            axes.plot(acts.curve.col, acts.curve.row, "o", ms=11, mfc="none", mec=_INK, mew=1.4)
            axes.set_axis_off()
        _draw_curve(figure.add_subplot(grid[1, :]), acts)
        figure.savefig(target)


def _draw_curve(axes: Any, acts: Acts) -> None:  # noqa: ANN401  # matplotlib is untyped
    by_kind = {
        kind: [p for p in acts.curve.points if p.kind == kind]
        for kind in ("reconstructed", "observed", "masked")
    }
    line = by_kind["reconstructed"]
    days = np.array([p.date for p in line])
    axes.fill_between(
        days, [p.lower for p in line], [p.upper for p in line],
        color=_LINE, alpha=0.18, lw=0, label="band of doubt (90 %)",
    )  # fmt: skip
    axes.plot(days, [p.value for p in line], color=_LINE, lw=2, label="reconstruction")
    for kind, style, label in (
        ("observed", {"marker": "o", "color": _CLEAR, "s": 26}, "clear"),
        ("masked", {"marker": "x", "color": _CLOUD, "s": 24, "lw": 1.2}, "cloud, rejected"),
    ):
        points = by_kind[kind]
        dates = np.array([p.date for p in points], "datetime64[D]")
        axes.scatter(dates, [p.value for p in points], label=label, zorder=3, **style)
    for day, text in ((acts.shown_day, "shown left"), (acts.invented_day, "shown right")):
        axes.axvline(day, color=_INK, lw=1, ls=(0, (4, 3)))
        axes.annotate(
            text, (day, 1), xycoords=("data", "axes fraction"), xytext=(4, -12),
            textcoords="offset points", fontsize=9, color=_INK,
        )  # fmt: skip
    axes.set_title(f"{acts.curve.index} of the marked pixel", loc="left", fontsize=12, color=_INK)
    values = [p.value for p in line + by_kind["observed"]] or [0.0]
    axes.set_ylim(min(0.0, min(values)) - 0.08, max(max(values) + 0.12, 0.5))
    axes.margins(x=0.01)
    axes.xaxis.set_major_locator(locator := AutoDateLocator())
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.grid(axis="y", color="#e6eaed")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_PALE)
    axes.legend(loc="upper right", ncols=4, frameon=False, bbox_to_anchor=(1, 1.16))


def _colours(
    image: FloatArray, bands: tuple[str, ...], stretch: tuple[FloatArray, FloatArray]
) -> FloatArray:
    low, high = stretch
    shown = np.moveaxis(image[list(_rgb(bands))], 0, -1)
    return np.asarray(np.clip((shown - low) / (high - low), 0, 1) ** 0.8)


def _stretch(image: FloatArray, bands: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """A stretch per colour that leaves out the darkest and brightest half percent."""
    shown = image[list(_rgb(bands))].reshape(3, -1)
    shown = shown[:, (shown > 0).all(axis=0)]
    low, high = np.quantile(shown, [0.005, 0.995], axis=1).astype(np.float32)
    return np.maximum(low - 0.01, 0), high + 0.01


def _rgb(bands: tuple[str, ...]) -> tuple[int, int, int]:
    """True colour, else near infrared, red and green, else what there is."""
    for names in (("B04", "B03", "B02"), ("B08", "B04", "B03"), ("B08", "B04", "B04")):
        if all(name in bands for name in names):
            red, green, blue = (bands.index(name) for name in names)
            return red, green, blue
    return len(bands) - 1, len(bands) // 2, 0
