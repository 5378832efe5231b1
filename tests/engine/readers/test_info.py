"""`kairos info` says of every layout what it was taken for, why, and what counts as clear."""

from __future__ import annotations

import numpy as np
import pytest
from rasterio.shutil import copy

from kairos.engine import open_stack

DAYS = ("20220101", "20220111", "20220121", "20220131")
BANDS = ("B02", "B03", "B04", "B08")


@pytest.fixture
def place(tmp_path):
    return tmp_path / "stack"


@pytest.fixture
def images(ground, put, place):
    """A file for each day, named by a rule, with a band for its classes or none."""

    def call(name, *, bands=BANDS, more=None, folder=place):
        for t, day in enumerate(DAYS):
            seen, cloudy = ground(t)
            numbers = [np.rint((seen + i / 50) * 1e4) for i in range(len(bands))]
            numbers += [np.where(cloudy, *more[1])] if more else []
            names = (*bands, *([more[0]] if more else []))
            put(folder / name.format(day=day), np.stack(numbers).astype("uint16"), names=names)
        return folder

    return call


def cogs(images, place, tmp_path):
    place.mkdir()
    for file in images("S2_{day}.tif", folder=tmp_path / "plain").iterdir():
        copy(str(file), str(place / file.name), driver="COG")
    return place


def series(ground, put, place):
    layers = [np.rint(ground(t, i)[0] * 1e4) for t in range(4) for i in range(4)]
    names = [f"{day}_{band}" for day in DAYS for band in BANDS]
    return put(place / "all.tif", np.stack(layers).astype("uint16"), names=names)


def xee(ground, place):
    """As Xee gives it: a variable for each band, x before y, QA60 beside them."""
    xarray = pytest.importorskip("xarray")
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in DAYS], "datetime64[ns]")
    axes = {"time": days, "X": 600005.0 + 10 * np.arange(24), "Y": 5699995.0 - 10 * np.arange(24)}
    data = xarray.Dataset(coords=axes, attrs={"crs": "EPSG:32631"})
    for i, band in enumerate(("B2", "B3", "B4", "B8")):
        seen = np.stack([np.rint(ground(t, i)[0] * 1e4).T for t in range(4)])
        data[band] = (("time", "X", "Y"), seen.astype("float32"))
    cloudy = np.stack([np.where(ground(t)[1], 1 << 10, 0).T for t in range(4)])
    data["QA60"] = (("time", "X", "Y"), cloudy.astype("uint16"))
    place.mkdir()
    data.to_netcdf(place / "gee.nc")
    return place / "gee.nc"


@pytest.fixture
def layouts(safe, landsat, hls, theia, zipped, images, ground, put, place, tmp_path):
    """By name: how a place of that layout is made."""

    def packed(make):
        for t in range(4):
            zipped(make(place, t))
        return place

    def each(make, **more):
        for t in range(4):
            make(place, t, **more)
        return place

    return {
        "SAFE": lambda: each(safe),
        "SAFE zip": lambda: packed(safe),
        "Landsat 8": lambda: each(landsat),
        "Landsat 7": lambda: each(landsat, sensor="LE07"),
        "HLS S30": lambda: each(hls),
        "HLS L30": lambda: each(hls, sensor="L30"),
        "Theia": lambda: each(theia),
        "Theia zip": lambda: packed(theia),
        "COG": lambda: cogs(images, place, tmp_path),
        "JP2": lambda: images("S2_{day}.jp2"),
        "GEE": lambda: images("{day}T105151_{day}T105150_T31UDS.tif", more=("QA60", (1024, 0))),
        "GEE scores": lambda: images("{day}T105151_x.tif", more=("cs_cdf", (0, 1))),
        "dates as bands": lambda: series(ground, put, place),
        "Xee": lambda: xee(ground, place),
    }


@pytest.mark.parametrize(
    ("layout", "said", "clear"),
    [
        ("SAFE", "Sentinel-2 products (L2A, 4 with MTD_MSI*.xml)", "Sen2Cor classes 4, 5, 6, 7"),
        ("SAFE zip", "Sentinel-2 products (L2A, 4 with MTD_MSI*.xml)", "Sen2Cor classes"),
        ("Landsat 8", "Landsat Collection 2 (", "QA_PIXEL without"),
        ("Landsat 7", "Landsat Collection 2 (", "QA_PIXEL without"),
        ("HLS S30", "HLS (", "Fmask without cloud"),
        ("HLS L30", "HLS (", "Fmask without cloud"),
        ("Theia", "Theia/MAJA Level 2A (64 files named as in that product)", "0 in CLM"),
        ("Theia zip", "Theia/MAJA Level 2A (64 files named as in that product)", "0 in CLM"),
        ("COG", "Folder of images (one image per date)", "found by the built-in detector"),
        ("JP2", "Folder of images (one image per date)", "found by the built-in detector"),
        ("GEE", "Folder of images (one image per date)", "QA60"),
        ("GEE scores", "Folder of images (one image per date)", "Cloud Score+ of at least 0.6"),
        ("dates as bands", "Dates as bands", "found by the built-in detector"),
        ("Xee", "Data cube", "QA60"),
    ],
)
def test_info_says_what_and_why(layout, said, clear, layouts, run):
    done = run("info", layouts[layout]())
    assert done.code == 0, done.err
    assert f"recognised as {said}" in done.out
    assert done.out.count(clear) == 4
    assert "4 images on 4 dates" in done.out
    assert "2022-01-01 to 2022-01-31" in done.out


def test_a_cube_with_x_before_y_is_read_upright(layouts, ground):
    with open_stack(layouts["Xee"]()) as stack:
        tile = stack.read(stack.grid.whole)
    for t in range(4):
        seen, cloudy = ground(t)
        assert np.array_equal(tile.clear[t], ~cloudy)
        assert np.allclose(tile.reflectance[t, 0][~cloudy], seen[~cloudy], atol=1e-4)
