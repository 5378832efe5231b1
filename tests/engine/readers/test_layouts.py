"""Folders as people keep them: a file for each band, nested, dates as bands, exports of GEE."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kairos.engine import open_stack
from kairos.engine.errors import BandError, KairosError

DAYS = ("20220101", "20220111", "20220121", "20220131")
BANDS = ("B02", "B03", "B04", "B08")
CODES = {"SCL": (9, 4), "CLEAR": (0, 1), "cloud": (1, 0)}
"""What a mask holds over cloud and over clear ground."""


@pytest.fixture
def images(ground):
    """Four bands of day t as numbers, and where it is cloudy."""

    def call(t: int) -> tuple[np.ndarray, np.ndarray]:
        seen = np.stack([ground(t, i)[0] for i in range(4)])
        return np.rint(seen * 10000).astype("uint16"), ground(t)[1]

    return call


def check(folder, run, filled, images, recognised, names=None):
    """The four days are there, masked, in reflectance, and cleaned."""
    facts = json.loads(run("info", folder, "--json").out)
    assert facts["recognised"].startswith(recognised)
    assert [d.replace("-", "") for d in facts["dates"]] == list(DAYS)
    assert facts["bands"] == list(BANDS)
    results, _ = filled(folder)
    assert list(results) == (names or [f"S2_{day}.tif" for day in DAYS])
    with open_stack(folder) as stack:
        tile = stack.read(stack.grid.whole)
    for t, result in enumerate(results.values()):
        numbers, cloudy = images(t)
        assert np.array_equal(tile.clear[t], ~cloudy)
        assert np.allclose(result[:4, ~cloudy], numbers[:, ~cloudy] / 1e4, atol=1e-5)
        assert result[:4].max() < 0.5


@pytest.mark.parametrize(
    ("file", "mask"),
    [
        ("{day}_{band}_10m.jp2", "{day}_SCL_20m.jp2"),
        ("S2_{day}_{band}.tif", "S2_{day}_CLEAR.tif"),
        ("{iso}/{band}.tif", "{iso}/SCL.tif"),
        ("{iso}-00:00_{iso}-23:59_Sentinel-2_L2A_{band}_(Raw).tiff",
         "{iso}-00:00_{iso}-23:59_Sentinel-2_L2A_SCL_(Raw).tiff"),
        ("{day}/R10m/x_{band}_10m.tif", "{day}/R20m/x_SCL_20m.tif"),
        ("field_{day}_{word}.tif", "field_{day}_cloud.tif"),
    ],
)  # fmt: skip
def test_a_file_for_each_band(file, mask, put, run, filled, images, tmp_path):
    words = dict(zip(BANDS, ("blue", "green", "red", "nir")))
    for t, day in enumerate(DAYS):
        numbers, cloudy = images(t)
        says = {"day": day, "iso": f"{day[:4]}-{day[4:6]}-{day[6:]}"}
        for band, pixels in zip(BANDS, numbers):
            name = file.format(band=band, word=words[band], **says)
            nodata = {} if name.endswith("jp2") else {"nodata": 0}
            put(tmp_path / "stack" / name, pixels, **nodata)
        kind = next(k for k in CODES if k in mask)
        step = 2 if "20m" in mask else 1
        values = np.where(cloudy[::step, ::step], *CODES[kind]).astype("uint8")
        put(tmp_path / "stack" / mask.format(**says), values, 10 * step)
    check(tmp_path / "stack", run, filled, images, "One file for each band")


def test_folders_in_folders(put, run, filled, images, tmp_path):
    for t, day in enumerate(DAYS):
        numbers, cloudy = images(t)
        file = tmp_path / "stack" / day[:4] / f"{t}" / f"S2_{day}.tif"
        put(file, numbers, nodata=0, names=BANDS)
        put(file.with_name(f"S2_{day}_CLEAR.tif"), (~cloudy).astype("uint8"))
    names = [f"S2_{day}.tif" for day in DAYS]
    check(tmp_path / "stack", run, filled, images, "Folder of images", names)


def test_images_of_one_name_in_several_folders(put, images, tmp_path):
    for t, day in enumerate(DAYS):
        put(tmp_path / day / "image_20220101.tif", images(t)[0], nodata=0, names=BANDS)
    with open_stack(tmp_path) as stack:
        assert len({f.name for f in stack.frames}) == 4


def test_virtual_and_jpeg2000_images(put, run, filled, images, tmp_path):
    from kairos.engine.rasters.read import inspect
    from kairos.engine.readers.virtual import Layer, Meaning, virtual

    for t, day in enumerate(DAYS):
        numbers, cloudy = images(t)
        if t < 2:
            put(tmp_path / "stack" / f"S2_{day}.jp2", numbers)
        else:
            file = put(tmp_path / "elsewhere" / f"{t}.tif", numbers, nodata=0, names=BANDS)
            layers = {band: [Layer(str(file), i)] for i, band in enumerate(BANDS, 1)}
            made = virtual(file, layers, Meaning(1.0, 0.0, 0.0))
            (tmp_path / "stack" / f"S2_{day}.vrt").write_text(made.source)
            assert inspect(tmp_path / "stack" / f"S2_{day}.vrt").nodata == 0
        put(tmp_path / "stack" / f"S2_{day}_CLEAR.tif", (~cloudy).astype("uint8"))
    names = [f"S2_{day}.{'jp2' if t < 2 else 'vrt'}" for t, day in enumerate(DAYS)]
    with open_stack(tmp_path / "stack") as stack:
        assert [f.path.name for f in stack.frames] == names
    check(tmp_path / "stack", run, filled, images, "Folder of images",
          [name[:-3] + "tif" for name in names])  # fmt: skip


def test_exports_of_earth_engine_with_their_masks_inside(put, run, filled, images, tmp_path):
    """Whole images: reflectance, and beside it bands that are none."""
    names = ("B2", "B3", "B4", "B8", "AOT", "SCL", "QA60", "MSK_CLDPRB")
    for t, day in enumerate(DAYS):
        numbers, cloudy = images(t)
        more = [
            np.full_like(numbers[0], 90),
            np.where(cloudy, 9, 4),
            0 * numbers[0],
            5 + 0 * numbers[0],
        ]
        name = f"{day}T105151_{day}T105150_T31UDS.tif"
        put(tmp_path / "stack" / name, np.stack([*numbers, *more]).astype("uint16"), names=names)
    check(tmp_path / "stack", run, filled, images, "Folder of images",
          [f"{day}T105151_{day}T105150_T31UDS.tif" for day in DAYS])  # fmt: skip


def test_parts_of_a_large_export_are_one_image(put, run, filled, images, tmp_path):
    names = (*BANDS, "SCL")
    for t, day in enumerate(DAYS):
        numbers, cloudy = images(t)
        both = np.concatenate([numbers, np.where(cloudy, 9, 4)[None].astype("uint16")])
        for col in (0, 12):
            file = tmp_path / "stack" / f"S2_{day}-0000000000-{col:010d}.tif"
            put(file, both[:, :, col : col + 12], names=names, corner=(600000 + 10 * col, 5700000))
    check(tmp_path / "stack", run, filled, images, "Folder of images")


@pytest.mark.parametrize(
    "description",
    ["{day}T105151_{day}T105150_T31UDS_{band}", "{band}_{iso}", "{iso} {band}"],
)
def test_dates_and_bands_in_one_file(description, put, run, filled, images, tmp_path):
    layers, names = [], []
    for t, day in enumerate(DAYS):
        numbers, cloudy = images(t)
        layers += [*numbers, np.where(cloudy, 9, 4)]
        iso = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        names += [
            description.format(day=day, iso=iso, band=b) for b in ("B2", "B3", "B4", "B8", "SCL")
        ]
    file = put(tmp_path / "stack" / "series.tif", np.stack(layers).astype("uint16"), names=names)
    check(file, run, filled, images, "Dates as bands")
    with open_stack(file.parent) as stack:
        assert stack.recognised.startswith("Dates as bands")


def test_a_file_for_each_band_with_all_dates_in_it(put, run, filled, images, tmp_path):
    for i, band in enumerate(BANDS):
        pixels = np.stack([images(t)[0][i] for t in range(4)])
        put(tmp_path / "stack" / f"{band}.tif", pixels, nodata=0, names=DAYS)
    scl = np.stack([np.where(images(t)[1], 9, 4) for t in range(4)]).astype("uint8")
    put(tmp_path / "stack" / "SCL.tif", scl, names=DAYS)
    check(tmp_path / "stack", run, filled, images, "Dates as bands")


def test_landsat_from_earth_engine(put, ground, tmp_path):
    """Band names tell the sensor and the scale."""
    for t, day in enumerate(DAYS):
        seen = np.stack([ground(t, i)[0] for i in range(6)])
        numbers = np.rint((seen + 0.2) / 2.75e-5).astype("uint16")
        quality = np.where(ground(t)[1], 8, 64).astype("uint16")
        names = (*(f"SR_B{i}" for i in range(2, 8)), "QA_PIXEL")
        file = tmp_path / f"LC08_195025_{day}.tif"
        put(file, np.concatenate([numbers, quality[None]]), 30, names=names)
    with open_stack(tmp_path) as stack:
        assert stack.bands == ("B02", "B03", "B04", "B8A", "B11", "B12")
        tile = stack.read(stack.grid.whole)
        clear = tile.clear[0]
        assert np.array_equal(clear, ~ground(0)[1])
        assert np.allclose(tile.reflectance[0][0, clear], ground(0)[0][clear], atol=1e-4)


def test_a_band_file_that_is_missing_or_no_image(put, images, tmp_path):
    for t, day in enumerate(DAYS):
        for band, pixels in zip(BANDS, images(t)[0]):
            put(tmp_path / f"S2_{day}_{band}.tif", pixels, nodata=0)
    (tmp_path / f"S2_{DAYS[1]}_B03.tif").write_bytes(b"nothing")
    with pytest.raises(KairosError, match=rf"S2_{DAYS[1]}_B03\.tif.*damaged"):
        open_stack(tmp_path)
    (tmp_path / f"S2_{DAYS[1]}_B03.tif").unlink()
    with pytest.raises(BandError, match=rf"{DAYS[1]}.*lacks band B03"):
        open_stack(tmp_path)
