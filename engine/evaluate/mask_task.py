"""The task *masks*: how well the built-in detector finds the clouds that masks have.

Truth is the stack's own masks, which are no truth either: products draw them generously, and
about one in a hundred of their clear pixels is cloud. Positive is what is not usable.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.arrays import BoolArray, FloatArray
from kairos.engine.clear import valid
from kairos.engine.detect.stack import with_detector
from kairos.engine.errors import CancelledError, KairosError
from kairos.engine.evaluate.regions import regions
from kairos.engine.progress import Progress, Stage, silent
from kairos.engine.stack import Frame, Stack

_FEWEST = 1000
"""Cloudy pixels from which a score says something."""

_SHOWN = (0.15, 0.85)
EXHIBITS = 6


@dataclass(frozen=True)
class MaskResult:
    """How the detector fared on one stack."""

    stack: str
    truth: str = ""
    """What its masks are."""
    frames: int = 0
    pixels: int = 0
    cloudy: Optional[float] = None
    """Share of the pixels that the masks call not usable."""
    f1: Optional[float] = None
    precision: Optional[float] = None
    recall: Optional[float] = None
    taken: Optional[float] = None
    """Share of the clear pixels that the detector takes for cloud."""
    skipped: Optional[str] = None


@dataclass(frozen=True)
class MaskExhibit:
    """One image with both masks."""

    stack: str
    date: str
    bands: tuple[str, ...]
    image: FloatArray
    """(C, h, w)"""
    known: BoolArray
    cloudy: BoolArray
    """(h, w), by the mask."""
    found: BoolArray
    """(h, w), by the detector."""


@dataclass(frozen=True)
class MaskReport:
    """The task over some stacks."""

    seed: int
    paths: tuple[str, ...]
    results: tuple[MaskResult, ...]
    exhibits: tuple[MaskExhibit, ...] = ()

    def document(self) -> dict[str, Any]:
        """All figures as plain values."""
        scores = [r.f1 for r in self.results if r.f1 is not None]
        return {
            "task": "masks",
            "seed": self.seed,
            "truth": "the masks of the stacks; positive is what they call not usable",
            "results": [_rounded(asdict(r)) for r in self.results],
            "mean_f1": round(float(np.mean(scores)), 4) if scores else None,
            "scored": len(scores),
        }

    def as_json(self) -> str:
        """The document as text."""
        return json.dumps(self.document(), indent=1, allow_nan=False) + "\n"


def survey_masks(
    stacks: Sequence[Path],
    seed: int = 7,
    progress: Progress = silent,
    *,
    scl_usable: Sequence[int],
    pictures: bool = False,
    warn: Callable[[str], None] = lambda _: None,
) -> MaskReport:
    """Score the detector on each stack; one of several that cannot be read is skipped.

    Args:
        stacks: folders.
        seed: of the windows of large stacks.
        progress: told between stacks; may raise CancelledError.
        scl_usable: the Sen2Cor classes that count as clear.
        pictures: keep an image of the first few stacks.
        warn: told why a stack is skipped.

    Raises:
        KairosError: if the only stack cannot be read.
    """
    results: list[MaskResult] = []
    exhibits: list[MaskExhibit] = []
    told = Stage(progress, "masks", 0, 1)
    for i, path in enumerate(stacks):
        told(i / len(stacks))
        try:
            with open_stack(path, scl_usable, detector=False) as stack:
                result, shown = score_masks(stack, seed)
        except CancelledError:
            raise
        except KairosError as error:
            if len(stacks) == 1:
                raise
            warn(error.message)
            result, shown = MaskResult(path.resolve().name, skipped=error.message), None
        results.append(result)
        if pictures and shown is not None and len(exhibits) < EXHIBITS:
            exhibits.append(shown)
    told(1)
    return MaskReport(seed, tuple(map(str, stacks)), tuple(results), tuple(exhibits))


@dataclass
class _Counts:
    hits: int = 0
    missed: int = 0
    taken: int = 0
    right: int = 0
    exhibits: list[tuple[float, MaskExhibit]] = field(default_factory=list)

    def add(self, cloudy: BoolArray, found: BoolArray, known: BoolArray) -> None:
        self.hits += int((cloudy & found & known).sum())
        self.missed += int((cloudy & ~found & known).sum())
        self.taken += int((~cloudy & found & known).sum())
        self.right += int((~cloudy & ~found & known).sum())


def score_masks(stack: Stack, seed: int) -> tuple[MaskResult, Optional[MaskExhibit]]:
    """The score of one stack, and its image that is most nearly half under cloud."""
    name = stack.root.resolve().name
    masked = [frame for frame in stack.frames if frame.mask is not None]
    if not masked:
        return MaskResult(name, skipped="no image has a mask to compare with"), None
    bare = [replace(f, mask=None, brush=None) if f.mask is not None else f for f in stack.frames]
    blind = with_detector(replace(stack, frames=tuple(bare), detection=None))
    found_by = {frame.name: frame for frame in blind.frames}
    counts = _Counts()
    for window in regions(stack, seed):
        for frame in masked:
            image, usable = stack.read_reflectance(replace(frame, brush=None), window)
            raw, clear = blind.read_frame(found_by[frame.name], window)
            known = valid(raw, frame.raster.nodata)
            cloudy, found = known & ~usable, known & ~clear
            counts.add(cloudy, found, known)
            share = float(cloudy.sum() / max(int(known.sum()), 1))
            if _SHOWN[0] < share < _SHOWN[1]:
                shown = MaskExhibit(name, str(frame.date), stack.bands, image, known, cloudy, found)
                counts.exhibits.append((abs(share - 0.5), shown))
                counts.exhibits = sorted(counts.exhibits, key=lambda one: one[0])[:1]
    blind.close()
    best = counts.exhibits[0][1] if counts.exhibits else None
    return _result(name, masked, counts, stack.scl_usable), best


def _result(
    name: str, masked: Sequence[Frame], counts: _Counts, classes: Sequence[int]
) -> MaskResult:
    cloudy, clear = counts.hits + counts.missed, counts.taken + counts.right
    said = counts.hits + counts.taken
    rule = masked[0].mask_rule.format(classes=", ".join(map(str, classes)))
    enough = cloudy >= _FEWEST
    return MaskResult(
        stack=name,
        truth=rule,
        frames=len(masked),
        pixels=cloudy + clear,
        cloudy=cloudy / max(cloudy + clear, 1),
        f1=2 * counts.hits / (said + cloudy) if enough else None,
        precision=counts.hits / max(said, 1) if enough else None,
        recall=counts.hits / cloudy if enough else None,
        taken=counts.taken / clear if clear else None,
        skipped=None if enough else "too little cloud in its masks for a score",
    )


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
