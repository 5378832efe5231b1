"""A network that a method follows, without weights files and gates of its own."""

from __future__ import annotations

from functools import partial

from kairos.engine.models.agflow.method import AGFlowMethod
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.refiner import Refiner
from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.gate import OPEN, Gate


def followed(network: AGFlow, anchors: AnchorMethod, gate: Gate = OPEN) -> AGFlowMethod:
    """The network on the CPU, followed as far as the gate says."""
    return AGFlowMethod(anchors, partial(Refiner, network), network.config.scene, gate)
