"""Sentinel-1 beside optical images: names and units as their producers have them."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS

from kairos.engine import open_stack

VV, VH = -9.0, -16.0
DAYS = ("20200503", "20200507", "20200509", "20200515")


@pytest.fixture
def optical(make_stack, tmp_path):
    return make_stack(tmp_path / "stack").folder


def power(decibel):
    return 10 ** (np.asarray(decibel) / 10)


def images(kind):
    """A pass of the two polarisations (2, 20, 24), with speckle, in a unit."""
    rng = np.random.default_rng(2)
    decibel = np.array([VV, VH])[:, None, None] + rng.normal(0, 0.5, (2, 20, 24))
    pixels = {"dB": decibel, "power": power(decibel), "amplitude": 1000 * np.sqrt(power(decibel))}
    return pixels[kind].astype("float32")


def seen(folder, shift=0.0):
    with open_stack(folder) as stack:
        radar = stack.read(stack.grid.whole).radar
        assert len(stack.radar) == len(stack.radar_dates) == 4
        assert np.nanmean(radar[:, 0]) == pytest.approx(VV + shift, abs=0.2)
        return stack, radar


@pytest.mark.parametrize(
    ("name", "unit", "said"),
    [
        ("S1_GRD_{}.tif", "dB", ""),
        ("S1A_IW_GRDH_1SDV_{0}T054012_{0}T054037_032455_03C21F_9A3B.tif", "dB", ""),
        ("S1_{}_linear.tif", "power", ""),
        ("S1_RTC_{}_dB.tif", "dB", "dB"),
        ("S1A_IW_{}T054012_DVP_RTC30_G_gpuned_FD6A.tif", "power", "power"),
        ("S1A_IW_{}T054012_DVP_RTC10_G_gdufem_FD6A.tif", "dB", "dB"),
    ],
)
def test_units_are_told_by_name_or_numbers(name, unit, said, optical, write):
    for day in DAYS:
        write(optical / name.format(day), images(unit), ("VV", "VH"))
    stack, radar = seen(optical)
    assert {r.unit for r in stack.radar} == {said}
    assert np.nanmean(radar[:, 1]) == pytest.approx(VH, abs=0.2)


def test_amplitudes_are_converted(optical, write):
    for day in DAYS:
        write(optical / f"S1_{day}.tif", images("amplitude"), ("VV", "VH"))
    seen(optical, shift=60)


def test_a_file_for_each_polarisation(optical, write):
    for day in DAYS:
        both = images("power")
        for pixels, name in zip(both, ("VV", "VH")):
            stem = f"S1A_IW_{day}T054012_DVP_RTC30_G_gpuned_FD6A"
            write(optical / f"{stem}_{name}.tif", pixels)
    _, radar = seen(optical)
    assert np.nanmean(radar[:, 1]) == pytest.approx(VH, abs=0.2)


def test_one_polarisation_serves_as_both(optical, write):
    for day in DAYS:
        angle = np.full((20, 24), 38.0, "float32")
        write(optical / f"S1_{day}.tif", np.stack([images("dB")[0], angle]), ("VV", "angle"))
    _, radar = seen(optical)
    assert np.array_equal(radar[:, 0], radar[:, 1])


def test_orbits_are_known_by_tag_name_or_product(optical, write):
    write(optical / "S1_20200501_ASC.tif", images("dB"))
    write(optical / "S1_20200502.tif", images("dB"), tags={"orbitProperties_pass": "DESCENDING"})
    product = "S1A_IW_GRDH_1SDV_{0}T054012_{0}T054037_{1}_03C21F_9A3B.tif"
    write(optical / product.format("20200503", "032455"), images("dB"))
    write(optical / product.format("20200515", "032630"), images("dB"))  # 175 orbits later
    write(optical / "S1_20200516.tif", images("dB"))
    with open_stack(optical) as stack:
        orbits = [r.orbit for r in stack.radar]
    assert orbits == ["ascending", "descending", "8", "8", ""]


def test_the_offset_between_orbits_is_taken_out(optical, write):
    rng = np.random.default_rng(5)
    slope = rng.normal(0, 2, (2, 20, 24)).astype("float32")
    for i in range(8):
        side = ("ASC", "DESC")[i % 2]
        pixels = images("dB") + (slope if i % 2 else -slope) + 0.1 * i
        write(optical / f"S1_202005{10 + i}_{side}.tif", pixels)
    with open_stack(optical) as stack:
        radar = stack.read(stack.grid.whole).radar
    steps = np.diff(radar, axis=0)
    assert np.abs(steps).max() < 0.5
    assert radar[:, 0].mean() == pytest.approx(VV + 0.35, abs=0.2)


def test_images_in_the_geometry_of_the_radar_are_left_out(optical, write):
    """Others than ESA's products: nothing says what their numbers mean."""
    file = optical / "S1_20200507.tiff"
    with rasterio.open(
        file, "w", driver="GTiff", width=24, height=20, count=1, dtype="uint16"
    ) as raster:
        raster.write(np.full((1, 20, 24), 300, "uint16"))
        spots = [
            GroundControlPoint(r, c, 3 + c / 1e4, 51 - r / 1e4) for r in (0, 20) for c in (0, 24)
        ]
        raster.gcps = (spots, CRS.from_epsg(4326))
    with open_stack(optical) as stack:
        assert stack.radar == ()
        assert any("geometry of the radar" in w for w in stack.warnings)


def test_radar_beside_products(safe, put, tmp_path):
    for t in range(2):
        safe(tmp_path, t)
    for day in DAYS:
        put(tmp_path / "s1" / f"S1_{day}_VV.tif", images("power")[0], 10)
    with open_stack(tmp_path) as stack:
        assert len(stack.radar) == 4
        assert np.nanmean(stack.read(stack.grid.whole).radar) == pytest.approx(VV, abs=0.3)


def test_info_says_what_the_radar_is(optical, write, run):
    for i, day in enumerate(DAYS):
        write(optical / f"S1_{day}_{('ASC', 'DESC')[i % 2]}.tif", images("power"), ("VV", "VH"))
    assert json.loads(run("info", optical, "--json").out)["radar"] == "power, 2 orbits"
    assert "radar on 4 dates: power, 2 orbits" in run("info", optical).out
