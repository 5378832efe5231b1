"""Input that is unusual but right: other grids, types of data, bands and shapes."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import rasterio
import rasterio.warp
from affine import Affine

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
BANDS = ("B02", "B03", "B04", "B08")


@pytest.fixture
def with_radar(make_stack, write, tmp_path):
    def call(change=lambda image: image, **profile):
        made = make_stack(tmp_path / "stack", count=10)
        rng = np.random.default_rng(1)
        for i in range(8):
            image = rng.normal(-12, 2, (2, 20, 24)).astype("float32")
            image = change(image)
            write(made.folder / f"S1_202005{3 + 5 * i % 27:02d}.tif", image, **profile)
        return made

    return call


def nan_corner(image):
    image[:, :9, :9] = np.nan
    return image


@pytest.mark.parametrize(
    ("change", "profile"),
    [
        (nan_corner, {}),
        (lambda image: image * np.nan, {}),
        (lambda image: image * np.inf, {}),
        (lambda image: image * 0, {"nodata": 0}),
        (lambda image: np.where(image > -12, -999, image), {"nodata": -999}),
        (lambda image: image[:, ::2, ::2], {"transform": Affine(20, 0, 600000, 0, -20, 5700000)}),
        (lambda image: image, {"transform": Affine(10, 0, 700000, 0, -10, 5700000)}),
        (lambda image: image[:1], {}),
        (lambda image: image, {"crs": None, "transform": None}),
    ],
    ids=["nan", "all nan", "inf", "zero", "nodata", "coarse", "elsewhere", "one band", "no place"],
)
def test_radar_with_holes_or_on_another_grid(cleans, with_radar, change, profile):
    made = with_radar(change, **profile)
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)


def test_radar_of_another_size_without_a_place(refused, with_radar):
    made = with_radar(lambda image: image[:, :7, :7], crs=None, transform=None)
    assert "S1_202005" in refused(made.folder)


def test_mixed_reference_systems(cleans, run, make_stack, write, read, tmp_path):
    """Two frames lie in the neighbouring UTM zone, on a grid of another size."""
    made = make_stack(tmp_path / "stack", size=(30, 30))
    (x,), (y,) = rasterio.warp.transform("EPSG:32631", "EPSG:32632", [600000], [5700000])
    there = {"crs": "EPSG:32632", "transform": Affine(10, 0, x + 20, 0, -10, y - 20)}
    for t in (1, 4):
        file = made.files[t]
        numbers = np.roll(made.numbers[t], 1, axis=1)[:, :24, :26]
        clear = np.roll(made.clear[t], 1, axis=0)[:24, :26]
        write(file, numbers, BANDS, nodata=0, **there)
        write(file.with_name(f"{file.stem}_CLEAR.tif"), clear.astype("uint8"), **there)
    frames, said = cleans(made.folder, "--uncertainty")
    assert "another grid" in said
    for t, file in enumerate(made.files):
        with (
            rasterio.open(file) as before,
            rasterio.open(tmp_path / "cleaned" / file.name) as after,
        ):
            for key in ("crs", "transform", "shape", "dtypes", "nodata", "descriptions"):
                assert getattr(after, key) == getattr(before, key)
            shape = before.shape
        clear = read(file.with_name(f"{file.stem}_CLEAR.tif"), 1) == 1
        numbers, codes = frames[file.name], frames[f"{file.stem}_SOURCE.tif"][0]
        assert np.array_equal(numbers[:, clear], read(file)[:, clear])
        assert codes.shape == clear.shape
        assert np.array_equal(codes == 1, clear)
        assert np.array_equal(codes == 0, (numbers == 0).any(axis=0))
        sigma = frames[f"{file.stem}_SIGMA.tif"]
        assert sigma.shape == (4, *shape)
        assert (sigma[:, clear] == 0).all()
        assert np.array_equal(np.isnan(sigma).any(axis=0), codes == 0)
        if t in (1, 4):
            assert (codes[2:-4, 2:-4] > 0).all()
            filled = ~clear & (codes > 0)
            assert filled.any()
            assert numbers[:, filled].max() < 8000
    facts = json.loads(run("info", made.folder, "--json").out)
    assert facts["crs"] == "EPSG:32631"
    out = tmp_path / "f.tif"
    assert run("frame", made.folder, "--date", "2020-05-06", "--output", out).code == 0
    assert read(out).shape == (4, 30, 30)


def test_images_of_another_size_without_a_place(refused, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", crs=None, transform=None)
    write(made.files[3], made.numbers[3][:, :10], BANDS, crs=None, transform=None, nodata=0)
    (made.folder / f"{made.files[3].stem}_CLEAR.tif").unlink()
    assert made.files[3].name in refused(made.folder)


def test_zeros_in_one_band_of_a_clear_pixel_are_filled(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    t = int(made.clear.mean(axis=(1, 2)).argmax())
    numbers = made.numbers[t].copy()
    numbers[2, 5:8, 5:8] = 0
    write(made.files[t], numbers, BANDS, nodata=0)
    made.clear[t, 5:8, 5:8] = False
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)
    filled = frames[made.files[t].name][:, 5:8, 5:8]
    assert np.abs(filled - made.numbers[t][:, 5:8, 5:8].astype(int)).max() < 1000


def test_float_with_nan_and_no_scale(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", dtype="float32", scale=1, nodata=float("nan"))
    numbers = made.numbers[1].copy()
    numbers[1, 3, 3] = np.nan
    numbers[:, 4, 4] = np.inf
    write(made.files[1], numbers, BANDS, nodata=float("nan"))
    made.clear[1, [3, 4], [3, 4]] = False
    frames, _ = cleans(made.folder)
    made.assert_clean(frames, below=0.8)


@pytest.mark.parametrize("nodata", [None, -9999.0, 1e20])
def test_float_numbers_as_products_hold_them(cleans, make_stack, write, tmp_path, nodata):
    """Also where the middle of the first frame holds nothing."""
    made = make_stack(tmp_path / "stack", dtype="float32", nodata=nodata)
    numbers = np.full_like(made.numbers[0], np.nan if nodata is None else nodata)
    write(made.files[0], numbers, BANDS, nodata=nodata)
    made.clear[0] = False
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)


def test_a_float_pixel_that_was_never_seen_stays_nan_without_a_nodata_value(
    cleans, make_stack, tmp_path
):
    made = make_stack(tmp_path / "stack", dtype="float32", scale=1)
    for file in made.files:
        with rasterio.open(file, "r+") as image:
            numbers = image.read()
            numbers[:, 2, 2] = np.nan
            image.write(numbers)
    frames, _ = cleans(made.folder)
    for file in made.files:
        assert np.isnan(frames[file.name][:, 2, 2]).all()
        assert np.isnan(frames[file.name]).sum() == 4


def test_scale_and_offset_of_the_metadata(cleans, run, make_stack, tmp_path):
    scaled = {"scales": (2e-5,) * 4, "offsets": (-0.2,) * 4}
    made = make_stack(tmp_path / "stack", scale=50_000, offset=-10_000, **scaled)
    frames, _ = cleans(made.folder)
    made.assert_clean(frames, below=45_000)
    csv_file = tmp_path / "x.csv"
    assert run("curve", made.folder, "--xy", 600055, 5699945, "--output", csv_file).code == 0
    rows = [r for r in csv.DictReader(csv_file.open()) if r["kind"] == "observed"]
    red, nir = (made.numbers[:, i, 5, 5] * 2e-5 - 0.2 for i in (2, 3))
    truth = ((nir - red) / (nir + red))[made.clear[:, 5, 5]]
    assert np.allclose([float(r["value"]) for r in rows], truth, atol=1e-4)


def test_undeclared_nodata_is_0_in_every_band(cleans, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", nodata=None)
    edge = np.zeros((20, 24), bool)
    edge[:, :5] = True
    t = int(made.clear.mean(axis=(1, 2)).argmin())
    with rasterio.open(made.files[t], "r+") as image:
        image.write(np.where(edge, 0, made.numbers[t]).astype("uint16"))
    made.clear[t] &= ~edge
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)


@pytest.mark.parametrize("bands", [("B02", "B03", "B04", "B08"), ("B04", "B08"), ("B08",)])
def test_few_bands(cleans, make_stack, tmp_path, bands):
    made = make_stack(tmp_path / "stack", bands=bands)
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)


def test_bands_in_another_order_in_some_files(cleans, run, make_stack, write, read, tmp_path):
    made = make_stack(tmp_path / "stack")
    frames, _ = cleans(made.folder)
    turned = (3, 1, 0, 2)
    for t in (1, 3):
        names = [BANDS[i] for i in turned]
        write(made.files[t], made.numbers[t][list(turned)], names, nodata=0)
    done = run("clean", made.folder, "--output", tmp_path / "turned")
    assert done.code == 0
    for t, file in enumerate(made.files):
        numbers = read(tmp_path / "turned" / file.name)
        expected = frames[file.name][list(turned)] if t in (1, 3) else frames[file.name]
        assert np.array_equal(numbers, expected)
        with rasterio.open(tmp_path / "turned" / file.name) as image:
            assert image.descriptions[0] == ("B08" if t in (1, 3) else "B02")


def test_a_band_more_in_one_file_is_kept_as_it_is(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    more = np.concatenate([made.numbers[2][:2], made.numbers[2][:1] + 3, made.numbers[2][2:]])
    write(made.files[2], more, ("B02", "B03", "ANGLE", "B04", "B08"), nodata=0)
    frames, _ = cleans(made.folder)
    assert np.array_equal(frames[made.files[2].name][2], more[2])
    frames[made.files[2].name] = np.delete(frames[made.files[2].name], 2, axis=0)
    made.assert_clean(frames)


def test_bands_without_names(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", bands=("",) * 4)
    frames, said = cleans(made.folder)
    assert "B02, B03, B04, B08" in said
    made.assert_clean(frames)


@pytest.mark.parametrize("size", [(20, 1), (1, 20), (1, 1), (3, 2), (20, 600)])
def test_narrow_images(cleans, run, make_stack, tmp_path, size):
    made = make_stack(tmp_path / "stack", size=size, count=5)
    frames, _ = cleans(made.folder)
    ever = made.clear.any(axis=0)
    for t, file in enumerate(made.files):
        numbers, clear = frames[file.name], made.clear[t]
        assert np.array_equal(numbers[:, clear], made.numbers[t][:, clear])
        assert np.array_equal(numbers[0] > 0, ever)
    csv_file = tmp_path / "x.csv"
    assert run("curve", made.folder, "--xy", 600005, 5699995, "--output", csv_file).code == 0


def test_nearly_empty_images(cleans, make_stack, write, tmp_path):
    """Three pixels of each frame are clear."""
    made = make_stack(tmp_path / "stack")
    rng = np.random.default_rng(0)
    made.clear[:] = False
    for t, file in enumerate(made.files):
        made.clear[t, rng.integers(20, size=3), rng.integers(24, size=3)] = True
        write(made.folder / f"{file.stem}_CLEAR.tif", made.clear[t].astype("uint8"))
    frames, _ = cleans(made.folder)
    ever = made.clear.any(axis=0)
    for t, file in enumerate(made.files):
        numbers = frames[file.name]
        clear = made.clear[t]
        # Clouds stay where nobody looked, as nodata.
        assert (numbers[:, ~ever] == 0).all()
        assert (numbers[:, ever] >= 1).all()
        bright = made.numbers[t][:, clear]
        assert np.array_equal(numbers[:, clear], bright)


def test_nearly_all_of_the_stack_is_cloud_but_one_frame(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, file in enumerate(made.files):
        made.clear[t] = t == 2
        write(made.folder / f"{file.stem}_CLEAR.tif", made.clear[t].astype("uint8"))
    frames, _ = cleans(made.folder)
    for file in made.files:
        assert np.abs(frames[file.name] - made.numbers[2].astype(int)).max() < 10_000
        assert frames[file.name].min() >= 1


def test_without_a_place_on_the_earth_nothing_is_said(command, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", crs=None, transform=None)
    done = command("clean", made.folder, "--output", tmp_path / "out")
    assert done.code == 0
    assert done.err == ""
    xy = ("--xy", 5.5, 5.5)
    assert command("curve", made.folder, *xy, "--output", tmp_path / "x.csv").code == 0
