"""Sentinel-1 GRD of a catalogue: calibrated where the item lists how, named where it does not."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import rasterio

from kairos.engine.api import open_stack

from ..flown import ground, write_product

DAY = "2021-06-03"
KINDS = {
    "{}": ("measurement/s1a-*-{}-*.tiff", "image/tiff; application=geotiff", "data"),
    "schema-calibration-{}": ("**/calibration-*-{}-*.xml", "application/xml", "metadata"),
    "schema-noise-{}": ("**/noise-*-{}-*.xml", "application/xml", "metadata"),
    "schema-product-{}": ("annotation/s1a-*-{}-*.xml", "application/xml", "metadata"),
}


@pytest.fixture
def grd_item(scenes):
    """The item of a pass, as stactools writes it; its files lie where the server finds them."""

    def call(day=DAY, address=str, polarisations=("vv", "vh"), **properties):
        product = write_product(scenes[0], day.replace("-", ""), polarisations=polarisations)
        assets = {
            key.format(p): {
                "href": address(next(product.glob(pattern.format(p)))), "type": kind,
                "roles": [role],
            }
            for p in polarisations for key, (pattern, kind, role) in KINDS.items()
        }  # fmt: skip
        return copy.deepcopy(scenes[1][0]) | {
            "id": product.stem, "collection": "sentinel-1-grd", "assets": assets,
            "properties": {
                "datetime": f"{day}T05:40:25Z", "sat:orbit_state": "descending",
                "sat:relative_orbit": 8, "proj:epsg": 4326, **properties,
            },
        }  # fmt: skip

    return call


@pytest.fixture
def served(server, grd_item):
    """A server with a pass in it, and no other radar."""
    server.items = [item for item in server.items if "sentinel-2" in item["collection"]][:4]

    def call(**facts):
        def address(file):
            return f"{server.url}/files/{file.relative_to(server.root)}"

        server.items.append(grd_item(address=address, **facts))
        return server.items[-1]

    return call


@pytest.fixture
def get(run, server, area, tmp_path):
    def call():
        return run(
            "fetch", server.url, "--radar", "--bbox", *area, "--output", tmp_path / "stack"
        )  # fmt: skip

    return call


def uncalibrated(item):
    for key in [key for key in item["assets"] if "calibration" in key]:
        del item["assets"][key]
    return item


def off(place, share):
    """By how many dB radar differs from the ground; which share of it was seen."""
    with open_stack(place) as stack:
        radar = stack.read_radar(stack.grid.whole)
        for window in stack.grid.tiles(37):
            part = stack.read_radar(window)
            assert np.array_equal(part, radar[(..., *window.slices)], equal_nan=True)
        rows, cols = np.mgrid[: stack.grid.height, : stack.grid.width] + 0.5
    places = stack.grid.transform * (cols, rows)
    difference = radar - np.stack([ground(*places, p) for p in ("vv", "vh")])
    assert np.isfinite(difference).mean() > share
    return difference[np.isfinite(difference)]


def test_what_is_fetched_is_calibrated_and_says_what_it_lacks(get, served, run, tmp_path):
    served()
    done = get()
    assert done.code == 0, done.err
    with rasterio.open(tmp_path / "stack" / "S1_GRD_20210603_DESC008.tif") as image:
        assert image.tags()["LACKS"] == "terrain correction"
        assert image.tags()["RELATIVE_ORBIT"] == "8"
    difference = off(tmp_path / "stack", 0.4)
    assert np.abs(difference).max() < 0.15
    assert abs(difference.mean()) < 0.01
    facts = json.loads(run("info", tmp_path / "stack", "--json").out)
    assert facts["radar"] == "dB, without terrain correction"


def test_items_are_calibrated_as_they_are_read(served, item_file, scenes, run):
    file = item_file(*scenes[1][:4], served())  # on a server, the others on this computer
    assert np.abs(off(file, 0.3)).max() < 0.15
    facts = json.loads(run("info", file, "--json").out)
    assert facts["radar"] == "power, without terrain correction"
    with open_stack(file) as stack:
        assert stack.radar[0].orbit == "DESC008 without terrain correction"
    out = file.parent / "out"
    assert run("clean", file, "--output", out, "--model", "temporal").code == 0


def test_one_polarisation_serves_as_both(grd_item, item_file, scenes):
    with open_stack(item_file(scenes[1][0], grd_item(polarisations=("vv",)))) as stack:
        both = stack.read_radar(stack.grid.whole)[0]
    assert np.array_equal(both[0], both[1], equal_nan=True)


def test_buckets_are_asked_as_images_are(grd_item, server, item_file, scenes, monkeypatch):
    for name, word in {
        "AWS_S3_ENDPOINT": server.url.split("//")[1], "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE", "AWS_NO_SIGN_REQUEST": "YES",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, word)
    item = grd_item(address=lambda file: f"s3://files/{file.relative_to(server.root)}")
    assert np.abs(off(item_file(scenes[1][0], item), 0.3)).max() < 0.15
    assert any("calibration" in path for path in server.asked)


def test_without_a_calibration_they_stay_amplitudes_and_say_so(
    get, served, grd_item, item_file, scenes, run, tmp_path
):
    file = item_file(scenes[1][0], uncalibrated(grd_item()))
    lacks = "without terrain correction and calibration"
    assert json.loads(run("info", file, "--json").out)["radar"] == f"amplitude, {lacks}"
    uncalibrated(served())
    assert get().code == 0
    assert json.loads(run("info", tmp_path / "stack", "--json").out)["radar"] == f"dB, {lacks}"
    assert np.median(off(tmp_path / "stack", 0.4)) > 30


def test_one_calibration_of_two_is_none(grd_item, item_file, scenes):
    item = grd_item()
    del item["assets"]["schema-calibration-vh"]
    with open_stack(item_file(scenes[1][0], item)) as stack:
        assert stack.radar_rule.startswith("amplitude")


def test_what_was_fetched_uncalibrated_is_fetched_anew(get, served, server, tmp_path):
    whole = copy.deepcopy(served())
    uncalibrated(server.items[-1])
    assert get().code == 0
    server.items[-1] = whole
    assert "2 of them from before" in get().out
    assert np.abs(off(tmp_path / "stack", 0.4)).max() < 0.15


def test_scenes_of_a_day_are_one_image_the_calibrated_ones_first(get, served, server, tmp_path):
    served()
    server.items.append(uncalibrated(copy.deepcopy(served())))
    server.items[-1]["id"] = "other"
    assert get().code == 0
    (file,) = (tmp_path / "stack").glob("S1*.tif")
    with rasterio.open(file) as image:
        assert "other" not in image.tags()["STAC_ITEMS"]
    assert np.abs(off(tmp_path / "stack", 0.4)).max() < 0.15


@pytest.mark.parametrize("trouble", ["500", "403", "half", "text", "slow"])
def test_a_calibration_that_cannot_be_read_is_named_and_comes_next_time(
    trouble, get, served, server, item_file, scenes, tmp_path
):
    item = served()
    server.trouble["calibration-s1a-iw-grd-vh"] = trouble
    done = get()
    assert done.code == 1
    assert "S1_GRD_20210603_DESC008" in done.error
    assert not list((tmp_path / "stack").glob("S1*"))
    with open_stack(item_file(scenes[1][0], item)) as stack:
        assert stack.radar == ()
        assert any("Radar left out: " in said and "-vh-" in said for said in stack.warnings)


def test_an_image_that_lies_nowhere_is_named(grd_item, item_file, scenes):
    item = grd_item(day="2021-06-09")
    for name in ("vv", "vh"):
        with rasterio.open(item["assets"][name]["href"], "w", driver="GTiff", width=9, height=9,
                           count=1, dtype="uint16") as empty:  # fmt: skip
            empty.write(np.ones((1, 9, 9), "uint16"))
    with open_stack(item_file(scenes[1][0], item)) as stack:
        assert any("does not say where" in said for said in stack.warnings)
