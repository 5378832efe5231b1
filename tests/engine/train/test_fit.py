"""A fit is kept only where it helps, and never touches the bundled network."""

from __future__ import annotations

import torch

from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.train.fit import fit_to

TINY = AGFlowConfig(width=16, heads=2, encoder=1, decoder=1, pixel_width=8, features=4)


def test_a_fit_never_makes_it_worse(tile):
    torch.manual_seed(0)
    network = AGFlow(TINY).eval().requires_grad_(False)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    told = []
    fitted = fit_to(network, [tile], seconds=2, progress=lambda _, share: told.append(share))
    assert fitted.after <= fitted.before
    assert fitted.steps >= 1
    assert told == sorted(told)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name
