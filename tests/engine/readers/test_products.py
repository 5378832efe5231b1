"""Products in their real layout: recognised, masked, in reflectance, and cleaned end to end."""

from __future__ import annotations

import json
import tarfile

import numpy as np
import pytest

from kairos.engine import open_stack
from kairos.engine.errors import BandError, KairosError, ReadError, StackError

DAYS = ("20220101", "20220111", "20220121", "20220131")
NAMES = [f"S2_{day}.tif" for day in DAYS]


@pytest.fixture(params=["safe", "safe-zip", "landsat", "landsat-tar", "hls", "theia"])
def product(request, tmp_path, safe, landsat, hls, theia, zipped):
    """A folder of four dates of each product, and how it should be recognised."""
    folder = tmp_path / "stack" / "deep" / "down"
    kind = request.param.split("-")[0]
    made = [{"safe": safe, "landsat": landsat, "hls": hls, "theia": theia}[kind](folder, t)
            for t in range(4)]  # fmt: skip
    if request.param == "safe-zip":
        for one in made:
            zipped(one)
    if request.param == "landsat-tar":
        for one in made:
            with tarfile.open(one.with_suffix(".tar"), "w") as archive:
                for file in sorted(one.iterdir()):
                    archive.add(file, file.name)
                    file.unlink()
            one.rmdir()
    words = {"safe": "Sentinel-2 products (L2A", "landsat": "Landsat Collection 2", "hls": "HLS",
             "theia": "Theia/MAJA"}  # fmt: skip
    return tmp_path / "stack", words[kind]


def test_products_are_recognised_read_and_cleaned(product, run, filled, ground):
    folder, words = product
    facts = json.loads(run("info", folder, "--json").out)
    assert facts["recognised"].startswith(words)
    assert [d.replace("-", "") for d in facts["dates"]] == list(DAYS)
    assert all(0.4 < f["clear"] < 0.7 and f["mask"] for f in facts["frames"])
    results, said = filled(folder)
    assert list(results) == NAMES
    assert said == ""
    with open_stack(folder) as stack:
        assert "B04" in stack.bands
        assert {"B08", "B8A"} & set(stack.bands)
        tile = stack.read(stack.grid.whole)
    for t, name in enumerate(NAMES):
        cloudy = ground(t)[1]
        assert np.array_equal(tile.clear[t], ~cloudy)
        clear = results[name][:, ~cloudy]
        assert np.allclose(clear, tile.reflectance[t][:, ~cloudy], atol=1e-5)
        assert (
            abs(results[name][0] - ground(t, 1 if "Landsat" in words else 0)[0])[~cloudy].max()
            < 0.02
        )
        assert results[name].max() < 0.5


def test_a_product_on_its_own_says_what_is_missing(safe, refused, tmp_path, zipped):
    file = zipped(safe(tmp_path / "stack", 0))
    with open_stack(file) as stack:
        assert len(stack.frames) == 1
    assert "one date only" in refused(tmp_path / "stack")


def test_each_image_keeps_its_own_offset(safe, ground, tmp_path):
    for t in range(4):
        safe(tmp_path, t, offset=1000 if t > 1 else 0)
    with open_stack(tmp_path) as stack:
        assert [round(f.offset, 6) for f in stack.frames] == [0, 0, -0.1, -0.1]
        tile = stack.read(stack.grid.whole)
    for t in range(4):
        clear = tile.clear[t]
        assert np.allclose(tile.reflectance[t][0, clear], ground(t)[0][clear], atol=1e-4)


def test_coarse_bands_lie_on_the_fine_grid_as_they_are(safe, ground, tmp_path):
    for t in range(2):
        safe(tmp_path, t)
    with open_stack(tmp_path) as stack:
        whole = stack.read(stack.grid.whole).reflectance[:, stack.bands.index("B11")]
        parts = [stack.read(w) for w in stack.grid.tiles(7)]
    expected = np.kron(ground(0, 8, 12)[0], np.ones((2, 2)))
    seen = whole[0] > 0
    assert np.allclose(whole[0][seen], expected[seen], atol=1e-4)
    for part in parts:
        rows, cols = part.window.slices
        assert np.array_equal(part.reflectance[:, stack.bands.index("B11")], whole[:, rows, cols])


def test_without_metadata_the_baseline_in_the_name_decides(safe, tmp_path):
    for t in range(2):
        (safe(tmp_path, t) / "MTD_MSIL2A.xml").unlink()
    with open_stack(tmp_path) as stack:
        assert {round(f.offset, 6) for f in stack.frames} == {-0.1}
        assert any("No metadata" in w for w in stack.warnings)


def test_images_taken_out_of_a_product(safe, tmp_path):
    for t, offset in ((2, 0), (3, 1000)):
        for file in safe(tmp_path / "p", t, offset=offset).rglob("*.jp2"):
            file.rename(tmp_path / file.name)
    with open_stack(tmp_path) as stack:
        assert [str(f.date) for f in stack.frames] == ["2022-01-21", "2022-01-31"]
        assert [round(f.offset, 6) for f in stack.frames] == [0, -0.1]


def test_a_product_that_is_opened_itself(safe, tmp_path):
    product = safe(tmp_path, 0)
    for _ in range(2):
        with open_stack(product) as stack:
            assert stack.frames[0].path == product
            assert stack.frames[0].offset == pytest.approx(-0.1)
        (product / "MTD_MSIL2A.xml").unlink(missing_ok=True)


def test_level_1c_with_its_cloud_mask(ground, put, filled, tmp_path):
    """Its own names and metadata; a day without the mask gets the detector."""
    for t, day in enumerate(DAYS):
        name = f"S2A_MSIL1C_{day}T105151_N0510_R051_T31UDS_{day}T145151.SAFE"
        granule = tmp_path / "in" / name / "GRANULE" / f"L1C_T31UDS_A033951_{day}T105151"
        for i, band in enumerate(("B02", "B03", "B04", "B08", "B11", "B10")):
            metres = 20 if band == "B11" else 60 if band == "B10" else 10
            numbers = np.rint(ground(t, i, 240 // metres)[0] * 1e4 + 1000).astype("uint16")
            put(granule / "IMG_DATA" / f"T31UDS_{day}T105151_{band}.jp2", numbers, metres)
        opaque = ground(t, 0, 4)[1].astype("uint8")
        if t:
            classes = np.stack([opaque, 0 * opaque, 1 - opaque])
            put(granule / "QI_DATA" / "MSK_CLASSI_B00.jp2", classes, 60)
        (granule.parents[1] / "MTD_MSIL1C.xml").write_text(
            "<n1:Level-1C_User_Product><QUANTIFICATION_VALUE unit='none'>10000"
            "</QUANTIFICATION_VALUE><Radiometric_Offset_List>"
            "<RADIO_ADD_OFFSET band_id='0'>-1000</RADIO_ADD_OFFSET>"
            "</Radiometric_Offset_List></n1:Level-1C_User_Product>"
        )
    with open_stack(tmp_path / "in") as stack:
        assert "L1C" in stack.recognised
        assert stack.bands == ("B02", "B03", "B04", "B08", "B11")
        assert [f.detected for f in stack.frames] == [True, False, False, False]
        tile = stack.read(stack.grid.whole)
        assert np.array_equal(tile.clear[1], ~ground(1)[1])
        clear = tile.clear[1]
        assert np.allclose(tile.reflectance[1, 0][clear], ground(1)[0][clear], atol=1e-4)
    results, said = filled(tmp_path / "in")
    assert list(results) == NAMES
    assert "built-in detector" in said


def test_landsat_of_several_sensors_and_without_metadata(landsat, tmp_path):
    landsat(tmp_path, 0)
    landsat(tmp_path, 1, sensor="LE07", metadata=False)
    with open_stack(tmp_path) as stack:
        assert stack.bands == ("B02", "B03", "B04", "B8A", "B11", "B12")
        assert {(f.scale, f.offset) for f in stack.frames} == {(2.75e-5, -0.2)}
        assert any("No metadata" in w for w in stack.warnings)
        assert any("Several sensors" in w for w in stack.warnings)


def test_hls_of_both_sensors(hls, tmp_path):
    hls(tmp_path, 0)
    hls(tmp_path, 1, sensor="L30")
    with open_stack(tmp_path) as stack:
        assert stack.bands == ("B02", "B03", "B04", "B8A", "B11", "B12")


@pytest.mark.parametrize("sensor", ["S30", "L30"])
@pytest.mark.parametrize("band", ["B02", "B04", "B07"])
def test_a_missing_band_of_hls_is_named(sensor, band, hls, run, tmp_path):
    for t in range(3):
        hls(tmp_path, t, sensor=sensor)
    hls(tmp_path, 3, sensor="L30" if sensor == "S30" else "S30")
    gone = list(tmp_path.glob(f"HLS.{sensor}.*2022011*.{band}.tif"))
    for file in gone:  # S30 is written without B07
        file.unlink()
    done = run("info", tmp_path)
    assert done.code == len(gone)
    if gone:
        own = {"B07": "B12"}.get(band, band)
        assert f"2022011T105151.v2.0 lacks band {own}" in done.error


def test_hls_with_its_quality_alone_is_left_out_and_named(hls, run, tmp_path):
    for t in range(3):
        hls(tmp_path / "in", t)
    for file in (tmp_path / "in").glob("*2022011*.B*.tif"):
        file.unlink()
    assert len(json.loads(run("info", tmp_path / "in", "--json").out)["dates"]) == 2
    assert "2022011T105151.v2.0 has its quality alone" in run("info", tmp_path / "in").err


def test_hls_without_its_quality_is_looked_at_by_the_detector(hls, run, tmp_path):
    for t in range(3):
        hls(tmp_path, t)
    for file in tmp_path.glob("*.Fmask.tif"):
        file.unlink()
    facts = json.loads(run("info", tmp_path, "--json").out)
    assert all("no mask" in frame["mask_rule"] for frame in facts["frames"])


def test_of_several_tiles_the_one_with_most_dates(safe, tmp_path):
    for t in range(3):
        safe(tmp_path, t)
    safe(tmp_path, 3, tile="32ULC", crs="EPSG:32632")
    with open_stack(tmp_path) as stack:
        assert len(stack.frames) == 3
        assert any("only 31UDS" in w and "32ULC" in w for w in stack.warnings)


def test_a_missing_band_is_named(safe, tmp_path):
    products = [safe(tmp_path, t) for t in range(3)]
    next(products[1].rglob("*_B03_10m.jp2")).unlink()
    with pytest.raises(BandError, match=r"20220111.*lacks band B03"):
        open_stack(tmp_path)


def test_level_1_landsat_is_no_reflectance(landsat, tmp_path):
    for file in sorted(landsat(tmp_path, 0).iterdir()):
        file.rename(file.with_name(file.name.replace("L2SP", "L1TP").replace("_SR_", "_")))
    with pytest.raises(StackError, match="Level-2"):
        open_stack(tmp_path)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_damaged_zip_is_named(safe, zipped, tmp_path, share):
    files = [zipped(safe(tmp_path, t)) for t in range(2)]
    with files[1].open("r+b") as half:
        half.truncate(int(share * files[1].stat().st_size))
    with pytest.raises(ReadError, match=r"20220111.*zip is damaged"):
        open_stack(tmp_path)


@pytest.mark.parametrize("member", ["_B04_10m.jp2", "_SCL_20m.jp2"])
def test_a_damaged_member_of_a_zip_is_named(safe, zipped, tmp_path, member):
    for t in range(2):
        product = safe(tmp_path, t)
        if t:
            file = next(product.rglob(f"*{member}"))
            file.write_bytes(file.read_bytes()[:60])
        zipped(product)
    with pytest.raises(KairosError, match=f"{member} of .* is damaged"):
        open_stack(tmp_path)
