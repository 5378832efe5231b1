"""The gate opens for a model that helps, and stays shut for one that harms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.models.gate import gate_of, kept_back
from kairos.engine.rasters.grid import Window
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of


@pytest.fixture(scope="module")
def scene():
    return simulate(seed=4, size=(32, 32), frames=44, radar_frames=0, cover=0.25)


@pytest.fixture(scope="module")
def tile(scene):
    return tile_of(scene)


def answering(scene, towards):
    """A model that moves the start a share of the way to the truth; less than 0: away."""

    def fitted(shown):
        method = AnchorMethod.fit(shown)

        def answer(tile, days):
            state = method.prepare(tile)
            for d, day in enumerate(days):
                anchor = method.start(state, days[d : d + 1])
                truth = scene.reflectance[list(scene.dates).index(day)]
                yield anchor, [(anchor.start + towards * (truth - anchor.start)).astype(np.float32)]

        return answer

    return fitted


@pytest.mark.parametrize(("towards", "wanted"), [(1.0, 0.5), (4.0, 0.25), (-1.0, 0.0), (0.0, 0.0)])
def test_the_best_blend_is_found(scene, tile, towards, wanted):
    gate = gate_of([tile], answering(scene, towards))
    assert (gate.scene, gate.time) == ((wanted,), (wanted,))


def test_a_model_that_knows_days_from_time_alone_is_not_asked_for_others(scene, tile):
    gate = gate_of([tile], answering(scene, 1.0), scene=False)
    assert (gate.scene, gate.time) == ((0.0,), (0.5,))


def test_of_two_answers_the_better_one_counts(scene, tile):
    def fitted(shown):
        good, bad = answering(scene, 1.0)(shown), answering(scene, -1.0)(shown)

        def answer(tile, days):
            for (anchor, own), (_, other) in zip(good(tile, days), bad(tile, days)):
                yield anchor, [*other, *own]

        return answer

    assert gate_of([tile], fitted).scene == (0.0, 0.5)


@pytest.mark.parametrize(("first", "wanted"), [(1.0, (0.5, 0.0)), (0.201, (0.0, 0.5))])
def test_the_first_answer_must_be_worth_its_time(scene, tile, first, wanted):
    """It is better than the other one both times, but hardly so the second time."""

    def fitted(shown):
        dear, cheap = answering(scene, first)(shown), answering(scene, 0.2)(shown)

        def answer(tile, days):
            for (anchor, own), (_, other) in zip(dear(tile, days), cheap(tile, days)):
                yield anchor, [*own, *other]

        return answer

    assert gate_of([tile], fitted).scene == wanted


def test_frames_that_were_kept_back_are_the_clouded_ones(tile):
    back = kept_back([tile])
    assert len(back) >= 2
    assert (tile.clear[back].mean(axis=(1, 2)) > 0.3).all()


def test_where_little_can_be_hidden_the_start_stays(scene, tile, cut):
    few = cut(tile, slice(0, 3))
    gate = gate_of([few], answering(scene, 1.0))
    assert (gate.scene, gate.time) == ((0.0,), (0.0,))


def test_the_same_stack_gives_the_same_gate(scene, tile):
    assert gate_of([tile], answering(scene, 1.5)) == gate_of([tile], answering(scene, 1.5))


@pytest.mark.parametrize(("towards", "wanted"), [(1.0, 0.5), (-1.0, 0.0)])
def test_a_guess_counts_where_few_days_can_be_judged_and_do_not_speak_against_it(
    scene, tile, cut, towards, wanted
):
    few = cut(tile, slice(0, 14))
    model = answering(scene, towards)
    assert gate_of([few], model, scene=False).time == (0.0,)
    assert gate_of([few], model, scene=False, guess=0.5).time == (wanted,)


def test_one_day_on_many_tiles_is_one_day(scene, tile, cut):
    few = cut(tile, slice(0, 14))
    strips = [few.around(Window(row, 0, 4, 32), 0) for row in range(0, 32, 4)]

    def fitted(shown):
        def answer(part, days):
            rows = slice(part.window.row, part.window.row + part.window.height)
            for day in days:
                truth = scene.reflectance[list(scene.dates).index(day), :, rows].astype(np.float32)
                start = truth + np.float32(0.01)
                yield Started(start, from_scene=False), [truth]

        return answer

    assert gate_of(strips, fitted, scene=False).time == (0.0,)
    assert gate_of(strips, fitted, scene=False, guess=0.75).time == (0.75,)


@dataclass(frozen=True)
class Started:
    """What the gate looks at of an anchor."""

    start: np.ndarray
    from_scene: bool
