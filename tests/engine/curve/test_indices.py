from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kairos.engine.curve.indices import INDICES, index_named
from kairos.engine.errors import BandError, RequestError
from kairos.engine.rasters.bands import TEN

PIXEL = np.linspace(0.05, 0.5, 10, dtype=np.float32)  # in the order of TEN
VALUE = dict(zip(TEN, PIXEL.astype(float)))


def ratio(a, b):
    return (VALUE[a] - VALUE[b]) / (VALUE[a] + VALUE[b])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NDVI", ratio("B08", "B04")),
        ("NDWI", ratio("B03", "B08")),
        ("NDMI", ratio("B08", "B11")),
        ("NBR", ratio("B08", "B12")),
        ("EVI", 2.5 * (VALUE["B08"] - VALUE["B04"])
         / (VALUE["B08"] + 6 * VALUE["B04"] - 7.5 * VALUE["B02"] + 1)),
    ],
)  # fmt: skip
def test_formulas(name, value):
    index = INDICES[name]
    assert index(PIXEL, TEN) == pytest.approx(value, abs=1e-6)
    image = np.broadcast_to(PIXEL[:, None, None], (3, 10, 4, 5))
    assert index(image, TEN).shape == (3, 4, 5)
    assert index(image, TEN).dtype == np.float32


def test_all_are_known_by_name_in_any_case():
    assert {"NDVI", "EVI", "NDWI", "NDMI", "NBR"} < set(INDICES)
    assert index_named("ndvi") is INDICES["NDVI"]
    assert all(index_named(index.name) is index for index in INDICES.values())
    with pytest.raises(RequestError, match="NDVI, EVI, "):
        index_named("beauty")


def test_b8a_serves_where_there_is_no_b08():
    ndvi = INDICES["NDVI"]
    assert ndvi.positions(("B8A", "B04", "B08")) == [2, 1]
    assert ndvi.positions(("B8A", "B04")) == [0, 1]
    with pytest.raises(BandError, match="B08 or B8A, but the stack has only B02, B04"):
        ndvi.positions(("B02", "B04"))
    with pytest.raises(BandError, match="B04"):
        ndvi.positions(("B08",))


@given(arrays(np.float32, (10, 3, 3), elements=st.floats(-0.125, 1.5, width=32)))
def test_values_stay_in_their_range(reflectance):
    for index in INDICES.values():
        value = index(reflectance, TEN)
        assert np.isfinite(value).all()
        assert index.low <= value.min()
        assert value.max() <= index.high


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MSAVI", 0.5 * (2 * VALUE["B08"] + 1
         - ((2 * VALUE["B08"] + 1) ** 2 - 8 * (VALUE["B08"] - VALUE["B04"])) ** 0.5)),
        ("SAVI", 1.5 * (VALUE["B08"] - VALUE["B04"]) / (VALUE["B08"] + VALUE["B04"] + 0.5)),
        ("NIRv", ratio("B08", "B04") * VALUE["B08"]),
        ("SeLI", ratio("B8A", "B05")),
        ("PSRI", (VALUE["B04"] - VALUE["B02"]) / VALUE["B06"]),
        ("CIRE", VALUE["B08"] / VALUE["B05"] - 1),
    ],
)  # fmt: skip
def test_more_formulas(name, value):
    assert index_named(name)(PIXEL, TEN) == pytest.approx(value, abs=1e-6)


def test_a_formula_is_an_index():
    own = index_named("(B08 - B04) / (B08 + B04)")
    assert own(PIXEL, TEN) == pytest.approx(ratio("B08", "B04"), abs=1e-6)
    assert own.name == "(B08 - B04) / (B08 + B04)"
    with pytest.raises(BandError, match="B11"):
        index_named("B11 * 2").positions(("B04", "B08"))
