"""`clean --stac`: items that programs can read, and that say what made the images."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pystac
import pytest
import rasterio

from kairos.engine.export.provenance import Provenance
from kairos.engine.models.weights import file_of


@pytest.fixture
def made(run, make_stack, tmp_path):
    stack = make_stack(tmp_path / "stack")
    done = run("clean", stack.folder, "--output", tmp_path / "out", "--stac", "--source",
               "--uncertainty", "--model", "temporal")  # fmt: skip
    assert done.code == 0, done.err
    return tmp_path / "out"


def test_a_collection_leads_to_every_image(made):
    collection = pystac.Collection.from_file(str(made / "collection.json"))
    items = list(collection.get_items())
    assert len(items) == len(list(made.glob("S2*_SOURCE.tif"))) == 6
    for item in items:
        assert item.collection_id == collection.id
        item.make_asset_hrefs_absolute()
        assert {"image", "source", "doubt"} == set(item.assets)
        for asset in item.assets.values():
            with rasterio.open(asset.href) as file:
                assert asset.extra_fields["proj:shape"] == [file.height, file.width]
                assert asset.extra_fields["proj:transform"] == list(file.transform)[:6]
    assert collection.extent.temporal.intervals[0][0] == items[0].datetime


def test_an_item_says_what_made_the_image_and_what_its_numbers_mean(made):
    item = json.loads((made / "S2_20200501.json").read_text())
    told = item["properties"]
    assert told["datetime"] == "2020-05-01T00:00:00Z"
    assert told["kairos:method"] == "temporal"
    assert told["processing:software"] == {"Kairos": "0.1.0"}
    assert "unchanged" in told["processing:lineage"]
    assert told["processing:datetime"] == told["created"]
    assert told["proj:code"] == "EPSG:32631"
    assert item["assets"]["image"]["href"] == "./S2_20200501.tif"
    assert item["assets"]["image"]["bands"][2] == {
        "name": "B04", "data_type": "uint16", "nodata": 0.0, "raster:scale": 1e-4,
        "raster:offset": 0.0, "eo:common_name": "red",
    }  # fmt: skip
    west, south, east, north = item["bbox"]
    assert west < east
    assert south < north
    assert all(west - 1e-6 <= x <= east + 1e-6 for x, _ in item["geometry"]["coordinates"][0])


def test_what_was_made_is_a_stack_again(made, run):
    facts = json.loads(run("info", made / "collection.json", "--json").out)
    assert facts["bands"] == ["B02", "B03", "B04", "B08"]
    assert len(facts["dates"]) == 6


def test_images_without_a_place_have_items_too(run, make_stack, tmp_path):
    stack = make_stack(tmp_path / "stack", crs=None, transform=None)
    assert run("clean", stack.folder, "--output", tmp_path / "out", "--stac").code == 0
    item = json.loads((tmp_path / "out" / "S2_20200501.json").read_text())
    assert item["geometry"] is None
    assert item["properties"]["proj:code"] is None


def test_the_weights_of_a_learned_method_are_told(tmp_path):
    assert Provenance.of(tmp_path, "linear").weights is None
    if not file_of("agflow").exists():
        pytest.skip("no weights of agflow here")
    wanted = hashlib.sha256(file_of("agflow").read_bytes()).hexdigest()
    assert Provenance.of(tmp_path, "agflow").weights == wanted


def test_numbers_are_read_as_reflectance_by_others(made):
    item = pystac.Item.from_file(str(made / "S2_20200501.json"))
    item.make_asset_hrefs_absolute()
    band = item.assets["image"].extra_fields["bands"][3]
    with rasterio.open(item.assets["image"].href) as file:
        seen = file.read(4) * band["raster:scale"] + band["raster:offset"]
    assert np.median(seen) == pytest.approx(0.4, abs=0.05)
