"""Sentinel-1 GRD as it is downloaded: calibrated, placed by its control points, told apart."""

from __future__ import annotations

import copy
import json
import shutil

import numpy as np
import pytest
import rasterio
from affine import Affine

from kairos.engine import open_stack

from ..flown import EDGE, ground, write_product


@pytest.fixture(scope="session")
def grd():
    """Write a product as a SAFE folder."""
    return write_product


@pytest.fixture
def optical(make_stack, tmp_path):
    return make_stack(tmp_path / "stack").folder


def expected(grid, polarisation):
    rows, cols = np.mgrid[: grid.height, : grid.width]
    return ground(*(grid.transform * (cols + 0.5, rows + 0.5)), polarisation)


def radar_of(folder):
    with open_stack(folder) as stack:
        return stack, stack.read_radar(stack.grid.whole)


@pytest.mark.parametrize("packed", [False, True])
def test_a_product_becomes_decibel_on_the_grid(packed, grd, optical, zipped, run):
    product = grd(optical / "radar", "20200503")
    if packed:
        zipped(product)
    stack, radar = radar_of(optical)
    assert stack.radar[0].orbit == "descending 8 in radar geometry"
    assert [str(d) for d in stack.radar_dates] == ["2020-05-03"]
    assert not any("Radar" in said for said in stack.warnings)
    for i, polarisation in enumerate(("vv", "vh")):
        off = radar[0, i] - expected(stack.grid, polarisation)
        assert np.isfinite(off).mean() > 0.9
        assert np.nanmax(np.abs(off)) < 0.15
        assert abs(np.nanmean(off)) < 0.01
    assert json.loads(run("info", optical, "--json").out)["radar"] == (
        "power, without terrain correction"
    )


def test_the_border_is_no_data(grd, optical):
    shutil.move(str(grd(optical.parent, "20200503")), optical)
    with open_stack(optical) as stack:
        radar = stack.read_radar(stack.grid.whole)[0, 0]
        rows, cols = np.mgrid[: stack.grid.height, : stack.grid.width]
        xs, ys = stack.grid.transform * (cols + 0.5, rows + 0.5)
    turn = np.radians(12)
    sample = ((xs - 599700) * np.cos(turn) + (ys - 5700350) * np.sin(turn)) / 10
    assert np.isnan(radar[sample < EDGE - 1]).all()
    assert np.isfinite(radar[sample > EDGE]).all()


def test_a_window_is_that_part_of_the_whole_also_in_another_process(grd, optical):
    grd(optical, "20200503")
    with open_stack(optical) as stack:
        whole = stack.read_radar(stack.grid.whole)
        there = copy.deepcopy(stack)  # as it travels to another process
        for window in stack.grid.tiles(7):
            part = there.read_radar(window)
            assert np.array_equal(part, whole[(..., *window.slices)], equal_nan=True)
        there.close()


def test_coarse_pixels_see_all_of_their_ground(grd, make_stack, tmp_path):
    coarse = Affine(60, 0, 600000, 0, -60, 5700000)
    folder = make_stack(tmp_path / "stack", size=(6, 6), transform=coarse).folder
    grd(folder, "20200503")
    with open_stack(folder) as stack:
        radar = stack.read_radar(stack.grid.whole)[0, 0]
        parts = [stack.read_radar(w)[0, 0] for w in stack.grid.tiles(2)]
        windows = list(stack.grid.tiles(2))
    xs, ys = (600005 + 10 * np.arange(36), 5699995 - 10 * np.arange(36))
    fine = 10 ** (ground(xs[None], ys[:, None], "vv") / 10)
    mean = 10 * np.log10(fine.reshape(6, 6, 6, 6).mean(axis=(1, 3)))
    off = radar - mean
    assert np.isfinite(off).mean() > 0.5
    assert np.nanmean(np.abs(off)) < 0.2
    for window, part in zip(windows, parts):
        assert np.array_equal(part, radar[window.slices], equal_nan=True)


def test_both_sides_and_one_polarisation(grd, optical, run):
    grd(optical, "20200503", polarisations=("vv",))
    grd(optical, "20200507", side="Ascending")
    stack, radar = radar_of(optical)
    assert np.array_equal(radar[0, 0], radar[0, 1], equal_nan=True)
    assert len({image.orbit for image in stack.radar}) == 2
    assert "power, 2 orbits, without terrain correction" in run("info", optical).out


def test_beside_terrain_corrected_radar(grd, optical, write, run):
    grd(optical, "20200503")
    write(optical / "S1_RTC_20200507_dB.tif", np.full((2, 20, 24), -9, "float32"))
    text = run("info", optical).out
    assert "dB and power, 1 of 2 images without terrain correction" in text


def spoil_missing(file):
    file.unlink()


def spoil_half(file):
    file.write_bytes(file.read_bytes()[:700])


def spoil_numbers(file):
    file.write_text(file.read_text().replace("e+02", "e+0z"))


def spoil_empty(file):
    file.write_text("")


@pytest.mark.parametrize("spoil", [spoil_missing, spoil_half, spoil_numbers, spoil_empty])
def test_without_a_calibration_it_is_left_out_and_named(spoil, grd, optical, cleans):
    grd(optical, "20200503")
    file = next(grd(optical, "20200507").rglob("calibration-*-vh-*"))
    spoil(file)
    stack, _ = radar_of(optical)
    assert [str(d) for d in stack.radar_dates] == ["2020-05-03"]
    (said,) = [s for s in stack.warnings if "Radar" in s]
    assert file.name in said
    assert "load it anew" in said
    _, told = cleans(optical)
    assert said in told


def test_an_image_that_is_damaged_or_lies_nowhere_is_left_out(grd, optical):
    image = next(grd(optical, "20200503").rglob("*-vv-*.tiff"))
    image.write_bytes(image.read_bytes()[:200])
    other = next(grd(optical, "20200507").rglob("*-vv-*.tiff"))
    with rasterio.open(
        other, "w", driver="GTiff", width=9, height=9, count=1, dtype="uint16"
    ) as empty:
        empty.write(np.ones((1, 9, 9), "uint16"))
    stack, _ = radar_of(optical)
    assert stack.radar == ()
    said = " ".join(stack.warnings)
    assert image.name in said
    assert "does not say where" in said


def test_a_product_of_another_place_is_left_out(grd, make_stack, tmp_path):
    far = Affine(10, 0, 650000, 0, -10, 5700000)
    folder = make_stack(tmp_path / "stack", transform=far).folder
    product = grd(folder, "20200503")
    stack, radar = radar_of(folder)
    assert len(radar) == 0
    assert any("elsewhere" in said and product.name in said for said in stack.warnings)


def test_single_look_complex_images_are_left_out(grd, optical):
    product = grd(optical, "20200503")
    for file in list(product.rglob("*.tiff")):
        file.rename(file.with_name(file.name.replace("iw-grd", "iw1-slc")))
    stack, _ = radar_of(optical)
    assert stack.radar == ()
    assert any("geometry of the radar" in said for said in stack.warnings)


def test_stacks_are_cleaned_with_it(grd, optical, cleans):
    for day in ("20200503", "20200507", "20200515"):
        grd(optical, day)
    frames, said = cleans(optical, "--model", "temporal")
    assert said == ""
    assert len([name for name in frames if "SOURCE" not in name]) == 6
