"""The models by name: which there are, which can run here, which one is best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from kairos.engine.errors import ModelError
from kairos.engine.memory import LEAST_LEARNED
from kairos.engine.method import Method
from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.weights import fitted_file, unready
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


def _fit_agflow_to_stack(sample: Sequence[Tile], weights: Optional[Path] = None) -> Method[Any]:
    from kairos.engine.train.fit import fitted_method

    return fitted_method(sample)


_BUILT = {"agflow": AGFlowMethod.fit, "agflow+fit": _fit_agflow_to_stack}

LEARNED = ("agflow", "anytimeformer", "ms2tan", "seqdm", "stgan-cyclegan")

MODELS = (*CLOSED_FORMS, *LEARNED)
"""All names that `--model` knows."""

JUDGED = (*MODELS, "agflow+fit")
"""All names that `kairos evaluate` knows: a model that is fitted to each stack is one more."""


def readiness() -> dict[str, str]:
    """For each model `ready`, or why it cannot run here."""
    return {name: _unready(name) or "ready" for name in MODELS}


QUICK = "scene-regression"
"""The most accurate of the methods that keep nobody waiting: where AGFlow starts."""


def default_model(memory: Optional[float] = None) -> tuple[str, str]:
    """The model that serves most people best here, and why it is the one.

    Args:
        memory: GB that a run may take, where a person said so.
    """
    if _unready("agflow") is not None:
        return QUICK, "the most accurate of the methods that can run here"
    if memory is not None and memory < LEAST_LEARNED:
        return QUICK, "the most accurate of the methods that need little memory"
    return "agflow", f"the least error of all; {QUICK} is several times as fast"


def fit_of(name: str, stack: Optional[Path] = None) -> Fit:
    """The function that fits a model to a sample of a stack.

    Args:
        name: of the model.
        stack: its folder; weights that were fitted to it are taken instead of the bundled ones.

    Raises:
        ModelError: if there is no such model, or it cannot run here.
    """
    if name not in JUDGED:
        raise ModelError(f"There is no model {name}; the models are {', '.join(MODELS)}.")
    reason = _unready(name)
    if reason:
        raise ModelError(
            f"The model {name} cannot run here: {reason}; use {default_model()[0]} instead."
        )
    if name in CLOSED_FORMS:
        return CLOSED_FORMS[name]
    fitted = fitted_file(stack, name) if stack else None
    return partial(_BUILT[name], weights=fitted if fitted and fitted.exists() else None)


def _unready(name: str) -> Optional[str]:
    """Why a model cannot run here, or None."""
    return None if name in CLOSED_FORMS else unready(name.partition("+")[0])
