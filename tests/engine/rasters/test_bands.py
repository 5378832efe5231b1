from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.rasters.bands import ALL, TEN, canonical, name_bands


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("B04", "B04"), ("b4", "B04"), ("B4", "B04"), ("B04 (red)", "B04"), ("band_b8a", "B8A"),
        ("S2 B8A 20m", "B8A"), ("b8a", "B8A"), ("B12", "B12"), ("red", "B04"), ("NIR", "B08"),
        (" Blue ", "B02"), ("swir1", "B11"), ("B13", None), ("B00", None), ("Gray", None),
        ("", None), (None, None), ("AB04", None), ("b042", None),
    ],
)  # fmt: skip
def test_descriptions_of_every_kind(text, name):
    assert canonical(text) == name


@pytest.mark.parametrize("names", [ALL, TEN, ("B08", "B04"), ("B04",), ("B8A", "B02", "B11")])
def test_bands_are_named_by_their_description(names):
    assert name_bands(names) == (tuple(names), "description")
    assert name_bands([n.lower() for n in names]) == (tuple(names), "description")


def test_names_of_other_instruments_stay():
    assert name_bands(["B04", "thermal"]) == (("B04", "thermal"), "description")


@pytest.mark.parametrize(("count", "first"), [(4, "B02"), (10, "B02"), (12, "B01"), (13, "B01")])
def test_without_names_the_usual_order_is_taken(count, first):
    names, rule = name_bands([None] * count)
    assert rule == "order"
    assert len(names) == len(set(names)) == count
    assert names[0] == first
    assert set(names) <= set(ALL)


def test_without_names_and_without_a_usual_order_bands_are_counted():
    assert name_bands([None] * 3) == (("band1", "band2", "band3"), "position")


def test_names_that_are_doubled_are_no_names():
    assert name_bands(["B04", "red", "B08", "B11"])[1] == "order"
    assert name_bands(["B04", "B04"])[1] == "position"


@given(st.lists(st.none() | st.text(max_size=6), min_size=1, max_size=14))
def test_any_bands_get_one_name_each(descriptions):
    names, rule = name_bands(descriptions)
    assert len(names) == len(set(names)) == len(descriptions)
    assert all(names)
    assert rule in ("description", "order", "position")
