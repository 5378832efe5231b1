"""`kairos fetch` from a real server on this computer: what comes, resumed, and in trouble."""

from __future__ import annotations

import json
import signal
import time

import numpy as np
import pytest
import rasterio

from kairos.engine.api import open_stack
from kairos.engine.clean.left_over import PARTIAL
from kairos.engine.errors import CancelledError
from kairos.engine.stac.catalogue import Query
from kairos.engine.stac.fetch import fetch

from .earth import reflectance, write_grd

SPAN = "2021-06-01:2021-06-15"


@pytest.fixture
def get(run, server, area, tmp_path):
    def call(*more, output=tmp_path / "stack"):
        return run("fetch", server.url, "--bbox", *area, "--output", output, *more)

    return call


def test_what_is_fetched_is_a_stack(get, run, tmp_path):
    done = get("--radar", "--cloud", "60")
    assert done.code == 0, done.err
    assert "6 images" in done.out
    with open_stack(tmp_path / "stack") as stack:
        assert [str(day) for day in stack.dates] == [
            *("2021-06-01", "2021-06-06", "2021-06-11", "2021-06-16", "2022-06-01"),
        ]
        assert stack.bands == ("B02", "B04", "B08", "B11")
        assert stack.grid.transform.a == 10
        assert stack.grid.width == pytest.approx(78, abs=4)
        col, row = np.meshgrid(np.arange(stack.grid.width), np.arange(stack.grid.height))
        x, y = stack.grid.transform * (col + 0.5, row + 0.5)
        for number, frame in zip((0, 1, 2, 4, 3), stack.frames):
            assert (frame.raster.dtype, frame.raster.nodata, frame.offset) == ("uint16", 0, 0)
            assert frame.mask is not None
            seen, usable = stack.read_reflectance(frame, stack.grid.whole)
            truth = reflectance(x, y, "B08", number)
            assert np.abs(seen[2] - truth)[usable].max() < 0.002, frame.date
        decibel = stack.read_radar(stack.grid.whole)[0]
        assert np.nanmin(decibel[0]) == pytest.approx(-10, abs=0.01)
        assert np.nanmax(decibel[1]) == pytest.approx(-20, abs=0.01)
    assert run("clean", tmp_path / "stack", "--output", tmp_path / "out").code == 0


def test_radar_in_the_geometry_of_its_orbit_comes_onto_the_grid(run, scenes, tmp_path):
    grd = write_grd(tmp_path, "2021-06-03")
    file = tmp_path / "items.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [scenes[1][0], grd]}))
    done = run("fetch", file, "--radar", "--output", tmp_path / "stack")
    assert done.code == 0, done.err
    with rasterio.open(tmp_path / "stack" / "S1_GRD_20210603_DESC037.tif") as image:
        decibel = image.read(1)
        assert image.descriptions == ("VV", "VH")
        assert image.tags()["RELATIVE_ORBIT"] == "37"
        east = 10 * (np.arange(image.width) + 0.5)
        truth = 20 * np.log10(100 + east / 10)
        assert np.abs(decibel - truth).max() < 0.2


def test_dates_cloud_and_bands_choose(get, tmp_path):
    assert get("--dates", SPAN, "--bands", "B04,B08").code == 0
    with open_stack(tmp_path / "stack") as stack:
        assert len(stack.dates) == 3
        assert stack.bands == ("B04", "B08")
    assert "B99" in get("--bands", "B99", output=tmp_path / "no").error


@pytest.mark.parametrize(("metres", "pixels"), [(20, 39), (60, 13), (5, 159)])
def test_pixels_of_a_resolution(metres, pixels, get, tmp_path):
    assert get("--dates", SPAN, "--resolution", metres).code == 0
    with open_stack(tmp_path / "stack") as stack:
        assert stack.grid.transform.a == -stack.grid.transform.e == metres
        assert stack.grid.width == pytest.approx(pixels, abs=3)
        rows, cols = np.mgrid[: stack.grid.height, : stack.grid.width] + 0.5
        truth = reflectance(*(stack.grid.transform * (cols, rows)), "B08", 0)
        seen, usable = stack.read_reflectance(stack.frames[0], stack.grid.whole)
        assert np.abs(seen[2] - truth)[usable].max() < 0.004


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--resolution", "0"], "1 to 10000 metres"), (["--resolution", "x"], "no number of metres")],
)
def test_a_resolution_that_is_none(more, said, get):
    done = get(*more)
    assert done.code == 2
    assert said in done.err


def test_another_collection(get, server, item_file, run, scenes, tmp_path):
    done = get("--collection", "sentinel-2-l3")
    assert done.error == (
        "The catalogue has no collection sentinel-2-l3; of Sentinel-2 it has sentinel-2-c1-l2a."
    )
    for item in server.items[:4]:
        item["collection"] = "sentinel-2-own"
    assert get("--collection", "sentinel-2-own").code == 0
    with open_stack(tmp_path / "stack") as stack:
        assert [str(day) for day in stack.dates] == ["2021-06-01", "2021-06-06"]
    file = item_file(*scenes[1][:2])
    done = run("fetch", file, "--collection", "other", "--output", tmp_path / "none")
    assert "no Sentinel-2 images" in done.error


def test_another_resolution_does_not_mix_with_what_is_there(get, tmp_path):
    assert get("--dates", SPAN).code == 0
    assert "another area" in get("--dates", SPAN, "--resolution", "20").error


def test_the_same_request_goes_on_and_loads_only_what_is_missing_or_changed(get, server, tmp_path):
    assert get("--dates", SPAN).code == 0
    whole = {f.name: f.read_bytes() for f in (tmp_path / "stack").glob("*.tif")}
    (tmp_path / "stack" / "S2_L2A_20210606.tif").unlink()
    spoiled = tmp_path / "stack" / "S2_L2A_20210611.tif"
    spoiled.write_bytes(spoiled.read_bytes()[:-100])
    server.asked.clear()
    done = get("--dates", SPAN)
    assert done.code == 0
    assert "1 of them from before" in done.out
    assert not any("2021-06-01" in path for path in server.asked)
    assert {f.name: f.read_bytes() for f in (tmp_path / "stack").glob("*.tif")} == whole


def test_another_request_does_not_mix_with_what_is_there(get, tmp_path):
    assert get("--dates", SPAN, "--bands", "B04,B08").code == 0
    assert "of another area or of other bands" in get("--dates", SPAN).error
    assert get("--dates", SPAN, "--overwrite").code == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    assert "not empty" in get(output=tmp_path / "full").error


@pytest.mark.parametrize("trouble", ["500", "403", "half", "slow"])
def test_one_image_that_cannot_be_read_is_left_out_and_comes_next_time(
    get, server, tmp_path, trouble
):
    server.trouble["600000_2021-06-06_B04"] = trouble
    done = get("--dates", SPAN)
    assert done.code == 1
    assert "S2_L2A_20210606" in done.error
    assert ("refuses" in done.error) == (trouble == "403")
    names = {f.name for f in (tmp_path / "stack").iterdir()}
    assert "S2_L2A_20210601.tif" in names
    assert "S2_L2A_20210606.tif" not in names
    assert PARTIAL not in names


def test_a_server_that_is_down_is_given_up(get, server, tmp_path):
    server.trouble["/files/"] = "500"
    started = time.monotonic()
    assert "server fails" in get().error
    assert time.monotonic() - started < 30
    assert not list((tmp_path / "stack").glob("*.tif"))


@pytest.mark.parametrize("trouble", ["500", "slow", "text"])
def test_a_search_that_fails_is_one_sentence(get, server, tmp_path, trouble):
    server.trouble["/search"] = trouble
    assert "does not answer as it should" in get().error
    assert not (tmp_path / "stack").exists()


def test_nothing_found_and_no_area_are_said(get, run, server, tmp_path):
    assert "no Sentinel-2 images" in get("--dates", "1999-01-01:1999-02-01").error
    assert "needs an area" in run("fetch", server.url, "--output", tmp_path / "x").error
    done = run("fetch", "http://127.0.0.1:9", "--bbox", 1, 2, 3, 4, "--output", tmp_path / "x")
    assert "does not answer" in done.error


def test_days_that_show_nothing_of_the_area_leave_no_file(run, server, scenes, tmp_path):
    box = scenes[1][1]["bbox"]  # the eastern rim of the second tile: not on the first
    west = box[0] + 0.8 * (box[2] - box[0])
    done = run("fetch", server.url, "--bbox", west, box[1], box[2], box[3],
               "--output", tmp_path / "stack")  # fmt: skip
    assert done.code == 0, done.err
    assert len(list((tmp_path / "stack").glob("S2*_SCL.tif"))) == 4


def test_a_cancel_in_the_middle_keeps_what_is_whole(server, area, tmp_path):
    query = Query(server.url, tuple(map(float, area)))
    told = []

    def stop(stage, done):
        told.append((stage, done))
        if done > 0.5:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        fetch(query, tmp_path / "stack", progress=stop)
    assert [done for _, done in told] == sorted(done for _, done in told)
    there = sorted(f.name for f in (tmp_path / "stack").glob("*.tif"))
    assert len(there) < 12
    assert not (tmp_path / "stack" / PARTIAL).exists()
    made = fetch(query, tmp_path / "stack")
    assert 1 <= made.kept <= len(there) // 2
    assert len(made.files) == 6


def test_ctrl_c_while_a_server_hangs_ends_the_command(start, server, area, tmp_path, monkeypatch):
    monkeypatch.setenv("KAIROS_STALL_SECONDS", "3")
    server.trouble["2021-06-11"] = "slow"
    process = start("fetch", server.url, "--bbox", *area, "--output", tmp_path / "stack")
    deadline = time.monotonic() + 20
    while not (tmp_path / "stack" / "S2_L2A_20210601.tif").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    assert {f.name for f in (tmp_path / "stack").glob("*")} >= {"S2_L2A_20210601.tif"}
    assert not (tmp_path / "stack" / PARTIAL).exists()


def test_progress_is_told_as_json(get):
    lines = get("--dates", SPAN, "--progress", "json").err.splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert told[-1]["done"] == 1


def test_a_full_disk_is_said(get, tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        done = get("--dates", SPAN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done.code == 1
    assert "cannot be written" in done.error
    assert not list((tmp_path / "stack").glob("*.tif"))


def test_images_are_cogs(get, tmp_path):
    assert get("--dates", SPAN, "--bands", "B04,B08").code == 0
    with rasterio.open(tmp_path / "stack" / "S2_L2A_20210601.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert "S2A_32631_600000_2021-06-01" in file.tags()["STAC_ITEMS"]
