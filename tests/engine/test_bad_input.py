"""Input that is not as it should be: a named error that leaves nothing behind, or a stated rule."""

from __future__ import annotations

import os
import shutil
import subprocess

import numpy as np
import pytest
import rasterio
import rasterio.warp
from affine import Affine

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
BANDS = ("B02", "B03", "B04", "B08")


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


def test_a_coarser_mask_is_warped(cleans, make_stack, write, tmp_path):
    """Sen2Cor's classes have 20 m pixels."""
    made = make_stack(tmp_path / "stack", mask=None)
    twice = Affine(20, 0, 600000, 0, -20, 5700000)
    for t, file in enumerate(made.files):
        coarse = made.clear[t, ::2, ::2]
        made.clear[t] = coarse.repeat(2, axis=0).repeat(2, axis=1)
        scl = np.where(coarse, 4, 9).astype("uint8")
        write(file.with_name(f"{file.stem}_SCL.tif"), scl, transform=twice, nodata=0)
    frames, _ = cleans(made.folder)
    for t, file in enumerate(made.files):
        clear = made.clear[t]
        assert np.array_equal(frames[file.name][:, clear], made.numbers[t][:, clear])
        assert np.array_equal(frames[f"{file.stem}_SOURCE.tif"][0] == 1, clear)


@pytest.mark.parametrize("end", ["_CLOUD", "_QA"])
def test_a_coarser_mask_in_which_0_is_clear_and_nodata(cleans, make_stack, write, tmp_path, end):
    made = make_stack(tmp_path / "stack", mask=None)
    twice = Affine(20, 0, 600000, 0, -20, 5700000)
    for t, file in enumerate(made.files):
        coarse = made.clear[t, ::2, ::2]
        made.clear[t] = coarse.repeat(2, axis=0).repeat(2, axis=1)
        values = np.where(coarse, 0, 1 << 10).astype("uint16")
        values = values if end == "_QA" else (values > 0).astype("uint8")
        write(file.with_name(f"{file.stem}{end}.tif"), values, transform=twice, nodata=0)
    frames, _ = cleans(made.folder)
    for t, file in enumerate(made.files):
        assert np.array_equal(frames[f"{file.stem}_SOURCE.tif"][0] == 1, made.clear[t])


def test_ground_that_the_mask_does_not_cover_is_not_usable(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, (file, end) in enumerate(zip(made.files, ("_SCL", "_CLEAR", "_CLOUD", "_QA"))):
        file.with_name(f"{file.stem}_CLEAR.tif").unlink()
        value = {"_SCL": 4, "_CLEAR": 1}.get(end, 0)
        values = np.full((20, 12), value, "uint16")
        write(file.with_name(f"{file.stem}{end}.tif"), values)
        frames_clear = np.zeros((20, 24), bool)
        frames_clear[:, :12] = True
        made.clear[t] = frames_clear
    frames, _ = cleans(made.folder)
    for t, file in enumerate(made.files):
        assert np.array_equal(frames[f"{file.stem}_SOURCE.tif"][0] == 1, made.clear[t])


def test_a_mask_of_another_size_without_a_place(refused, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    mask = made.folder / f"{made.files[2].stem}_CLEAR.tif"
    write(mask, np.ones((10, 12), "uint8"), crs=None, transform=None)
    assert mask.name in refused(made.folder)


def test_a_mask_of_the_same_size_without_a_place_is_taken(cleans, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, file in enumerate(made.files):
        mask = made.folder / f"{file.stem}_CLEAR.tif"
        write(mask, made.clear[t].astype("uint8"), crs=None, transform=None)
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)


def test_names_without_dates(refused, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    for i, file in enumerate(made.files):
        file.rename(made.folder / f"image{i}.tif")
    assert "no date in a name" in refused(made.folder)


def test_one_name_without_a_date_is_left_out_and_said(cleans, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    shutil.copy(made.files[0], made.folder / "mosaic.tif")
    frames, said = cleans(made.folder)
    assert "mosaic.tif" in said
    assert "mosaic.tif" not in frames
    made.assert_clean(frames)


def test_radar_only(refused, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", mask=None)
    for file in made.files:
        file.rename(made.folder / file.name.replace("S2", "S1"))
    assert "radar only" in refused(made.folder)


def test_where_dates_are_doubled_the_clearer_pixel_is_the_observation(
    cleans, make_stack, write, tmp_path
):
    made = make_stack(tmp_path / "stack")
    t = int(made.clear.mean(axis=(1, 2)).argmin())
    file, clear = made.files[t], made.clear[t]
    twin = write(made.folder / f"{file.stem}_b.tif", made.numbers[t], BANDS, nodata=0)
    seen = (made.numbers[t] // 2).astype("uint16")
    with rasterio.open(twin, "r+") as image:
        image.write(np.where(clear, made.numbers[t], seen))
    write(made.folder / f"{twin.stem}_CLEAR.tif", (~clear).astype("uint8"))
    frames, _ = cleans(made.folder)
    for name in (file.name, twin.name):
        assert np.array_equal(frames[name], np.where(clear, made.numbers[t], seen))
        assert (frames[name.replace(".tif", "_SOURCE.tif")] == 1).all()


def test_no_red_and_no_nir(cleans, run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", bands=("B02", "B03", "B11"))
    frames, _ = cleans(made.folder)
    made.assert_clean(frames)
    done = run("curve", made.folder, "--xy", 600055, 5699945, "--output", tmp_path / "x.csv")
    assert done.code == 1
    assert "B02, B03, B11" in done.error
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("act", ["clean", "frame", "curve", "evaluate", "sample"])
def test_a_place_that_cannot_be_written(run, sample, tmp_path, act):
    (tmp_path / "file").write_text("mine")
    there = tmp_path / "file" / "below"
    arguments = {
        "clean": (sample, "--output", there),
        "frame": (sample, "--date", "2021-05-05", "--output", there / "x.tif"),
        "curve": (sample, "--xy", 663245, 5371755, "--output", there / "x.csv"),
        "evaluate": (sample, "--task", "cloud", "--models", "linear", "--output", there / "x.json"),
        "sample": (there, "--size", "32"),
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


def test_a_band_is_missing_in_one_file(refused, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    write(made.files[3], made.numbers[3][:3], BANDS[:3], nodata=0)
    said = refused(made.folder)
    assert made.files[3].name in said
    assert "B08" in said
