"""Whether tiles leave a seam: the same frames in one piece and in tiles, compared and drawn.

python -m kairos.engine.evaluate.seam STACK --side 128 --output docs/pictures/seam.png
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.arrays import BoolArray
from kairos.engine.method import Estimate, Source
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.stack import Stack


@dataclass(frozen=True)
class Seams:
    """What tiles change."""

    side: int
    apart: float
    """The largest difference between tiled and untiled, all days and bands; reflectance."""
    step: float
    """Mean step between filled neighbours on the two sides of a border of tiles; reflectance."""
    step_whole: float
    """The same between the same neighbours in one piece."""
    whole: Estimate
    """The day with the most filled from the scene (or at all, if none is), in one piece."""
    tiled: Estimate

    def as_text(self) -> str:
        """The figures as a sentence."""
        return (
            f"tiles of {self.side} pixels: at most {self.apart:.1e} apart from one piece; mean "
            f"step across a border {self.step:.6f}, there in one piece {self.step_whole:.6f}"
        )


def seams_of(stack: Stack, side: int, model: Optional[str] = None) -> Seams:
    """Estimate all frames of a stack in one piece and in tiles of side x side pixels."""
    ready = Reconstruction.of(stack, model)
    whole = ready.prepare(stack.grid.whole).estimates(stack.dates)
    tiled = [
        Estimate(np.zeros_like(e.mean), np.zeros_like(e.sigma), np.zeros_like(e.source))
        for e in whole
    ]
    for window in stack.grid.tiles(side):
        place = (..., *window.slices)
        for one, part in zip(tiled, ready.prepare(window).estimates(stack.dates)):
            one.mean[place], one.sigma[place] = part.mean, part.sigma
            one.source[place] = part.source
    apart = max(float(np.nanmax(np.abs(a.mean - b.mean))) for a, b in zip(whole, tiled))
    most = int(
        np.argmax([(one.source == Source.SCENE).sum() + _filled(one).mean() for one in whole])
    )
    return Seams(side, apart, _step(tiled, side), _step(whole, side), whole[most], tiled[most])


def draw(seams: Seams, band: int, target: Path) -> None:
    """Draw a band of a day: whole, in tiles, and what differs."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    whole, tiled = seams.whole.mean[0, band], seams.tiled.mean[0, band]
    low, high = np.nanpercentile(whole, [2, 98])
    filled = _filled(seams.whole)
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 10}):
        figure = Figure(figsize=(15, 5.6), dpi=100, facecolor="white")
        axes = figure.subplots(1, 3)
        grey = {"cmap": "gray", "interpolation": "nearest", "vmin": low, "vmax": high}
        axes[0].imshow(whole, **grey)
        axes[0].set_title(f"one piece; {filled.mean():.0%} of it is filled", loc="left")
        axes[1].imshow(tiled, **grey)
        axes[1].set_title(f"tiles of {seams.side} pixels (ticks at the borders)", loc="left")
        apart = axes[2].imshow(np.abs(tiled - whole), cmap="magma", vmin=0, vmax=1e-4)
        axes[2].set_title("difference; white would be 0.0001", loc="left")
        figure.colorbar(apart, ax=axes[2], fraction=0.046)
        for one in axes:
            borders = np.arange(seams.side, max(whole.shape), seams.side) - 0.5
            one.set_xticks([b for b in borders if b < whole.shape[1]], [])
            one.set_yticks([b for b in borders if b < whole.shape[0]], [])
        figure.tight_layout()
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(target)


def _step(estimates: Sequence[Estimate], side: int) -> float:
    """The mean step between filled neighbours across borders of tiles."""
    found = []
    for estimate in estimates:
        for axis in (0, 1):
            image = np.moveaxis(estimate.mean[0], axis + 1, -1)
            filled = np.moveaxis(_filled(estimate), axis, -1)
            step = np.abs(np.diff(image)).mean(axis=0)
            both = filled[..., 1:] & filled[..., :-1]
            found.append(step[..., side - 1 :: side][both[..., side - 1 :: side]])
    steps = np.concatenate(found)
    return float(steps.mean()) if len(steps) else 0.0


def _filled(estimate: Estimate) -> BoolArray:
    source = estimate.source[0]
    return np.asarray((source != Source.OBSERVED) & (source != Source.UNSEEN))


def main(arguments: Optional[Sequence[str]] = None) -> None:
    """Compare and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stack", type=Path)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--model")
    parser.add_argument("--band", type=int, default=0, help="to draw, from 0")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    with open_stack(options.stack) as stack:
        seams = seams_of(stack, options.side, options.model)
    draw(seams, options.band, options.output)
    print(seams.as_text())


if __name__ == "__main__":
    main()
