"""Two charts as inline SVG: ratio against gap length, and the curve of a pixel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from kairos.engine.arrays import DateArray
from kairos.engine.evaluate.gallery import Exhibit

_COLOURS = {
    "linear": "#8a98a3", "scene-regression": "#1b8f68", "temporal": "#2f74c0",
    "whittaker": "#d07a2d", "mosaic": "#8f63b8", "least-cloudy": "#c0506f",
    "nearest": "#7f8f2a", "last": "#9a5b3b", "agflow": "#d23f31", "agflow+fit": "#8c1d13",
    "anytimeformer": "#2aa3a3",
    "ms2tan": "#5a6ad0", "seqdm": "#b58a00", "stgan-cyclegan": "#7a7a7a",
}  # fmt: skip
_W, _H = 860, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 14, 34


@dataclass(frozen=True)
class _Axes:
    """From values to places in the picture."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / max(self.x[1] - self.x[0], 1e-9)
        up = (y - self.y[0]) / max(self.y[1] - self.y[0], 1e-9)
        return (
            _LEFT + across * (_W - _LEFT - _RIGHT),
            _H - _BOTTOM - up * (_H - _TOP - _BOTTOM),
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str) -> str:
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.at, xs, ys))
        return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'

    def dots(self, xs: Sequence[float], ys: Sequence[float], style: str, r: float) -> Iterator[str]:
        for x, y in map(self.at, xs, ys):
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" {style}/>'

    def rules(self, ticks: Sequence[float]) -> Iterator[str]:
        for tick in ticks:
            x, y = self.at(self.x[0], tick)
            yield f'<line x1="{x}" x2="{_W - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>'
            yield f'<text x="{x - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.4g}</text>'

    def label(self, x: float, text: str) -> str:
        place = self.at(x, self.y[0])
        return f'<text x="{place[0]:.1f}" y="{_H - 12}" text-anchor="middle">{escape(text)}</text>'


def colours_of(models: Iterable[str]) -> dict[str, str]:
    """The colour of each model, the same in every report."""
    return {model: _COLOURS[model] for model in models}


def gap_chart(bins: Sequence[Mapping[str, Any]], colours: Mapping[str, str]) -> str:
    """Ratio to linear interpolation against the days between visible looks."""
    places = sorted({b["from_days"] for b in bins})
    top = min(max([b["ratio"] for b in bins if b["model"] in colours] + [1.0]) + 0.1, 2.5)
    axes = _Axes((-0.3, len(places) - 0.7), (0, top))
    ends = {b["from_days"]: b["to_days"] for b in bins}
    parts = list(axes.rules([t for t in (0, 0.5, 1, 1.5, 2) if t <= top]))
    for i, first in enumerate(places):
        last = ends[first]
        parts.append(axes.label(i, f"{first} to {last} days" if last else f"over {first - 1} days"))
    for model, colour in colours.items():
        mine = [b for b in bins if b["model"] == model]
        if mine:
            xs = [float(places.index(b["from_days"])) for b in mine]
            ys = [min(b["ratio"], top) for b in mine]
            parts.append(axes.line(xs, ys, colour))
            parts += axes.dots(xs, ys, f'fill="{colour}"', 4)
    return _svg(parts, "Ratio to linear interpolation against the length of the gap")


def curve_chart(shown: Exhibit, colours: Mapping[str, str]) -> str:
    """What methods saw of a pixel, what was hidden from them, and what they say."""
    values = np.concatenate([shown.looks[1], shown.answers[1], *shown.curves.values()])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    room = max(0.08 * (high - low), 0.01)
    axes = _Axes(_span(shown.days), (low - room, high + room))
    parts = list(axes.rules(_ticks(low, high)))
    for day in _months(shown.days):
        number = float(day.astype("datetime64[D]").astype(int))
        if axes.at(number, low)[0] < _W - _LEFT:
            parts.append(axes.label(number, str(day)))
    for model, colour in colours.items():
        if model in shown.curves:
            good = np.isfinite(shown.curves[model])
            line = axes.line(_numbers(shown.days[good]), list(shown.curves[model][good]), colour)
            parts.append(line)
    seen, hidden = shown.looks, shown.answers
    parts += axes.dots(_numbers(seen[0]), list(seen[1]), 'class="seen"', 3)
    parts += axes.dots(_numbers(hidden[0]), list(hidden[1]), 'class="asked"', 5)
    return _svg(parts, f"{shown.quantity} of one pixel over time")


def _numbers(days: DateArray) -> list[float]:
    return [float(n) for n in days.astype("datetime64[D]").astype(int)]


def _span(days: DateArray) -> tuple[float, float]:
    numbers = _numbers(days)
    return numbers[0], numbers[-1]


def _months(days: DateArray) -> DateArray:
    months = np.arange(days[0].astype("datetime64[M]") + 1, days[-1].astype("datetime64[M]") + 1)
    return months[:: max(1, -(-len(months) // 8))]


def _ticks(low: float, high: float) -> list[float]:
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if (high - low) / s <= 6)
    return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _svg(parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {_W} {_H}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
