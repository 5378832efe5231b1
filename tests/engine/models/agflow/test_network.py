"""The network takes any stack, in any order, and never touches what was seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from kairos.engine.arrays import day_numbers
from kairos.engine.models.agflow.attention import Memory, TemporalAttention
from kairos.engine.models.agflow.config import AGFlowConfig
from kairos.engine.models.agflow.flow import integrate, noise_of, on_path, start_of
from kairos.engine.models.agflow.network import AGFlow
from kairos.engine.models.agflow.scene import Place, question_of, scene_of
from kairos.engine.models.agflow.time import Days
from kairos.engine.models.anchor import AnchorMethod
from tests.engine.models.conftest import SMALL, shaken

PAPER = AGFlowConfig(anchored=False, patch=4, width=32, heads=2, encoder=1, decoder=1, steps=3)


def asked(tile, days, patch=8):
    method = AnchorMethod.fit([tile])
    state = method.prepare(tile)
    anchors = [method.start(state, days[i : i + 1]) for i in range(len(days))]
    place = Place.of(tile, patch)
    return scene_of(tile, place), question_of(tile, day_numbers(days), anchors, place)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_observed_pixels_never_change(network, tile, steps):
    scene, question = asked(tile, tile.dates[[2, 5, 9]])
    found = integrate(network, network.encode(scene), question, steps)
    seen = (question.clear > 0).expand_as(question.start)
    assert torch.equal(found.target[seen], question.start[seen])
    assert (found.scale > 0).all()
    assert not torch.equal(found.target[~seen], question.start[~seen])


def test_the_order_of_dates_does_not_matter(network, tile):
    scene, question = asked(tile, tile.dates[[2, 5]])
    order = torch.randperm(len(scene.days), generator=torch.Generator().manual_seed(3))
    mixed = replace(
        scene, values=scene.values[order], clear=scene.clear[order], days=scene.days[order]
    )
    one = integrate(network, network.encode(scene), question, 1).target
    other = integrate(network, network.encode(mixed), question, 1).target
    assert torch.allclose(one, other, atol=1e-5)


def test_days_are_answered_one_by_one_as_together(network, tile):
    scene, question = asked(tile, tile.dates[[2, 5, 9]])
    known = network.encode(scene)
    together = integrate(network, known, question, 1).target
    for q in range(3):
        alone = integrate(network, known, question.only(q, q + 1), 1).target
        assert torch.allclose(together[q], alone[0], atol=1e-4)


@pytest.mark.parametrize("bands", [("B04", "B08"), ("B02", "B03", "B04", "B08")])
def test_few_bands_and_no_radar_will_do(network, scene, make_tile, bands):
    tile = make_tile(scene, bands=bands)
    tile = replace(tile, radar_dates=tile.radar_dates[:0], radar=tile.radar[:0])
    inputs, question = asked(tile, tile.dates[[3]])
    found = integrate(network, network.encode(inputs), question, 1)
    assert torch.isfinite(found.target).all()
    assert inputs.bands.sum() == len(bands)


def test_many_dates_are_attended_to_in_parts():
    torch.manual_seed(0)
    block = TemporalAttention(8, 2, rotary=True, time_bias=True)
    days = Days(torch.arange(320.0) * 11, 4)
    tokens, trust = torch.randn(96, 320, 8), torch.zeros(96, 320)
    with torch.no_grad():
        whole = Memory(block, tokens, days, trust).ask(block, tokens, days)
        half = Memory(block, tokens[48:], days, trust[48:]).ask(block, tokens[48:], days)
    assert torch.allclose(whole[48:], half, atol=1e-5)


def test_radar_is_heard(network, tile):
    scene, question = asked(tile, tile.dates[[3]])
    silent = replace(scene, radar=scene.radar * 0)
    one = integrate(network, network.encode(scene), question, 1).target
    other = integrate(network, network.encode(silent), question, 1).target
    assert not torch.allclose(one, other, atol=1e-6)


def test_nan_in_radar_is_no_pass(network, tile):
    radar = tile.radar.copy()
    radar[1, :, 4:9] = np.nan
    scene, question = asked(replace(tile, radar=radar), tile.dates[[3]])
    assert scene.radar[1, 2, 4:9].sum() == 0
    assert torch.isfinite(integrate(network, network.encode(scene), question, 1).target).all()


def test_a_network_for_days_from_time_says_the_same_of_a_day_that_shows_nothing(network, tile):
    scene, question = asked(tile, tile.dates[3:4] + 1)
    narrow = AGFlow(replace(network.config, scene=False)).eval()
    narrow.load_state_dict(network.state_dict())
    with torch.inference_mode():
        both, own = (integrate(n, n.encode(scene), question, 1) for n in (network, narrow))
    assert torch.allclose(both.target, own.target, atol=1e-6)
    assert torch.allclose(both.scale, own.scale, atol=1e-6)


def test_the_paper_configuration_starts_at_noise_and_keeps_what_was_seen(tile):
    torch.manual_seed(0)
    network = AGFlow(PAPER).eval()
    scene, question = asked(tile, tile.dates[[2, 5]], PAPER.patch)
    generator = torch.Generator().manual_seed(1)
    noise = noise_of(question, PAPER.patch, anchored=False, generator=generator)
    with torch.no_grad():
        found = integrate(network, network.encode(scene), question, PAPER.steps, noise)
    seen = (question.clear > 0).expand_as(question.start)
    assert torch.equal(found.target[seen], question.start[seen])
    assert torch.isfinite(found.target).all()


def test_the_path_runs_from_the_start_to_the_truth(tile):
    _, question = asked(tile, tile.dates[[2]])
    truth = torch.rand_like(question.start)
    x_0 = start_of(question, None, anchored=True)
    hidden = (question.clear == 0).expand_as(truth)
    ends = [on_path(x_0, truth, torch.tensor([t]), question) for t in (0.0, 1.0)]
    assert torch.equal(ends[0], x_0)
    assert torch.allclose(ends[1][hidden], truth[hidden])
    assert torch.equal(ends[1][~hidden], question.start[~hidden])


def test_what_days_that_show_nothing_leave_out_is_nothing(scene, make_tile):
    torch.manual_seed(0)
    network = shaken(AGFlow(replace(SMALL, scene=False)))
    tile = make_tile(scene)
    inputs, question = asked(tile, tile.dates[[3]] + 1)
    assert not question.clear.any()
    known, tau = network.encode(inputs), torch.zeros(1)
    short = network.decode(known, question, question.start, tau)
    whole = network.decode(known, question, question.start.clone(), tau)
    assert not torch.equal(short.target, question.start)
    assert torch.allclose(short.target, whole.target, atol=1e-5)
    assert torch.allclose(short.scale, whole.scale, rtol=1e-4)


def test_one_day_attends_as_several_do():
    torch.manual_seed(0)
    block = TemporalAttention(8, 2, rotary=True, time_bias=True)
    numbers = torch.arange(9.0) * 11
    days, two, one_day = (Days(numbers[some], 4) for some in (slice(9), slice(3, 5), slice(3, 4)))
    tokens, trust = torch.randn(12, 9, 8), torch.randn(12, 9)
    with torch.no_grad():
        known = Memory(block, tokens, days, trust)
        several = known.ask(block, tokens[:, 3:5], two)
        one = known.ask(block, tokens[:, 3:4], one_day)
    assert torch.allclose(several[:, :1], one, atol=1e-6)
