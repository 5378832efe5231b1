"""Formulas of the person's own: what they may say, and what they are told when they say more."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.curve.expression import Expression
from kairos.engine.errors import BandError, RequestError

TWO = (np.array([0.4, 0.0], np.float32), np.array([0.1, 0.0], np.float32))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("B08 - B04", 0.3),
        ("n - r", 0.3),
        ("(B08 - B04) / (B08 + B04)", 0.6),
        ("2.5 * b08 ** 2 + sqrt(B04)", 2.5 * 0.16 + math.sqrt(0.1)),
        ("max(B08, 0.5) - min(B04, 1)", 0.4),
        ("-B08 + +B04", -0.3),
        ("exp(log(B08)) * abs(-B04)", 0.04),
    ],
)
def test_formulas(text, value):
    assert Expression.parse(text)(TWO)[0] == pytest.approx(value, abs=1e-6)


def test_operands_come_once_and_in_order():
    expression = Expression.parse("B04 * 2 + N / b04 + RE1")
    assert expression.operands == ("B04", "N", "RE1")
    assert expression.choices()[1] == ("B08", "B8A")
    assert expression.positions(("B05", "B8A", "B04"), "it") == [2, 1, 0]
    with pytest.raises(BandError, match="it needs band B05"):
        expression.positions(("B08", "B04"), "it")


def test_a_division_by_nothing_is_no_gap_and_a_log_of_nothing_is():
    assert np.isfinite(Expression.parse("B08 / B04")(TWO)).all()
    assert np.isnan(Expression.parse("log(B08) + B04")(TWO)[1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("B08 -", "cannot be read"),
        ("(B08", "cannot be read"),
        ("B08 B04", "cannot be read"),
        ("B08 + B77", "no band B77"),
        ("1 + 1", "names no band"),
        ("B08.real", "may hold bands"),
        ("B08[0]", "may hold bands"),
        ("B08 > B04", "may hold bands"),
        ("lambda: B08", "may hold bands"),
        ("B08 if B04 else 1", "may hold bands"),
        ("B08 % B04", "is not"),
        ("not B08", "is not"),
        ("B08 + 'x'", "no number"),
        ("B08 + True", "no number"),
        ("B08 + 1j", "no number"),
        ("__import__('os')", "may call"),
        ("B08.__class__()", "may call"),
        ("sqrt(B08, B04)", "takes 1"),
        ("sqrt(x=B08)", "may call"),
        ("max(*B08)", "takes 2"),
        ("B08 + sqrt", "no band sqrt"),
        ("(" * 250 + "B08" + ")" * 40, "cannot be read"),
        ("B08 + " * 60 + "B04", "longer"),
    ],
)
def test_anything_else_is_told_in_a_sentence(text, words):
    with pytest.raises(RequestError, match=words) as caught:
        Expression.parse(text)
    assert len(caught.value.message) < 600


def test_a_tower_of_powers_ends_at_once():
    values = Expression.parse("B08 + 9 ** 9 ** 9 ** 9")(TWO)
    assert np.isnan(values).all()
    assert np.isfinite(Expression.parse(f"B08 * 0 + 1{'0' * 250} * 0")(TWO)).all()


@given(st.text(alphabet="B0148()+-*/ .,N\x00sqrtmax\n", max_size=30))
def test_whatever_is_typed_gives_numbers_or_a_sentence(text):
    try:
        expression = Expression.parse(text)
    except RequestError:
        return
    operands = [np.float32([0.2, 0.3])] * len(expression.operands)
    assert expression(operands).shape == (2,)
