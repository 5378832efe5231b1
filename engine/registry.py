"""The models by name: which there are, which can run here, which one is best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

from kairos.engine.errors import ModelError
from kairos.engine.method import Method
from kairos.engine.prior.composite import LeastCloudy, Mosaic
from kairos.engine.prior.interpolation import Last, Linear, Nearest
from kairos.engine.prior.scene_regression import SceneRegression
from kairos.engine.prior.temporal import TemporalPrior
from kairos.engine.prior.whittaker import Whittaker
from kairos.engine.stack import Tile

Fit = Callable[[Sequence[Tile]], Method[Any]]

CLOSED_FORMS: dict[str, Fit] = {
    "linear": Linear.fit,
    "nearest": Nearest.fit,
    "last": Last.fit,
    "whittaker": Whittaker.fit,
    "temporal": TemporalPrior.fit,
    "mosaic": Mosaic.fit,
    "least-cloudy": LeastCloudy.fit,
    "scene-regression": SceneRegression.fit,
}

LEARNED = ("agflow", "anytimeformer", "ms2tan", "seqdm", "stgan-cyclegan")

MODELS = (*CLOSED_FORMS, *LEARNED)
"""All names that `--model` knows."""

_NOT_YET = "no trained weights in this version of Kairos"


def readiness() -> dict[str, str]:
    """For each model `ready`, or why it cannot run here."""
    return {name: "ready" if name in CLOSED_FORMS else _NOT_YET for name in MODELS}


def default_model() -> tuple[str, str]:
    """The best model that can run here, and why it is the one."""
    return (
        "scene-regression",
        "the most accurate method that can run here; it learns from the stack itself",
    )


def fit_of(name: str) -> Fit:
    """The function that fits a model to a sample of a stack.

    Raises:
        ModelError: if there is no such model, or it cannot run here.
    """
    if name not in MODELS:
        raise ModelError(f"There is no model {name}; the models are {', '.join(MODELS)}.")
    if name not in CLOSED_FORMS:
        raise ModelError(
            f"The model {name} cannot run here: {_NOT_YET}; use {default_model()[0]} instead."
        )
    return CLOSED_FORMS[name]
