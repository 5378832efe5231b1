"""A network and a run that take seconds, on days that start from time, as what ships."""

from __future__ import annotations

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.train.config import TrainConfig

TINY = AGFlowConfig(width=16, heads=2, encoder=1, decoder=1, pixel_width=8, features=4)
CONFIG = TrainConfig(
    name="tiny",
    steps=4,
    batch=1,
    every=2,
    real=False,
    scene=False,
    simulated=1,
    workers=0,
    network=TINY,
)
