"""Input that is not as it should be: a named error that leaves nothing behind, or a stated rule."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess

import numpy as np
import pytest
import rasterio
import rasterio.warp
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kairos.engine import cli

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

BANDS = ("B02", "B03", "B04", "B08")


@pytest.fixture
def refused(run, snapshot, tmp_path):
    """Clean a folder that cannot be cleaned, and give back the one line that says why."""

    def call(folder, *arguments):
        before, out = snapshot(folder), tmp_path / "refused"
        done = run("clean", folder, "--output", out, *arguments)
        assert done.code == 1
        assert done.out == ""
        assert not out.exists() or not any(out.iterdir())
        assert snapshot(folder) == before
        assert len(done.error) < 400
        return done.error

    return call


@pytest.fixture
def clean(run, read, snapshot, tmp_path):
    """Clean a folder; its frames by name, and what was said."""

    def call(folder, *arguments):
        before, out = snapshot(folder), tmp_path / "cleaned"
        done = run("clean", folder, "--output", out, "--source", *arguments)
        assert done.code == 0, done.err
        assert snapshot(folder) == before
        assert all(line.startswith("kairos: warning: ") for line in done.err.splitlines())
        return {f.name: read(f) for f in out.iterdir()}, done.err

    return call


def assert_clean(made, frames, below=8000):
    """Usable pixels as they were, the rest filled without cloud."""
    for t, file in enumerate(made.files):
        numbers, clear = frames[file.name], made.clear[t]
        assert np.array_equal(numbers[:, clear], made.numbers[t][:, clear])
        assert np.isfinite(numbers.astype(float)).all()
        if not clear.all():
            assert numbers[:, ~clear].max() < below
            assert numbers[:, ~clear].min() > 0


def test_a_missing_folder(run, tmp_path):
    for command in (("info",), ("clean", "--output", tmp_path / "out")):
        done = run(command[0], tmp_path / "nowhere", *command[1:])
        assert done.code == 1
        assert "nowhere" in done.error
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_folder(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    done = run("info", made.files[0])
    assert done.code == 1
    assert "not a folder" in done.error


def test_an_empty_folder(refused, tmp_path):
    (tmp_path / "stack").mkdir()
    assert "no GeoTIFF" in refused(tmp_path / "stack")
    (tmp_path / "stack" / "notes.txt").write_text("nothing yet")
    assert "no GeoTIFF" in refused(tmp_path / "stack")


def test_one_date(refused, make_stack, tmp_path):
    assert "one date only (2020-05-01)" in refused(make_stack(tmp_path / "stack", count=1).folder)


def test_one_date_twice_is_one_date(refused, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", count=1, mask=None)
    shutil.copy(made.files[0], made.folder / "twin_20200501.tif")
    assert "one date only" in refused(made.folder)


def test_no_clear_pixel_at_all(refused, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for file in made.files:
        write(made.folder / f"{file.stem}_CLEAR.tif", np.zeros((20, 24), "uint8"))
    assert "clear pixel" in refused(made.folder)


def test_nothing_but_nodata(refused, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", mask=None)
    for file in made.files:
        with rasterio.open(file, "r+") as image:
            image.write(np.zeros_like(image.read()))
    assert "clear pixel" in refused(made.folder)


@pytest.mark.parametrize("share", [0.03, 0.5])
@pytest.mark.parametrize("what", ["frame", "mask", "radar"])
def test_a_truncated_file(sample, refused, frames_of, tmp_path, what, share):
    folder = shutil.copytree(sample, tmp_path / "stack")
    frame = frames_of(folder)[4]
    file = {
        "frame": frame,
        "mask": frame.with_name(f"{frame.stem}_SCL.tif"),
        "radar": sorted(folder.glob("S1*"))[2],
    }[what]
    with file.open("r+b") as half:
        half.truncate(int(share * file.stat().st_size))
    assert file.name in refused(folder)


@pytest.mark.parametrize("name", ["S2_20200601.tif", "S2_20200506_CLEAR.tif", "S1_20200504.tif"])
@pytest.mark.parametrize("content", [b"", b"a shopping list\n", b"II*\0" + 40 * b"\xff"])
def test_a_text_file_named_tif(refused, make_stack, tmp_path, name, content):
    made = make_stack(tmp_path / "stack")
    (made.folder / name).write_bytes(content)
    assert name in refused(made.folder)


def test_a_coarser_mask_is_warped(clean, make_stack, write, tmp_path):
    """Sen2Cor's classes have 20 m pixels."""
    made = make_stack(tmp_path / "stack", mask=None)
    twice = Affine(20, 0, 600000, 0, -20, 5700000)
    for t, file in enumerate(made.files):
        coarse = made.clear[t, ::2, ::2]
        made.clear[t] = coarse.repeat(2, axis=0).repeat(2, axis=1)
        scl = np.where(coarse, 4, 9).astype("uint8")
        write(file.with_name(f"{file.stem}_SCL.tif"), scl, transform=twice, nodata=0)
    frames, _ = clean(made.folder)
    for t, file in enumerate(made.files):
        clear = made.clear[t]
        assert np.array_equal(frames[file.name][:, clear], made.numbers[t][:, clear])
        assert np.array_equal(frames[f"{file.stem}_SOURCE.tif"][0] == 1, clear)


@pytest.mark.parametrize("end", ["_CLOUD", "_QA"])
def test_a_coarser_mask_in_which_0_is_clear_and_nodata(clean, make_stack, write, tmp_path, end):
    made = make_stack(tmp_path / "stack", mask=None)
    twice = Affine(20, 0, 600000, 0, -20, 5700000)
    for t, file in enumerate(made.files):
        coarse = made.clear[t, ::2, ::2]
        made.clear[t] = coarse.repeat(2, axis=0).repeat(2, axis=1)
        values = np.where(coarse, 0, 1 << 10).astype("uint16")
        values = values if end == "_QA" else (values > 0).astype("uint8")
        write(file.with_name(f"{file.stem}{end}.tif"), values, transform=twice, nodata=0)
    frames, _ = clean(made.folder)
    for t, file in enumerate(made.files):
        assert np.array_equal(frames[f"{file.stem}_SOURCE.tif"][0] == 1, made.clear[t])


def test_ground_that_the_mask_does_not_cover_is_not_usable(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, (file, end) in enumerate(zip(made.files, ("_SCL", "_CLEAR", "_CLOUD", "_QA"))):
        file.with_name(f"{file.stem}_CLEAR.tif").unlink()
        value = {"_SCL": 4, "_CLEAR": 1}.get(end, 0)
        values = np.full((20, 12), value, "uint16")
        write(file.with_name(f"{file.stem}{end}.tif"), values)
        frames_clear = np.zeros((20, 24), bool)
        frames_clear[:, :12] = True
        made.clear[t] = frames_clear
    frames, _ = clean(made.folder)
    for t, file in enumerate(made.files):
        assert np.array_equal(frames[f"{file.stem}_SOURCE.tif"][0] == 1, made.clear[t])


def test_a_mask_of_another_size_without_a_place(refused, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    mask = made.folder / f"{made.files[2].stem}_CLEAR.tif"
    write(mask, np.ones((10, 12), "uint8"), crs=None, transform=None)
    assert mask.name in refused(made.folder)


def test_a_mask_of_the_same_size_without_a_place_is_taken(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, file in enumerate(made.files):
        mask = made.folder / f"{file.stem}_CLEAR.tif"
        write(mask, made.clear[t].astype("uint8"), crs=None, transform=None)
    frames, _ = clean(made.folder)
    assert_clean(made, frames)


def test_names_without_dates(refused, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    for i, file in enumerate(made.files):
        file.rename(made.folder / f"image{i}.tif")
    assert "no date in a name" in refused(made.folder)


def test_one_name_without_a_date_is_left_out_and_said(clean, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    shutil.copy(made.files[0], made.folder / "mosaic.tif")
    frames, said = clean(made.folder)
    assert "mosaic.tif" in said
    assert "mosaic.tif" not in frames
    assert_clean(made, frames)


def test_radar_only(refused, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", mask=None)
    for file in made.files:
        file.rename(made.folder / file.name.replace("S2", "S1"))
    assert "radar only" in refused(made.folder)


def test_where_dates_are_doubled_the_clearer_pixel_is_the_observation(
    clean, make_stack, write, tmp_path
):
    made = make_stack(tmp_path / "stack")
    t = int(made.clear.mean(axis=(1, 2)).argmin())
    file, clear = made.files[t], made.clear[t]
    twin = write(made.folder / f"{file.stem}_b.tif", made.numbers[t], BANDS, nodata=0)
    seen = (made.numbers[t] // 2).astype("uint16")
    with rasterio.open(twin, "r+") as image:
        image.write(np.where(clear, made.numbers[t], seen))
    write(made.folder / f"{twin.stem}_CLEAR.tif", (~clear).astype("uint8"))
    frames, _ = clean(made.folder)
    for name in (file.name, twin.name):
        assert np.array_equal(frames[name], np.where(clear, made.numbers[t], seen))
        assert (frames[name.replace(".tif", "_SOURCE.tif")] == 1).all()


def test_no_red_and_no_nir(clean, run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", bands=("B02", "B03", "B11"))
    frames, _ = clean(made.folder)
    assert_clean(made, frames)
    done = run("curve", made.folder, "--xy", 600055, 5699945, "--output", tmp_path / "x.csv")
    assert done.code == 1
    assert "B02, B03, B11" in done.error
    assert not (tmp_path / "x.csv").exists()


def test_mixed_reference_systems(clean, run, make_stack, write, read, tmp_path):
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
    frames, said = clean(made.folder, "--uncertainty")
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


def test_zeros_in_one_band_of_a_clear_pixel_are_filled(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    t = int(made.clear.mean(axis=(1, 2)).argmax())
    numbers = made.numbers[t].copy()
    numbers[2, 5:8, 5:8] = 0
    write(made.files[t], numbers, BANDS, nodata=0)
    made.clear[t, 5:8, 5:8] = False
    frames, _ = clean(made.folder)
    assert_clean(made, frames)
    filled = frames[made.files[t].name][:, 5:8, 5:8]
    assert np.abs(filled - made.numbers[t][:, 5:8, 5:8].astype(int)).max() < 1000


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
def test_radar_with_holes_or_on_another_grid(clean, with_radar, change, profile):
    made = with_radar(change, **profile)
    frames, _ = clean(made.folder)
    assert_clean(made, frames)


def test_radar_of_another_size_without_a_place(refused, with_radar):
    made = with_radar(lambda image: image[:, :7, :7], crs=None, transform=None)
    assert "S1_202005" in refused(made.folder)


@pytest.mark.parametrize("act", ["clean", "frame", "curve", "evaluate", "sample"])
def test_a_place_that_cannot_be_written(run, sample, tmp_path, act):
    (tmp_path / "file").write_text("mine")
    there = tmp_path / "file" / "below"
    arguments = {
        "clean": (sample, "--output", there),
        "frame": (sample, "--date", "2021-05-05", "--output", there / "x.tif"),
        "curve": (sample, "--xy", 663245, 5371755, "--output", there / "x.csv"),
        "evaluate": (sample, "--task", "cloud", "--models", "linear", "--output", there / "x.json"),
        "sample": (there,),
    }[act]
    done = run(act, *arguments)
    assert done.code == 1
    assert "not a directory" in done.error
    assert str(there) in done.error
    assert (tmp_path / "file").read_text() == "mine"


def test_a_read_only_file_system(command, sample, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", disk)
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a file system here")
    try:
        done = command("clean", sample, "--output", disk / "out")
        assert done.code == 1
        assert "read-only" in done.error.lower()
        done = command("frame", sample, "--date", "2021-05-05", "--output", disk / "x.tif")
        assert done.code == 1
        assert "read-only" in done.error.lower()
    finally:
        subprocess.run(("umount", disk), check=True)


def test_output_that_is_a_file(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    (tmp_path / "out").write_text("mine")
    done = run("clean", made.folder, "--output", tmp_path / "out", "--overwrite")
    assert done.code == 1
    assert str(tmp_path / "out") in done.error
    assert (tmp_path / "out").read_text() == "mine"


def test_float_with_nan_and_no_scale(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", dtype="float32", scale=1, nodata=float("nan"))
    numbers = made.numbers[1].copy()
    numbers[1, 3, 3] = np.nan
    numbers[:, 4, 4] = np.inf
    write(made.files[1], numbers, BANDS, nodata=float("nan"))
    made.clear[1, [3, 4], [3, 4]] = False
    frames, _ = clean(made.folder)
    assert_clean(made, frames, below=0.8)


@pytest.mark.parametrize("nodata", [None, -9999.0, 1e20])
def test_float_numbers_as_products_hold_them(clean, make_stack, write, tmp_path, nodata):
    """Also where the middle of the first frame holds nothing."""
    made = make_stack(tmp_path / "stack", dtype="float32", nodata=nodata)
    numbers = np.full_like(made.numbers[0], np.nan if nodata is None else nodata)
    write(made.files[0], numbers, BANDS, nodata=nodata)
    made.clear[0] = False
    frames, _ = clean(made.folder)
    assert_clean(made, frames)


def test_a_float_pixel_that_was_never_seen_stays_nan_without_a_nodata_value(
    clean, make_stack, tmp_path
):
    made = make_stack(tmp_path / "stack", dtype="float32", scale=1)
    for file in made.files:
        with rasterio.open(file, "r+") as image:
            numbers = image.read()
            numbers[:, 2, 2] = np.nan
            image.write(numbers)
    frames, _ = clean(made.folder)
    for file in made.files:
        assert np.isnan(frames[file.name][:, 2, 2]).all()
        assert np.isnan(frames[file.name]).sum() == 4


def test_scale_and_offset_of_the_metadata(clean, run, make_stack, tmp_path):
    scaled = {"scales": (2e-5,) * 4, "offsets": (-0.2,) * 4}
    made = make_stack(tmp_path / "stack", scale=50_000, offset=-10_000, **scaled)
    frames, _ = clean(made.folder)
    assert_clean(made, frames, below=45_000)
    csv_file = tmp_path / "x.csv"
    assert run("curve", made.folder, "--xy", 600055, 5699945, "--output", csv_file).code == 0
    rows = [r for r in csv.DictReader(csv_file.open()) if r["kind"] == "observed"]
    red, nir = (made.numbers[:, i, 5, 5] * 2e-5 - 0.2 for i in (2, 3))
    truth = ((nir - red) / (nir + red))[made.clear[:, 5, 5]]
    assert np.allclose([float(r["value"]) for r in rows], truth, atol=1e-4)


def test_undeclared_nodata_is_0_in_every_band(clean, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", nodata=None)
    edge = np.zeros((20, 24), bool)
    edge[:, :5] = True
    t = int(made.clear.mean(axis=(1, 2)).argmin())
    with rasterio.open(made.files[t], "r+") as image:
        image.write(np.where(edge, 0, made.numbers[t]).astype("uint16"))
    made.clear[t] &= ~edge
    frames, _ = clean(made.folder)
    assert_clean(made, frames)


@pytest.mark.parametrize("bands", [("B02", "B03", "B04", "B08"), ("B04", "B08"), ("B08",)])
def test_few_bands(clean, make_stack, tmp_path, bands):
    made = make_stack(tmp_path / "stack", bands=bands)
    frames, _ = clean(made.folder)
    assert_clean(made, frames)


def test_bands_in_another_order_in_some_files(clean, run, make_stack, write, read, tmp_path):
    made = make_stack(tmp_path / "stack")
    frames, _ = clean(made.folder)
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


def test_a_band_more_in_one_file_is_kept_as_it_is(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    more = np.concatenate([made.numbers[2][:2], made.numbers[2][:1] + 3, made.numbers[2][2:]])
    write(made.files[2], more, ("B02", "B03", "ANGLE", "B04", "B08"), nodata=0)
    frames, _ = clean(made.folder)
    assert np.array_equal(frames[made.files[2].name][2], more[2])
    frames[made.files[2].name] = np.delete(frames[made.files[2].name], 2, axis=0)
    assert_clean(made, frames)


def test_a_band_is_missing_in_one_file(refused, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    write(made.files[3], made.numbers[3][:3], BANDS[:3], nodata=0)
    said = refused(made.folder)
    assert made.files[3].name in said
    assert "B08" in said


def test_bands_without_names(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", bands=("",) * 4)
    frames, said = clean(made.folder)
    assert "B02, B03, B04, B08" in said
    assert_clean(made, frames)


@pytest.mark.parametrize("size", [(20, 1), (1, 20), (1, 1), (3, 2), (20, 600)])
def test_narrow_images(clean, run, make_stack, tmp_path, size):
    made = make_stack(tmp_path / "stack", size=size, count=5)
    frames, _ = clean(made.folder)
    ever = made.clear.any(axis=0)
    for t, file in enumerate(made.files):
        numbers, clear = frames[file.name], made.clear[t]
        assert np.array_equal(numbers[:, clear], made.numbers[t][:, clear])
        assert np.array_equal(numbers[0] > 0, ever)
    csv_file = tmp_path / "x.csv"
    assert run("curve", made.folder, "--xy", 600005, 5699995, "--output", csv_file).code == 0


def test_nearly_empty_images(clean, make_stack, write, tmp_path):
    """Three pixels of each frame are clear."""
    made = make_stack(tmp_path / "stack")
    rng = np.random.default_rng(0)
    made.clear[:] = False
    for t, file in enumerate(made.files):
        made.clear[t, rng.integers(20, size=3), rng.integers(24, size=3)] = True
        write(made.folder / f"{file.stem}_CLEAR.tif", made.clear[t].astype("uint8"))
    frames, _ = clean(made.folder)
    ever = made.clear.any(axis=0)
    for t, file in enumerate(made.files):
        numbers = frames[file.name]
        clear = made.clear[t]
        # Clouds stay where nobody looked, as nodata.
        assert (numbers[:, ~ever] == 0).all()
        assert (numbers[:, ever] >= 1).all()
        bright = made.numbers[t][:, clear]
        assert np.array_equal(numbers[:, clear], bright)


def test_nearly_all_of_the_stack_is_cloud_but_one_frame(clean, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, file in enumerate(made.files):
        made.clear[t] = t == 2
        write(made.folder / f"{file.stem}_CLEAR.tif", made.clear[t].astype("uint8"))
    frames, _ = clean(made.folder)
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


HAPPENS = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.02, 0.3, 0.8, 1.0]),
    model=st.sampled_from(["linear", "temporal", "scene-regression"]),
)
@HAPPENS
def test_clear_pixels_are_untouched_whatever_the_mask(
    run, make_stack, write, read, tmp_path_factory, seed, share, model
):
    folder = tmp_path_factory.mktemp("masks")
    made = make_stack(folder / "stack", count=4, size=(12, 10), seed=seed)
    rng = np.random.default_rng(seed)
    clear = rng.random(made.clear.shape) < share
    for t, file in enumerate(made.files):
        write(file.with_name(f"{file.stem}_CLEAR.tif"), clear[t].astype("uint8"))
    done = run("clean", made.folder, "--output", folder / "out", "--model", model)
    if not clear.any():
        assert done.code == 1
        return
    assert done.code == 0, done.err
    ever = clear.any(axis=0)
    for t, file in enumerate(made.files):
        numbers = read(folder / "out" / file.name)
        assert np.array_equal(numbers[:, clear[t]], made.numbers[t][:, clear[t]])
        assert (numbers[:, ever] >= 1).all()
        assert (numbers[:, ~ever] == 0).all()


@pytest.fixture(scope="module")
def ordered(make_stack, tmp_path_factory):
    """A stack, and what becomes of it under names that follow the dates."""
    folder = tmp_path_factory.mktemp("ordered")
    made = make_stack(folder / "stack", size=(12, 10))
    assert cli.main(["clean", str(made.folder), "--output", str(folder / "out")]) == 0
    return made, folder / "out"


@given(names=st.permutations("abcdef"))
@HAPPENS
def test_the_order_of_names_does_not_matter(run, ordered, read, tmp_path_factory, names):
    made, before = ordered
    folder = tmp_path_factory.mktemp("names")
    (folder / "stack").mkdir()
    for name, file in zip(names, made.files):
        for end in ("", "_CLEAR"):
            (folder / "stack" / f"{name}_{file.stem}{end}.tif").symlink_to(
                file.with_name(f"{file.stem}{end}.tif")
            )
    assert run("clean", folder / "stack", "--output", folder / "after").code == 0
    for name, file in zip(names, made.files):
        after = read(folder / "after" / f"{name}_{file.name}")
        assert np.array_equal(after, read(before / file.name))
