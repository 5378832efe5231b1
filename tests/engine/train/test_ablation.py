"""What is switched off is off, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.models.anchor import AnchorMethod
from kairos.engine.prior.interpolation import Linear
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of
from kairos.engine.train.ablation import LinearAnchors, network, page_of, without_radar


@pytest.fixture(scope="module")
def tile():
    return tile_of(simulate(seed=21, size=(32, 32), frames=10, radar_frames=6))


def half_clear(tile):
    shares = tile.clear.mean(axis=(1, 2))
    return int(np.abs(shares - 0.6).argmin())


def test_a_linear_anchor_is_the_line_where_hidden_and_the_image_where_clear(tile):
    t = half_clear(tile)
    day, method = tile.dates[t : t + 1], LinearAnchors.fit([tile])
    start = method.start(method.prepare(tile), day).start
    line = Linear.fit([tile])
    straight = line.estimate(line.prepare(tile), day).mean[0]
    known = ~tile.clear[t] & np.isfinite(straight).all(axis=0)
    assert np.array_equal(start[:, tile.clear[t]], tile.reflectance[t][:, tile.clear[t]])
    assert np.allclose(start[:, known], straight[:, known], atol=1e-5)
    assert not np.allclose(
        start[:, known], AnchorMethod.fit([tile]).start(method.prepare(tile), day).start[:, known]
    )


@pytest.mark.parametrize(
    "changed", [{"radar": False}, {"time_bias": False}, {"rotary": False}, {"steps": 2}]
)
def test_each_part_changes_the_answer(tile, changed):
    day = tile.dates[4:5] + 1
    assert not np.isin(day, tile.dates)
    bare = without_radar(tile) if "radar" in changed else tile
    whole, without = network()(tile), network(**changed)(bare)
    a = whole.estimate(whole.prepare(tile), day).mean
    b = without.estimate(without.prepare(bare), day).mean
    assert np.isfinite(b[:, :, tile.clear.any(axis=0)]).all()
    assert not np.array_equal(a, b)


def test_the_page_has_a_row_for_each_variant():
    page = page_of(["a", "b"], {"one": [0.4, 0.6]}, {"two": [0.3, 0.3]})
    assert "| one | 0.500 | 0.400 | 0.600 |" in page
    assert "| two | 0.300 |" in page
