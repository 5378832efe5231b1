from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kairos.engine.clear import valid
from kairos.engine.rasters.encode import Encoding

PRODUCT = Encoding(np.dtype("uint16"), 0, 1e-4, 0)

encodings = st.one_of(
    st.builds(
        Encoding,
        st.sampled_from(["uint8", "uint16", "int16", "int32", "uint32"]).map(np.dtype),
        st.none() | st.integers(0, 255).map(float),
        st.sampled_from([1e-4, 2e-5, 1 / 250, 1e-3]),
        st.sampled_from([0.0, -0.1, 0.02]),
    ),
    st.builds(
        Encoding,
        st.sampled_from(["float32", "float64"]).map(np.dtype),
        st.none() | st.sampled_from([float("nan"), 0.0, 1.0, 0.5, -9999.0, 1e20, math.inf]),
        st.sampled_from([1e-4, 1.0]),
        st.sampled_from([0.0, -0.1]),
    ),
)
special = st.sampled_from([0.0, 1.0, 0.5, math.inf, -math.inf])
reflectances = arrays(np.float32, (2, 3, 3), elements=st.floats(-2, 2, width=32) | special)


@given(encodings, reflectances)
def test_numbers_never_mean_no_data(encoding, reflectance):
    numbers = encoding.numbers(reflectance)
    assert numbers.dtype == encoding.dtype
    assert valid(numbers, encoding.nodata).all()
    if encoding.dtype.kind == "u":
        assert numbers.min() >= 1


@given(encodings, reflectances)
def test_holes_mean_no_data_and_nothing_else_does(encoding, reflectance):
    reflectance[:, 1, 1] = np.nan
    good = valid(encoding.numbers(reflectance), encoding.nodata)
    assert not good[1, 1]
    assert good.sum() == 8


@given(arrays(np.uint16, (2, 4), elements=st.integers(1, 10_000)))
def test_numbers_of_a_product_survive(numbers):
    assert np.array_equal(PRODUCT.numbers(numbers * np.float32(1e-4)), numbers)


@pytest.mark.parametrize(
    ("encoding", "numbers"),
    [
        (PRODUCT, [1, 1, 2500, 10_000, 10_000]),
        (Encoding(np.dtype("uint16"), None, 1e-4, 0), [1, 1, 2500, 10_000, 10_000]),
        (Encoding(np.dtype("uint16"), 2500, 1e-4, 0), [1, 1, 2501, 10_000, 10_000]),
        (Encoding(np.dtype("uint16"), 0, 1e-4, -0.1), [1000, 1000, 3500, 11_000, 11_000]),
        (Encoding(np.dtype("int16"), -9999, 1e-4, 0), [0, 0, 2500, 10_000, 10_000]),
        (Encoding(np.dtype("int16"), None, 1e-4, 0), [1, 1, 2500, 10_000, 10_000]),
        (Encoding(np.dtype("uint8"), 255, 1 / 255, 0), [1, 1, 64, 254, 254]),
        (Encoding(np.dtype("float32"), float("nan"), 1, 0), [0, 0, 0.25, 1, 1]),
        (Encoding(np.dtype("float32"), 0, 1, 0), [1e-4, 1e-4, 0.25, 1, 1]),
    ],
)
def test_reflectance_is_clipped_and_stays_off_nodata(encoding, numbers):
    reflectance = np.array([-0.3, 0, 0.25, 1, 1.2], np.float32)
    assert encoding.numbers(reflectance) == pytest.approx(numbers)


def test_the_same_numbers_mean_the_same_whatever_stands_for_no_data():
    assert PRODUCT.holds_as(Encoding(np.dtype("uint16"), 65535, 1e-4, 0))
    for other in (("int16", 1e-4, 0), ("uint16", 1e-3, 0), ("uint16", 1e-4, -0.1)):
        dtype, scale, offset = other
        assert not PRODUCT.holds_as(Encoding(np.dtype(dtype), 0, scale, offset))
