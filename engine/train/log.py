"""What a run says of itself beside its checkpoint: `log.jsonl` and `loss.png`."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

with warnings.catch_warnings():  # a second Matplotlib, of the system, only lacks its 3D part
    warnings.simplefilter("ignore")
    import matplotlib as mpl
    from matplotlib.figure import Figure

from kairos.engine.rasters.write import write_text

_POINTS = 20
"""Of the loss curve between two checkpoints, at most."""
_INK, _PALE, _LINE = "#1f2a33", "#8a98a3", "#1b7f5c"
_RATIOS = {
    "linear": ("#2f74c0", "all hidden ground, to linear interpolation"),
    "scene": ("#d23f31", "frames that teach themselves, to their start"),
    "time": ("#d07a2d", "other frames, to their start"),
}


class Log:
    """The lines of a run up to a step, and those that come.

    Args:
        folder: of the run.
        step: from which it goes on; what an earlier run said of later ones is forgotten.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self.folder = folder
        self._file = folder / "log.jsonl"
        self._lines: list[dict[str, Any]] = []
        if step and self._file.exists():
            lines = map(json.loads, self._file.read_text(encoding="utf-8").splitlines())
            self._lines = [line for line in lines if line["step"] <= step]

    def add(self, step: int, losses: Sequence[float], ratios: Mapping[str, float]) -> str:
        """Write down the losses of the last steps and the errors now; both as a few words."""
        parts = np.array_split(np.asarray(losses, np.float64), min(_POINTS, len(losses)))
        course = [round(float(part.mean()), 4) for part in parts]
        loss = round(float(np.mean(losses)), 4)
        self._lines.append({"step": step, "loss": loss, **ratios, "course": course})
        text = "".join(json.dumps(line) + "\n" for line in self._lines)
        write_text(self._file, text)
        draw(self._lines, self.folder / "loss.png")
        return ", ".join(f"{name} {value:.3f}" for name, value in {"loss": loss, **ratios}.items())


def draw(lines: Sequence[Mapping[str, Any]], target: Path) -> None:
    """Draw the loss over the steps, and below it the errors on held-out stacks, if there are."""
    shown = [name for name in _RATIOS if any(name in line for line in lines)]
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 10}):
        figure = Figure(figsize=(9, 6 if shown else 3.4), dpi=100, facecolor="white")
        rows = figure.subplots(2 if shown else 1, 1, sharex=True, squeeze=False)[:, 0]
        rows[0].plot(*_course(lines), color=_LINE, lw=1.2)
        rows[0].set_title("loss", loc="left", fontsize=12, color=_INK)
        for name in shown:
            colour, label = _RATIOS[name]
            points = [(line["step"], line[name]) for line in lines if name in line]
            rows[1].plot(*zip(*points), "o-", color=colour, lw=2, ms=4, label=label)
        if shown:
            rows[1].axhline(1, color=_INK, lw=1, ls=(0, (4, 3)))
            rows[1].set_title("error on held-out stacks", loc="left", fontsize=12, color=_INK)
            rows[1].legend(frameon=False, fontsize=9)
        for axes in rows:
            axes.grid(axis="y", color="#e6eaed")
            axes.spines[["top", "right"]].set_visible(False)
            axes.tick_params(colors=_PALE)
        rows[-1].set_xlabel("step", color=_PALE)
        figure.tight_layout()
        draft = target.with_name(f".{target.name}")
        figure.savefig(draft, format="png")
        draft.replace(target)


def _course(lines: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    """Steps and losses, at the end of each part that a loss is the mean of."""
    steps: list[float] = []
    losses: list[float] = []
    before = 0
    for line in lines:
        course = line.get("course", [line["loss"]])
        steps += np.linspace(before, line["step"], len(course) + 1)[1:].tolist()
        losses += course
        before = line["step"]
    return steps, losses
