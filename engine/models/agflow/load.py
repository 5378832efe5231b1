"""From a weights file to a network that answers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.pixels import PixelHead
from kairos.engine.models.agflow.regression import LearnedRegression
from kairos.engine.models.weights import other_version, read


def regression_of(network: AGFlow) -> LearnedRegression:
    """The learned regression of an anchored network."""
    if not isinstance(network.head, PixelHead):
        raise TypeError("only an anchored network has a learned regression")
    return network.head.regression


@lru_cache(maxsize=2)
def network_of(file: Path) -> AGFlow:
    """The network of a weights file, ready to answer.

    Raises:
        ModelError: missing, damaged, or of another architecture.
    """
    config, tensors = read(file)
    try:
        network = AGFlow(AGFlowConfig(**config))
        network.load_state_dict(tensors)
    except (TypeError, RuntimeError) as error:
        raise other_version(file, error) from error
    return network.eval().requires_grad_(False)
