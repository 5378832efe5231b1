"""`kairos clean`: what DESIGN promises of the files that it writes."""

from __future__ import annotations

import json
import resource

import numpy as np
import pytest
import rasterio
import torch

from kairos.engine import reconstruct
from kairos.engine.clean.run import CleanOptions
from kairos.engine.registry import QUICK, readiness

ABOUT = ("width", "height", "count", "dtypes", "nodata", "crs", "transform")
KEPT = (*ABOUT, "descriptions", "scales", "offsets")


def usable(sample, file, read):
    return np.isin(read(sample / f"{file.stem}_SCL.tif", 1), (4, 5, 6, 7)) & (read(file) != 0).all(
        axis=0
    )


def test_every_frame_has_its_file_and_what_was_asked_for_beside_it(cleaned, sample, frames_of):
    stems = [f.stem for f in frames_of(sample)]
    wanted = [f"{stem}{end}.tif" for stem in stems for end in ("", "_SOURCE", "_SIGMA")]
    assert sorted(f.name for f in cleaned.iterdir()) == sorted(wanted)


def test_nothing_lies_beside_the_frames_unasked(run, sample, frames_of, tmp_path):
    done = run("clean", sample, "--output", tmp_path / "out", "--model", "linear")
    assert done.code == 0
    names = sorted(f.name for f in (tmp_path / "out").iterdir())
    assert names == [f.name for f in frames_of(sample)]


def test_frames_keep_what_is_said_of_them(cleaned, sample, frames_of):
    for file in frames_of(sample):
        with rasterio.open(file) as before, rasterio.open(cleaned / file.name) as after:
            for key in KEPT:
                assert getattr(after, key) == getattr(before, key), key
            assert after.tags().items() >= before.tags().items()


def test_usable_pixels_are_untouched_to_the_bit(cleaned, sample, frames_of, read):
    for file in frames_of(sample):
        clear = usable(sample, file, read)
        assert np.array_equal(read(file)[:, clear], read(cleaned / file.name)[:, clear])


def test_everything_else_is_filled_and_never_nodata(cleaned, sample, frames_of, read):
    ever = np.any([usable(sample, f, read) for f in frames_of(sample)], axis=0)
    assert ever.all()
    for file in frames_of(sample):
        numbers = read(cleaned / file.name)
        assert numbers.min() >= 1
        filled = ~usable(sample, file, read)
        if filled.sum() > 50:
            assert (numbers[:, filled] != read(file)[:, filled]).mean() > 0.9


def test_source_says_where_each_pixel_comes_from(cleaned, sample, frames_of, read):
    seen = set()
    for file in frames_of(sample):
        path = cleaned / f"{file.stem}_SOURCE.tif"
        with rasterio.open(path) as image, rasterio.open(file) as frame:
            assert image.dtypes == ("uint8",)
            assert (image.shape, image.crs, image.transform) == (
                frame.shape,
                frame.crs,
                frame.transform,
            )
        codes = read(path, 1)
        assert np.array_equal(codes == 1, usable(sample, file, read))
        seen |= set(np.unique(codes))
    assert seen <= {1, 2, 3, 4}
    assert len(seen) > 1


def test_sigma_is_the_doubt_in_reflectance(cleaned, sample, frames_of, read):
    for file in frames_of(sample):
        path = cleaned / f"{file.stem}_SIGMA.tif"
        with rasterio.open(path) as image, rasterio.open(file) as frame:
            assert set(image.dtypes) == {"float32"}
            assert (image.shape, image.crs, image.transform, image.descriptions) == (
                frame.shape,
                frame.crs,
                frame.transform,
                frame.descriptions,
            )
        sigma, clear = read(path), usable(sample, file, read)
        assert (sigma[:, clear] == 0).all()
        assert (sigma[:, ~clear] > 0).all()
        assert (sigma < 1).all()


def test_files_are_cloud_optimized_and_zstd(cleaned, frames_of):
    for file in cleaned.iterdir():
        with rasterio.open(file) as image:
            assert image.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            assert image.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "ZSTD"


def test_deflate_for_old_readers(run, sample, tmp_path):
    out = tmp_path / "out"
    assert run("clean", sample, "--output", out, "--compression", "DEFLATE").code == 0
    with rasterio.open(next(out.iterdir())) as image:
        assert image.tags(ns="IMAGE_STRUCTURE")["COMPRESSION"] == "DEFLATE"


def test_readers_take_a_cleaned_folder_for_its_frames_only(run, cleaned):
    facts = json.loads(run("info", cleaned, "--json").out)
    assert len(facts["frames"]) == len(facts["dates"]) == 14
    assert {f["clear"] for f in facts["frames"]} == {1.0}
    assert {f["mask"] for f in facts["frames"]} == {None}


def test_inputs_are_left_alone(run, sample, snapshot, tmp_path):
    before = snapshot(sample)
    assert run("clean", sample, "--output", tmp_path / "out", "--model", "last").code == 0
    assert snapshot(sample) == before


@pytest.mark.parametrize(
    ("span", "count"),
    [("2021-03-15:2021-05-19", 3), (":2021-03-15", 2), ("2022-01-24:", 1), (":", 14)],
)
def test_dates_choose_frames_but_all_are_learned_from(
    run, sample, cleaned, frames_of, read, tmp_path, span, count
):
    out = tmp_path / "out"
    assert run("clean", sample, "--output", out, f"--dates={span}").code == 0
    made = sorted(out.iterdir())
    assert len(made) == count
    for file in made:
        assert np.array_equal(read(file), read(cleaned / file.name))


def test_dates_without_images_are_a_named_error(run, sample, tmp_path):
    done = run("clean", sample, "--output", tmp_path / "out", "--dates", "2019-01-01:2019-02-01")
    assert done.code == 1
    assert "2021-03-05" in done.error
    assert not (tmp_path / "out").exists()


def test_files_that_share_a_date_each_get_theirs(run, make_stack, write, read, tmp_path):
    made, out = make_stack(tmp_path / "stack", mask=None), tmp_path / "out"
    masks = []
    for t, file in enumerate(made.files):
        masks.append(made.clear[t].copy())
        if t == 2:  # a second look at the same day: other clouds, other numbers
            masks[t][:, :12] = False
            other = masks[t][:, ::-1]
            twin = file.with_name(f"T31_{file.name}")
            write(twin, np.where(other, made.numbers[t] + 7, 9500).astype("uint16"), nodata=0)
            write(twin.with_name(f"{twin.stem}_CLEAR.tif"), other.astype("uint8"))
        write(file.with_name(f"{file.stem}_CLEAR.tif"), masks[t].astype("uint8"))
    assert run("clean", made.folder, "--output", out, "--source").code == 0
    assert len(list(out.iterdir())) == 14
    first, second = read(out / made.files[2].name), read(out / f"T31_{made.files[2].name}")
    clear, other = masks[2], masks[2][:, ::-1]
    assert np.array_equal(first[:, clear], made.numbers[2][:, clear])
    assert np.array_equal(second[:, other], made.numbers[2][:, other] + 7)
    # what one of them saw fills the other
    assert np.array_equal(second[:, clear & ~other], made.numbers[2][:, clear & ~other])
    assert np.array_equal(first[:, other & ~clear], made.numbers[2][:, other & ~clear] + 7)


def test_a_pixel_that_was_never_seen_stays_nodata(run, make_stack, write, read, tmp_path):
    made, out = make_stack(tmp_path / "stack"), tmp_path / "out"
    for t, file in enumerate(made.files):
        seen = made.clear[t].copy()
        seen[3:6, 4:9] = False
        write(file.with_name(f"{file.stem}_CLEAR.tif"), seen.astype("uint8"))
    assert run("clean", made.folder, "--output", out, "--source", "--uncertainty").code == 0
    hole = np.zeros((20, 24), bool)
    hole[3:6, 4:9] = True
    for file in made.files:
        numbers = read(out / file.name)
        assert (numbers[:, hole] == 0).all()
        assert (numbers[:, ~hole] >= 1).all()
        assert np.array_equal(read(out / f"{file.stem}_SOURCE.tif", 1) == 0, hole)
        assert np.isnan(read(out / f"{file.stem}_SIGMA.tif")[:, hole]).all()


@pytest.mark.parametrize("model", ["linear", "nearest", "last", "whittaker", "temporal", "mosaic",
                                   "least-cloudy", "scene-regression"])  # fmt: skip
def test_every_closed_form_fills_everything(run, make_stack, read, tmp_path, model):
    made = make_stack(tmp_path / "stack")
    assert run("clean", made.folder, "--output", tmp_path / "out", "--model", model).code == 0
    for t, file in enumerate(made.files):
        numbers = read(tmp_path / "out" / file.name)
        assert np.array_equal(numbers[:, made.clear[t]], made.numbers[t][:, made.clear[t]])
        assert numbers.min() >= 1
        assert numbers.max() < 8000  # no cloud is left


def test_the_default_is_the_best_model(run, make_stack, read, tmp_path):
    made = make_stack(tmp_path / "stack")
    assert run("clean", made.folder, "--output", tmp_path / "a").code == 0
    best = "agflow" if readiness()["agflow"] == "ready" else QUICK
    named = run("clean", made.folder, "--output", tmp_path / "b", "--model", best)
    assert named.code == 0
    for file in made.files:
        assert np.array_equal(read(tmp_path / "a" / file.name), read(tmp_path / "b" / file.name))


def test_where_memory_is_short_the_default_is_the_quick_model(run, make_stack, read, tmp_path):
    made = make_stack(tmp_path / "stack")
    little = run("clean", made.folder, "--output", tmp_path / "a", "--memory", "0.6", "--stac")
    assert little.code == 0, little.err
    assert run("clean", made.folder, "--output", tmp_path / "b", "--model", QUICK).code == 0
    for file in made.files:
        assert np.array_equal(read(tmp_path / "a" / file.name), read(tmp_path / "b" / file.name))
    item = json.loads((tmp_path / "a" / made.files[0].with_suffix(".json").name).read_text())
    assert QUICK in json.dumps(item)


@pytest.mark.parametrize("model", ["linear", "temporal", "scene-regression"])
def test_tiles_leave_no_seam(run, sample, read, monkeypatch, tmp_path, model):
    arguments = ("clean", sample, "--model", model, "--dates", "2021-07-13:2021-09-06")
    assert run(*arguments, "--output", tmp_path / "whole").code == 0
    monkeypatch.setattr(reconstruct, "_SIDES", (20, 20))
    assert run(*arguments, "--output", tmp_path / "tiled").code == 0
    for file in (tmp_path / "whole").iterdir():
        apart = read(tmp_path / "tiled" / file.name).astype(int) - read(file)
        assert np.abs(apart).max() <= 1


def test_many_frames_need_few_open_files(command, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", count=50, size=(8, 8))
    done = command(
        *("clean", made.folder, "--output", tmp_path / "out", "--source", "--uncertainty"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)),
    )
    assert done.code == 0, done.err
    assert len(list((tmp_path / "out").iterdir())) == 150


def test_options_that_this_version_cannot_serve_say_so(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    done = run("clean", made.folder, "--output", tmp_path / "out", "--memory", "0.1")
    assert done.code == 1
    assert "0.5 GB" in done.error
    assert not (tmp_path / "out").exists()
    arguments = ("clean", made.folder, "--output", tmp_path / "out", "--fit", "--device", "cuda")
    done = run(*arguments)
    if not torch.cuda.is_available():
        assert done.code == 1
        assert "no CUDA device" in done.error
    done = run(*arguments, "--model", QUICK)
    assert done.code == 0
    assert "warning: --fit" in done.err
    assert "--device cuda" in done.err


def test_options_have_the_defaults_of_the_contract():
    assert CleanOptions() == CleanOptions(
        model=None, uncertainty=False, source=False, resume=False, overwrite=False,
        compression="ZSTD",
    )  # fmt: skip
