"""A day as it was acquired, through the desk: the numbers of its files, cloud and all."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
import rasterio

from kairos.engine import protocol
from kairos.engine.errors import OutputError, RequestError
from kairos.engine.progress import silent
from kairos.engine.serve.desk import Desk

DAY = "2020-05-11"


@pytest.fixture
def desk():
    with closing(Desk()) as made:
        yield lambda request: made.answer(request, silent, lambda _: None)


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack", size=(96, 120))


def test_it_is_what_the_file_holds(desk, made, read, tmp_path):
    output = tmp_path / "day.tif"
    result = desk(protocol.Original("o", str(made.folder), DAY, str(output)))
    assert result == {"file": str(output), "date": DAY}
    assert np.array_equal(read(output), made.numbers[2])
    with rasterio.open(output) as file, rasterio.open(made.files[2]) as image:
        assert (file.crs, file.transform, file.nodata) == (image.crs, image.transform, image.nodata)


def test_a_part_of_it_lies_where_it_belongs(desk, made, read, tmp_path):
    output = tmp_path / "part.tif"
    desk(protocol.Original("o", str(made.folder), DAY, str(output), (10, 20, 30, 40)))
    assert np.array_equal(read(output), made.numbers[2][:, 10:40, 20:60])
    with rasterio.open(output) as file, rasterio.open(made.files[2]) as image:
        assert file.transform * (0, 0) == image.transform * (20, 10)


def test_what_cannot_be_written_is_told(desk, made, tmp_path):
    stack, output = str(made.folder), str(tmp_path / "day.tif")
    with pytest.raises(RequestError, match="no image of 2020-05-12"):
        desk(protocol.Original("o", stack, "2020-05-12", output))
    with pytest.raises(OutputError):
        desk(protocol.Original("o", stack, DAY, str(made.folder / "day.tif")))
    with pytest.raises(RequestError, match="not on the images"):
        desk(protocol.Original("o", stack, DAY, output, (0, 0, 97, 120)))
