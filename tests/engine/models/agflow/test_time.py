"""Dates enter attention by their differences, and the season by itself."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.models.agflow.time import HARMONICS, Days, TimeBias, season


@given(st.integers(-2000, 2000), st.integers(0, 400), st.integers(0, 400))
def test_only_differences_between_days_count(shift, a, b):
    generator = torch.Generator().manual_seed(0)
    query = torch.randn(1, 8, generator=generator, dtype=torch.float64)
    key = torch.randn(1, 8, generator=generator, dtype=torch.float64)

    def score(add):
        q = Days(torch.tensor([float(a + add)]), 8).rotate(query)
        k = Days(torch.tensor([float(b + add)]), 8).rotate(key)
        return float((q * k).sum())

    assert abs(score(0) - score(shift)) < 1e-2


def test_rotation_keeps_length():
    x = torch.randn(3, 5, 16)
    turned = Days(torch.arange(5.0) * 40, 16).rotate(x)
    assert torch.allclose(x.norm(dim=-1), turned.norm(dim=-1), atol=1e-4)


def test_the_bias_falls_with_distance():
    bias = TimeBias(4)(torch.tensor([100.0]), torch.tensor([100.0, 110.0, 160.0, 20.0]))
    assert bias.shape == (4, 1, 4)
    assert (bias[:, 0, 0] > bias[:, 0, 1]).all()
    assert (bias[:, 0, 1] > bias[:, 0, 2]).all()


def test_the_season_returns_after_a_year():
    now = season(torch.tensor([17000.0, 17000.0 + 365.25 * 4]))
    assert now.shape == (2, 2 * HARMONICS)
    assert torch.allclose(now[0], now[1], atol=1e-2)
