from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.prior.looks import Looks

DAYS = np.array([0, 5, 12, 20, 21, 40], np.float32)


@st.composite
def series(draw):
    clear = np.array(draw(st.lists(st.lists(st.booleans(), min_size=3, max_size=3),
                                   min_size=6, max_size=6)))  # fmt: skip
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    values = rng.random((6, 2, 3), np.float32)
    return np.where(clear[:, None], values, 0).astype(np.float32), clear


@given(series())
def test_linear_is_interpolation_without_the_day_itself(case):
    values, clear = case
    looks = Looks.of(DAYS, values, clear)
    for t, day in enumerate(DAYS):
        line = looks.linear(float(day))
        for n in range(3):
            others = clear[:, n] & (np.arange(6) != t)
            if not others.any():
                assert (line[:, n] == 0).all()
                continue
            for c in range(2):
                wanted = np.interp(day, DAYS[others], values[others, c, n])
                assert abs(line[c, n] - wanted) < 1e-5


@given(series())
def test_a_frame_never_answers_for_itself(case):
    values, clear = case
    looks = Looks.of(DAYS, values, clear)
    changed = values.copy()
    changed[2] += np.where(clear[2], np.float32(0.5), 0)
    other = Looks.of(DAYS, changed, clear)
    assert np.array_equal(looks.linear(12.0), other.linear(12.0))
    assert np.array_equal(looks.before(12.0)[0], other.before(12.0)[0])
    assert np.array_equal(looks.after(12.0)[0], other.after(12.0)[0])


def test_distance_is_to_the_nearest_other_look():
    clear = np.array([[1], [0], [1], [0], [0], [0]], bool)
    looks = Looks.of(DAYS, np.zeros((6, 1, 1), np.float32), clear)
    assert looks.distance(12.0)[0] == 12
    assert looks.distance(20.0)[0] == 8
    assert looks.distance(3.0)[0] == 3
    nothing = Looks.of(DAYS, np.zeros((6, 1, 1), np.float32), np.zeros((6, 1), bool))
    assert np.isinf(nothing.distance(3.0)[0])
