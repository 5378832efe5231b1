"""The report of an evaluation as one JSON document; one seed gives one document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kairos.engine.evaluate.run import BASELINE, Evaluation
from kairos.engine.evaluate.summary import by_gap, by_model

RULE = (
    "Usable pixels that are brighter in the first band than their own median over time by more "
    "than 0.06 are taken as left-over cloud"
)


@dataclass(frozen=True)
class Report:
    """One task over some stacks."""

    task: str
    seed: int
    models: tuple[str, ...]
    bright: bool
    """Whether left-over bright cloud was taken for truth."""
    evaluations: Mapping[str, Evaluation]
    """By path of the stack, as it was given."""
    part: str = ""
    """Which part of the images was measured, where it is not what `evaluate` takes."""

    @property
    def each(self) -> list[Evaluation]:
        """What was measured, stack by stack."""
        return list(self.evaluations.values())

    def document(self) -> dict[str, Any]:
        """All figures as plain values. Times are not among them."""
        return {
            "task": self.task,
            "seed": self.seed,
            "models": list(self.models),
            "baseline": BASELINE,
            "truth": f"{RULE}: {'scored all the same' if self.bright else 'not scored'}.",
            "results": [r.as_json() for e in self.each for r in e.results],
            "summary": by_model(self.each, self.seed),
            "by_gap": by_gap(self.each),
            "noise_floor": [
                {"stack": e.results[0].stack, "mae": round(e.noise[0], 6), "pairs": e.noise[1]}
                for e in self.each
                if e.noise
            ],
            "frames": _all(e.frames for e in self.each),
            "bands": _all(e.bands for e in self.each),
            "gaps": _all(e.gaps for e in self.each),
        }

    def as_json(self) -> str:
        """The document as text."""
        return json.dumps(self.document(), indent=1, allow_nan=False) + "\n"


def _all(lists: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [item for some in lists for item in some]
