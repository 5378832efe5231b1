"""Rows and answers of a draw go together."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.evaluate.answers import ask
from kairos.engine.evaluate.draws import hide
from kairos.engine.evaluate.rows import Rows
from kairos.engine.evaluate.tasks import plan_cloud, plan_frame


@pytest.fixture
def draws(tile):
    return [hide(tile, plan_cloud(tile, seed)[0]) for seed in (1, 2)]


def test_rows_and_answers_are_in_the_same_order(draws):
    rows, answers = Rows.of(draws), ask("nearest", draws)
    assert answers.mean.shape == rows.truth.shape
    n = 0
    for draw, asked in zip(draws, answers.asked):
        for d, date in enumerate(draw.dates):
            count = int(draw.hidden[d].sum())
            image = asked.image(date)[:, draw.hidden[d]].T
            assert np.array_equal(answers.mean[n : n + count], image, equal_nan=True)
            assert (rows.date[n : n + count] == date).all()
            n += count
    assert n == len(rows.truth)


def test_blocks_are_of_one_draw_and_one_date(tile_of):
    clear = np.ones((14, 40, 70), bool)
    tile = tile_of(np.full((14, 2, 40, 70), 0.1), clear)
    draw = hide(tile, plan_frame(tile, 1)[0])
    rows = Rows.of([draw, draw])
    assert len(np.unique(rows.block)) == 2 * len(draw.dates) * 2 * 3
    for block in np.unique(rows.block):
        assert len(np.unique(rows.date[rows.block == block])) == 1
        assert (rows.block == block).sum() <= 32 * 32


def test_the_gap_is_what_lies_between_visible_looks(tile):
    draw = hide(tile, plan_frame(tile, 1)[0])
    rows = Rows.of([draw])
    visible = draw.tile.clear[:, 15, 15]
    days = draw.tile.dates[visible]
    place = np.flatnonzero(draw.hidden[0].ravel()).tolist().index(15 * 20 + 15)
    date = draw.dates[0]
    expected = (days[days > date].min() - days[days < date].max()).astype(int)
    assert rows.gap[place] == expected


def test_a_curve_passes_through_what_is_seen_and_asked(draws):
    answers = ask("scene-regression", draws[:1])
    (asked,) = answers.asked
    tile, date = draws[0].tile, draws[0].dates[0]
    row, col = (int(i) for i in np.argwhere(draws[0].hidden[0])[0])
    curve = asked.curve(row, col, np.array([*tile.dates, date]))
    seen = tile.clear[:, row, col]
    assert np.array_equal(curve[:-1][seen], tile.reflectance[seen, :, row, col])
    assert np.array_equal(curve[-1], asked.image(date)[:, row, col])
