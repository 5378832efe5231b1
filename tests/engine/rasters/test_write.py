from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS

from kairos.engine.clean.left_over import PARTIAL
from kairos.engine.errors import OutputError
from kairos.engine.rasters.grid import Grid, Window
from kairos.engine.rasters.read import inspect
from kairos.engine.rasters.write import (
    Draft,
    Layout,
    check_file,
    copy_whole,
    draft_folder,
    write_text,
)

GRID = Grid(CRS.from_epsg(32631), Affine(10, 0, 600000, 0, -10, 5700000), 700, 600)


def layout(**changes):
    return Layout(**{"grid": GRID, "count": 2, "dtype": "uint16", "nodata": 0, **changes})


def pixels(height=600, width=700):
    return np.random.default_rng(0).integers(1, 10_000, (2, height, width)).astype("uint16")


def test_windows_in_any_order_become_one_cloud_optimized_file(tmp_path):
    image = pixels()
    with draft_folder(tmp_path) as folder:
        draft = Draft(tmp_path / "x.tif", layout(descriptions=("B04", "B08")), folder)
        for window in reversed(list(GRID.tiles(256))):
            draft.write(image[:, window.slices[0], window.slices[1]], window)
        assert [f.name for f in tmp_path.iterdir()] == [PARTIAL]
        draft.publish()
    assert [f.name for f in tmp_path.iterdir()] == ["x.tif"]
    with rasterio.open(tmp_path / "x.tif") as made:
        assert np.array_equal(made.read(), image)
        assert made.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert made.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "ZSTD"
        assert made.overviews(1)
        assert made.descriptions == ("B04", "B08")
        assert (made.crs, made.transform, made.nodata) == (GRID.crs, GRID.transform, 0)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "float32", "float64"])
@pytest.mark.parametrize("compression", ["ZSTD", "DEFLATE"])
def test_all_types_of_data_survive(tmp_path, dtype, compression):
    image = pixels(30, 40).astype(dtype)
    small = Grid(GRID.crs, GRID.transform, 40, 30)
    with draft_folder(tmp_path) as folder:
        draft = Draft(tmp_path / "x.tif", layout(grid=small, dtype=dtype), folder)
        draft.write(image, small.whole)
        draft.publish(compression)
    with rasterio.open(tmp_path / "x.tif") as made:
        assert np.array_equal(made.read(), image)
        assert set(made.dtypes) == {dtype}


def test_the_layout_of_a_file_is_kept(tmp_path, write):
    like = write(
        tmp_path / "like.tif",
        pixels(30, 40),
        ("B04", None),
        {"NOTE": "mine", "AREA_OR_POINT": "Point"},
        nodata=7,
        scales=(2e-4, 1e-4),
        offsets=(-0.1, 0.0),
    )
    with rasterio.open(like, "r+") as file:
        file.update_tags(1, UNIT="1", STATISTICS_MEAN="12")
    with draft_folder(tmp_path) as folder:
        draft = Draft(tmp_path / "x.tif", Layout.like(inspect(like)), folder)
        draft.write(pixels(30, 40), Window(0, 0, 30, 40))
        draft.publish()
    with rasterio.open(like) as before, rasterio.open(tmp_path / "x.tif") as after:
        for key in ("crs", "transform", "nodata", "scales", "offsets", "descriptions", "dtypes"):
            assert getattr(after, key) == getattr(before, key)
        assert after.tags().items() >= before.tags().items()
        assert after.tags(1) == {"UNIT": "1"}


def test_what_is_not_published_is_gone(tmp_path):
    (tmp_path / "x.tif").write_text("older")

    def broken():
        with draft_folder(tmp_path) as folder:
            Draft(tmp_path / "x.tif", layout(), folder)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert [f.name for f in tmp_path.iterdir()] == ["x.tif"]
    assert (tmp_path / "x.tif").read_text() == "older"


def test_runs_side_by_side_do_not_meet(tmp_path):
    with draft_folder(tmp_path) as one:
        with draft_folder(tmp_path) as other:
            assert one != other
            (one / "mine").touch()
        assert (one / "mine").exists()
    assert not any(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="not a directory"), draft_folder(tmp_path / "file" / "x"):
        pass
    with pytest.raises(OutputError, match="cannot be written"):
        write_text(tmp_path / "file" / "x.csv", "text")


def test_a_draft_that_lost_its_file_says_so(tmp_path):
    with draft_folder(tmp_path) as folder:
        for lose in (lambda file: file.write_bytes(b""), lambda file: file.unlink()):
            draft = Draft(tmp_path / "x.tif", layout(), folder)
            draft.write(pixels(), GRID.whole)
            lose(draft.path)
            with pytest.raises(OutputError, match="cannot be written"):
                draft.publish()
    assert not any(tmp_path.iterdir())


def test_an_image_that_needs_nothing_is_copied(tmp_path, write):
    image = write(tmp_path / "image.tif", pixels(300, 200), ("B04", "B08"), {"NOTE": "mine"})
    copy_whole(inspect(image), tmp_path / "x.tif", tmp_path)
    with rasterio.open(image) as before, rasterio.open(tmp_path / "x.tif") as after:
        assert np.array_equal(after.read(), before.read())
        assert after.descriptions == before.descriptions
        assert after.tags()["NOTE"] == "mine"
        assert after.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert len(list(tmp_path.iterdir())) == 2


def test_text_is_written_whole(tmp_path):
    write_text(tmp_path / "new" / "x.csv", "é\n")
    write_text(tmp_path / "new" / "x.csv", "ü\n")
    assert (tmp_path / "new" / "x.csv").read_text(encoding="utf-8") == "ü\n"
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_results_stay_out_of_the_images(tmp_path):
    images = tmp_path / "images"
    (images / "deep").mkdir(parents=True)
    for output in (images / "x.tif", images / "deep" / "x.tif", images):
        with pytest.raises(OutputError):
            check_file(output, images)
    check_file(tmp_path / "x.tif", images)
    check_file(tmp_path / "images2" / "x.tif", images)
