from __future__ import annotations

import numpy as np
import pytest
import rasterio


@pytest.mark.parametrize("position", [0, 3, 8, 13])
def test_on_an_acquired_day_it_is_the_cleaned_frame(
    run, sample, cleaned, frames_of, read, tmp_path, position
):
    file = frames_of(sample)[position]
    stamp = file.stem[-8:]
    day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:]}"
    out = tmp_path / "frame.tif"
    assert run("frame", sample, "--date", day, "--output", out, "--uncertainty").code == 0
    assert np.array_equal(read(out), read(cleaned / file.name))
    sigma = read(tmp_path / "frame_SIGMA.tif")
    assert np.array_equal(sigma, read(cleaned / f"{file.stem}_SIGMA.tif"))


@pytest.mark.parametrize("kind", ["bright", "negative", "zero", "float"])
def test_on_an_acquired_day_odd_numbers_are_kept(run, make_stack, write, read, tmp_path, kind):
    """Snow above 1, shadow below 0: usable pixels are as they were here too."""
    odd = {"bright": 15000, "negative": -40, "zero": 0, "float": 1.37}[kind]
    dtype = {"negative": "int16", "float": "float32"}.get(kind, "uint16")
    nodata = {"negative": -9999, "float": float("nan")}.get(kind)
    scale = 1 if kind == "float" else 10000
    made = make_stack(tmp_path / "stack", dtype=dtype, nodata=nodata, scale=scale)
    numbers = made.numbers[2].copy()
    numbers[0, 4:6, 3:9] = odd
    write(made.files[2], numbers, ("B02", "B03", "B04", "B08"), nodata=nodata)
    write(made.folder / f"{made.files[2].stem}_CLEAR.tif", np.ones((20, 24), "uint8"))
    out = tmp_path / "f.tif"
    assert run("frame", made.folder, "--date", "2020-05-11", "--output", out).code == 0
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    assert np.array_equal(read(out), numbers)
    assert np.array_equal(read(tmp_path / "out" / made.files[2].name), numbers)


def test_between_two_days_it_is_a_whole_frame(run, sample, frames_of, read, tmp_path):
    out = tmp_path / "new" / "frame.tif"
    done = run("frame", sample, "--date", "2021-06-15", "--output", out)
    assert done.code == 0
    assert done.err == ""
    assert str(out) in done.out
    with rasterio.open(out) as made, rasterio.open(frames_of(sample)[0]) as like:
        for key in ("dtypes", "nodata", "scales", "offsets", "crs", "transform", "shape",
                    "descriptions"):  # fmt: skip
            assert getattr(made, key) == getattr(like, key), key
        assert made.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    numbers = read(out)
    assert numbers.min() >= 1
    assert numbers.max() < 7000
    assert sorted(f.name for f in out.parent.iterdir()) == ["frame.tif"]


@pytest.mark.parametrize(
    ("dtype", "scale", "profile"),
    [
        ("uint16", 10000, {"nodata": 0}),
        ("uint16", 10000, {"nodata": None}),
        ("int16", 10000, {"nodata": -9999}),
        ("float32", 1, {"nodata": float("nan")}),
        ("uint16", 10000, {"offset": -1000, "scales": (1e-4,) * 4, "offsets": (-0.1,) * 4}),
    ],
)
def test_it_is_encoded_as_the_stack(run, make_stack, read, tmp_path, dtype, scale, profile):
    made = make_stack(tmp_path / "stack", dtype=dtype, scale=scale, **profile)
    out = tmp_path / "f.tif"
    assert run("frame", made.folder, "--date", "2020-05-08", "--output", out).code == 0
    with rasterio.open(out) as image, rasterio.open(made.files[0]) as like:
        assert image.dtypes == like.dtypes
        assert image.scales == like.scales
        assert image.offsets == like.offsets
        assert image.nodata == like.nodata or np.isnan([image.nodata, like.nodata]).all()
    clear = made.clear[1] | made.clear[2]
    mean = np.mean([made.numbers[t][:, made.clear[t]].mean(axis=1) for t in (1, 2)], axis=0)
    assert np.abs(read(out)[:, clear].mean(axis=1) - mean).max() < 0.03 * scale


@pytest.mark.parametrize(
    ("date", "nearest"), [("2021-02-18", "2021-03-05"), ("2022-02-08", "2022-01-24")]
)
def test_up_to_15_days_outside_the_nearest_day_answers(run, sample, read, tmp_path, date, nearest):
    out, near = tmp_path / "out.tif", tmp_path / "near.tif"
    done = run("frame", sample, "--date", date, "--output", out)
    assert done.code == 0
    assert done.err.startswith(f"kairos: warning: {date} is outside")
    assert nearest in done.err
    assert run("frame", sample, "--date", nearest, "--output", near).code == 0
    assert np.array_equal(read(out), read(near))


@pytest.mark.parametrize("date", ["2021-02-17", "2022-02-09", "1984-07-01"])
def test_further_outside_is_a_named_error(run, sample, tmp_path, date):
    done = run("frame", sample, "--date", date, "--output", tmp_path / "new" / "x.tif")
    assert done.code == 1
    assert date in done.error
    assert "15 days" in done.error
    assert not (tmp_path / "new").exists()


def test_a_model_can_be_chosen(run, sample, read, tmp_path):
    for model in ("nearest", "linear"):
        path = tmp_path / f"{model}.tif"
        done = run("frame", sample, "--date", "2021-06-30", "--output", path, "--model", model)
        assert done.code == 0
    assert not np.array_equal(read(tmp_path / "nearest.tif"), read(tmp_path / "linear.tif"))


def test_a_pixel_that_was_never_seen_stays_nodata(run, make_stack, write, read, tmp_path):
    made = make_stack(tmp_path / "stack")
    for t, file in enumerate(made.files):
        seen = made.clear[t].copy()
        seen[:, :3] = False
        write(file.with_name(f"{file.stem}_CLEAR.tif"), seen.astype("uint8"))
    out = tmp_path / "f.tif"
    done = run("frame", made.folder, "--date", "2020-05-08", "--output", out, "--uncertainty")
    assert done.code == 0
    assert (read(out)[:, :, :3] == 0).all()
    assert (read(out)[:, :, 3:] >= 1).all()
    assert np.isnan(read(tmp_path / "f_SIGMA.tif")[:, :, :3]).all()


def test_it_is_not_written_among_the_images(run, make_stack, snapshot, tmp_path):
    made = make_stack(tmp_path / "stack")
    before = snapshot(made.folder)
    for name in (made.files[1].name, "new.tif", "deep/new.tif"):
        done = run("frame", made.folder, "--date", "2020-05-08", "--output", made.folder / name)
        assert done.code == 1
        assert "images' own folder" in done.error
    done = run("frame", made.folder, "--date", "2020-05-08", "--output", made.folder)
    assert done.code == 1
    assert "folder" in done.error
    assert snapshot(made.folder) == before
    assert not (made.folder / "deep").exists()


def test_it_replaces_an_older_file_whole(run, make_stack, read, tmp_path):
    made, out = make_stack(tmp_path / "stack"), tmp_path / "f.tif"
    out.write_text("something older")
    assert run("frame", made.folder, "--date", "2020-05-08", "--output", out).code == 0
    assert read(out).shape == (4, 20, 24)


def test_two_files_of_a_day_give_one_frame_of_both(run, make_stack, write, read, tmp_path):
    made = make_stack(tmp_path / "stack", bands=("B04", "B08"), mask=None)
    left = np.zeros((20, 24), bool)
    left[:, :14] = True
    twin = made.folder / "twin_20200511.tif"
    write(twin, (made.numbers[2] + 5).astype("uint16"), ("B04", "B08"), nodata=0)
    write(made.folder / f"{twin.stem}_CLEAR.tif", (~left).astype("uint8"))
    write(made.folder / f"{made.files[2].stem}_CLEAR.tif", left.astype("uint8"))
    out = tmp_path / "f.tif"
    assert run("frame", made.folder, "--date", "2020-05-11", "--output", out).code == 0
    assert np.array_equal(read(out), np.where(left, made.numbers[2], made.numbers[2] + 5))


@pytest.mark.parametrize("day", ["2021-06-15", None])
def test_it_says_where_it_comes_from_and_how_far_the_nearest_look_is(
    run, sample, frames_of, read, tmp_path, day
):
    stamps = [np.datetime64(f"{f.stem[-8:-4]}-{f.stem[-4:-2]}-{f.stem[-2:]}") for f in
              frames_of(sample)]  # fmt: skip
    asked, out = day or str(stamps[4]), tmp_path / "S2_20210615.tif"
    assert run("frame", sample, "--date", asked, "--output", out, "--source", "--days").code == 0
    source, days = (
        read(tmp_path / "S2_20210615_SOURCE.tif", 1),
        read(tmp_path / "S2_20210615_DAYS.tif", 1),
    )
    clear = np.stack([np.isin(read(f.with_name(f"{f.stem}_SCL.tif"), 1), (4, 5, 6, 7))
                      & (read(f) > 0).all(axis=0) for f in frames_of(sample)])  # fmt: skip
    apart = np.abs((np.array(stamps) - np.datetime64(asked)).astype(int))
    nearest = np.where(clear, apart[:, None, None], 65535).min(axis=0)
    assert np.array_equal(days, nearest)
    assert np.array_equal(source == 1, days == 0)
    listed = run("info", tmp_path)
    assert listed.code == 0
    assert "1 images" in listed.out
