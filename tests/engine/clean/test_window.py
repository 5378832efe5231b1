"""Remove clouds of a part of the images: that part of what it writes of the whole."""

from __future__ import annotations

import numpy as np
import rasterio
from affine import Affine
from rasterio.windows import Window as Part
from rasterio.windows import transform as moved

from kairos.engine.api import open_stack
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.rasters.grid import Window

AREA = Window(5, 9, 20, 24)


def test_a_part_is_that_part_of_the_whole(cleaned, sample, frames_of, tmp_path):
    with open_stack(sample) as stack:
        made = remove_clouds(stack, tmp_path, CleanOptions(window=AREA, source=True))
    assert [f.name for f in made.files] == [f.name for f in frames_of(cleaned)]
    part = Part(AREA.col, AREA.row, AREA.width, AREA.height)
    for file in made.files:
        with rasterio.open(file) as one, rasterio.open(cleaned / file.name) as whole:
            assert one.transform == moved(part, whole.transform)
            assert (one.crs, one.dtypes, one.nodata) == (whole.crs, whole.dtypes, whole.nodata)
            assert one.descriptions == whole.descriptions
            seen = rasterio.open(sample / file.name).read(window=part)
            found, expected = one.read(), whole.read(window=part)
        source = rasterio.open(tmp_path / f"{file.stem}_SOURCE.tif").read(1)
        assert np.array_equal(found[:, source == 1], seen[:, source == 1])
        assert np.abs(found.astype(int) - expected.astype(int)).mean() < 20  # of 10000


def test_a_frame_on_another_grid_is_cut_to_the_same_ground(make_stack, write, read, tmp_path):
    made = make_stack(tmp_path / "stack", size=(40, 48))
    shifted = Affine(20, 0, 600000, 0, -20, 5700000)
    other = made.files[2]
    write(other, made.numbers[2][:, ::2, ::2], ("B02", "B03", "B04", "B08"), nodata=0,
          transform=shifted)  # fmt: skip
    with open_stack(tmp_path / "stack") as stack:
        remove_clouds(stack, tmp_path / "out", CleanOptions(window=Window(10, 20, 12, 16)))
    with rasterio.open(tmp_path / "out" / other.name) as file:
        assert (file.height, file.width) == (6, 8)
        assert file.transform == shifted * Affine.translation(10, 5)
        assert (file.read() > 0).all()
    assert read(tmp_path / "out" / made.files[0].name).shape == (4, 12, 16)
