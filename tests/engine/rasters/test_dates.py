from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairos.engine.rasters.dates import date_in_name


@pytest.mark.parametrize(
    ("name", "day", "rule"),
    [
        ("S2_20190208.tif", "2019-02-08", "YYYYMMDD"),
        ("S2A_MSIL2A_20190208T105151_N0211_R051_T31UFS_20190208T134500.tif", "2019-02-08",
         "YYYYMMDD"),
        ("T31UFS_20190208T105151_B04_10m.tif", "2019-02-08", "YYYYMMDD"),
        ("field 2019-02-08 (1).tif", "2019-02-08", "YYYY-MM-DD"),
        ("HLS.S30.T31UFS.2019039T105151.v2.0.tif", "2019-02-08", "YYYYDDD"),
        ("2020366.tif", "2020-12-31", "YYYYDDD"),
        ("00000000_20190208.tif", "2019-02-08", "YYYYMMDD"),
        ("site_12345678_2019-02-08.tif", "2019-02-08", "YYYY-MM-DD"),
        ("20190208.tif", "2019-02-08", "YYYYMMDD"),
        ("20240229.tif", "2024-02-29", "YYYYMMDD"),
    ],
)  # fmt: skip
def test_a_date_is_found_wherever_it_stands(name, day, rule):
    assert date_in_name(name) == (np.datetime64(day), rule)


@pytest.mark.parametrize(
    "name",
    ["mosaic.tif", "20190230.tif", "2019-13-01.tif", "2019366.tif", "2019000.tif", "201902081.tif",
     "99990101.tif", "18990101.tif", "12345678.tif", "2019-2-8.tif", ""],
)  # fmt: skip
def test_what_is_no_date_is_none(name):
    assert date_in_name(name) is None


@given(
    day=st.dates(dt.date(1972, 1, 1), dt.date(2099, 12, 31)),
    form=st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y%j"]),
    before=st.text("abcXYZ_-. ", max_size=8),
    after=st.text("abcXYZ_-. ", max_size=8),
)
def test_a_date_that_was_written_is_read(day, form, before, after):
    found = date_in_name(f"{before}{day.strftime(form)}{after}.tif")
    assert found is not None
    assert found[0] == np.datetime64(day)
    assert found[0].dtype == np.dtype("datetime64[D]")


@given(st.text())
def test_any_name_is_read_without_error(name):
    found = date_in_name(name)
    assert found is None or 1972 <= found[0].astype(dt.date).year < 2100
