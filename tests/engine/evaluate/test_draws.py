"""What is hidden is gone before a method sees anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.evaluate.draws import hide
from kairos.engine.evaluate.tasks import PLANS
from kairos.engine.registry import CLOSED_FORMS, fit_of


@pytest.mark.parametrize("task", PLANS)
def test_hidden_is_gone_from_the_tile_and_known_to_the_judge(long_tile, tile, task):
    source = tile if task == "cloud" else long_tile
    for plan in PLANS[task](source, 7):
        drawn = hide(source, plan)
        assert drawn.hidden.any()
        assert (drawn.trusted <= drawn.hidden).all()
        places = np.searchsorted(source.dates, drawn.dates)
        assert (source.clear[places] | ~drawn.hidden).all()
        assert np.array_equal(drawn.truth, source.reflectance[places])
        for d, day in enumerate(drawn.dates):
            for t in np.flatnonzero(drawn.tile.dates == day):
                assert not (drawn.tile.clear[t] & drawn.hidden[d]).any()
                assert (drawn.tile.reflectance[t][:, drawn.hidden[d]] == 0).all()


@pytest.mark.parametrize("model", CLOSED_FORMS)
@pytest.mark.parametrize("task", PLANS)
def test_no_method_can_see_hidden_values(long_tile, tile, task, model):
    source = tile if task == "cloud" else long_tile
    plan = PLANS[task](source, 7)[0]
    poisoned = source.reflectance.copy()
    gone = plan.hidden | ~plan.visible & source.clear | plan.removed[:, None, None]
    np.moveaxis(poisoned, 1, -1)[gone] = 1e6
    estimates = []
    for values in (source.reflectance, poisoned):
        drawn = hide(replace(source, reflectance=values), plan)
        method = fit_of(model)([drawn.tile])
        estimates.append(method.estimate(method.prepare(drawn.tile), drawn.dates).mean)
    assert np.array_equal(*estimates, equal_nan=True)
    assert np.nanmax(estimates[1]) < 2
