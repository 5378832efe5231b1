"""A file of items is a stack as it is: `kairos info some_items.json`."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import rasterio

from kairos.engine.api import open_stack
from kairos.engine.stac.catalogue import meet
from kairos.engine.stac.scene import scene_of

from .earth import reflectance


def places(grid):
    col, row = np.meshgrid(np.arange(grid.width) + 0.5, np.arange(grid.height) + 0.5)
    return grid.transform * (col, row)


def test_info_says_what_was_recognised_and_why(run, item_file):
    done = run("info", item_file())
    assert done.code == 0, done.err
    assert "STAC items (items.json lists 11 items)" in done.out
    facts = json.loads(run("info", item_file(), "--json").out)
    assert facts["bands"] == ["B02", "B04", "B08", "B11"]
    assert facts["radar_dates"] == ["2021-06-02"]
    assert {f["date_rule"] for f in facts["frames"]} == {"datetime of the item"}


def test_tiles_zones_and_baselines_come_out_on_one_grid_as_one_reflectance(item_file):
    with open_stack(item_file()) as stack:
        x, y = places(stack.grid)
        assert len(stack.frames) == len(stack.dates) == 6
        for number, frame in enumerate(stack.frames):
            seen, usable = stack.read_reflectance(frame, stack.grid.whole)
            wanted = 4 if frame.date == np.datetime64("2021-06-16") else number
            wanted = {"2022-06-01": 3, "2021-06-16": 4, "2021-06-21": 5}.get(
                str(frame.date), number
            )
            assert usable.mean() > 0.4
            for band, pixels in zip(stack.bands, seen):
                truth = reflectance(x, y, band, wanted)
                far = 0.005 if band == "B11" else 0.0015
                assert np.abs(pixels - truth)[usable].max() < far, (frame.date, band)


def test_neighbouring_tiles_are_one_image_without_a_seam(item_file):
    with open_stack(item_file()) as stack:
        first = stack.frames[0]
        _, usable = stack.read_frame(first, stack.grid.whole)
        assert not usable[:, :4].any()  # the first tile has no data there
        assert usable[16:, 4:].all()
        assert not usable[:16].any()  # cloud by the classes
        assert first.scale == 1e-4


def test_radar_comes_as_decibel(item_file):
    with open_stack(item_file()) as stack:
        decibel = stack.read_radar(stack.grid.whole)[0]
        assert stack.radar[0].orbit == "ASC044"
        assert np.nanmin(decibel[0]) == pytest.approx(-10, abs=0.01)
        assert np.nanmax(decibel[1]) == pytest.approx(-20, abs=0.01)
        assert np.isnan(decibel[:, :4]).all()


def test_a_window_is_as_the_whole_image(item_file):
    with open_stack(item_file()) as stack:
        for frame in stack.frames:
            whole, _ = stack.read_frame(frame, stack.grid.whole)
            for window in stack.grid.tiles(37):
                part, _ = stack.read_frame(frame, window)
                assert np.array_equal(part, whole[:, window.slices[0], window.slices[1]])


def test_a_stack_of_items_is_cleaned(run, item_file, tmp_path):
    done = run("clean", item_file(), "--output", tmp_path / "out", "--model", "linear")
    assert done.code == 0, done.err
    names = sorted(f.name for f in (tmp_path / "out").iterdir())
    assert names[0] == "S2_20210601.tif"
    assert len(names) == 6
    with rasterio.open(tmp_path / "out" / "S2_20220601.tif") as file:
        assert file.offsets[0] == -0.1
        assert file.descriptions == ("B02", "B04", "B08", "B11")


def item(scenes, **properties):
    made = copy.deepcopy(scenes[1][0])
    made["properties"] |= properties
    return made


@pytest.mark.parametrize(
    ("facts", "properties", "offset"),
    [
        ({"scale": 1e-4, "offset": -0.1}, {}, -0.1),
        ({"scale": 1e-4, "offset": -0.1}, {"earthsearch:boa_offset_applied": True}, 0.0),
        ({"scale": 1e-4, "offset": 0}, {"s2:processing_baseline": "05.09"}, 0.0),
        ({}, {"s2:processing_baseline": "04.00"}, -0.1),
        ({}, {"s2:processing_baseline": "03.01"}, 0.0),
        ({"data_type": "float32"}, {"s2:processing_baseline": "05.09"}, 0.0),
    ],
)
def test_the_offset_of_baseline_04_is_removed_once(scenes, facts, properties, offset):
    made = item(scenes, **properties)
    for asset in made["assets"].values():
        asset["raster:bands"] = [facts]
    assert scene_of(made).bands["B04"].offset == offset


def test_bands_are_told_by_any_of_their_names(scenes):
    made = item(scenes)
    file = {"href": "a.tif", "type": "image/tiff; application=geotiff"}
    made["assets"] = {
        "B05_20m": {**file, "gsd": 20},
        "B02_20m": {**file, "href": "coarse.tif", "gsd": 20},
        "B02_10m": {**file, "href": "fine.tif", "gsd": 10},
        "x": {**file, "bands": [{"name": "anything", "eo:common_name": "nir08"}]},
        "visual": {**file, "eo:bands": [{"name": "B04"}, {"name": "B03"}, {"name": "B02"}]},
        "image": {**file, "href": "two.tif", "bands": [{"name": "B08"}, {"name": "B04"}]},
        "red-jp2": {"href": "x.jp2", "type": "image/jp2", "eo:bands": [{"common_name": "green"}]},
        "meta": {"href": "x.xml", "type": "application/xml"},
        "SCL_20m": {**file, "gsd": 20},
    }
    scene = scene_of(made)
    assert list(scene.bands) == ["B02", "B03", "B04", "B05", "B08", "B8A"]
    assert scene.bands["B02"].href == "fine.tif"
    assert (scene.bands["B08"].band, scene.bands["B04"].band) == (1, 2)
    assert scene.mask is not None


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ((0, 0, 2, 2), (1, 1, 3, 3), True),
        ((0, 0, 2, 2), (3, 0, 4, 2), False),
        ((0, 0, 2, 2), (1, 3, 3, 4), False),
        ((179, 0, -179, 2), (-179.5, 1, -178, 3), True),
        ((179, 0, -179, 2), (178, 1, 179.5, 3), True),
        ((179, 0, -179, 2), (0, 1, 10, 3), False),
        ((-180, -90, 180, 90), (5, 5, 6, 6), True),
    ],
)
def test_boxes_meet_across_the_antimeridian_too(one, other, shared):
    assert meet(one, other) is shared
    assert meet(other, one) is shared


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "no list of STAC items"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature", "a": 1}]}', "no list"),
        ('{"type": "FeatureCollection", "features": []}', "no Sentinel-2 images"),
        ('{"type": "Catalog", "stac_version": "1.0.0", "links": 5}', "no list"),
    ],
)
def test_what_is_no_list_of_items_is_said_so(run, tmp_path, text, said):
    (tmp_path / "items.json").write_text(text)
    done = run("fetch", tmp_path / "items.json", "--output", tmp_path / "out")
    assert done.code == 1
    assert said in done.error
    assert not (tmp_path / "out").exists()


def test_items_without_bands_say_what_is_needed(run, scenes, item_file):
    made = item(scenes)
    made["assets"] = {"thumbnail": made["assets"]["visual"]}
    assert "bands that Kairos knows" in run("info", item_file(made)).error


def test_a_missing_file_is_named(run, scenes, item_file, tmp_path):
    made = item(scenes)
    for asset in made["assets"].values():
        asset["href"] = str(tmp_path / "gone.tif")
        asset.pop("proj:shape", None)
    assert "gone.tif cannot be read" in run("info", item_file(made)).error
