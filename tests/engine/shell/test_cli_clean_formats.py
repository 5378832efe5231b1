"""Cleaned files keep the names, tags, types and grids of their inputs."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import rasterio

ABOUT = ("width", "height", "count", "dtypes", "nodata", "crs", "transform")
KEPT = (*ABOUT, "descriptions", "scales", "offsets")


def test_tags_bands_scale_and_point_grids_are_kept(run, make_stack, read, tmp_path):
    made = make_stack(
        tmp_path / "stack",
        tags={"PRODUCT": "S2MSI2A", "AREA_OR_POINT": "Point", "NOTE": "é & <b>"},
        scales=(0.0001,) * 4,
        offsets=(-0.1,) * 4,
        scale=10000,
        offset=-1000,
    )
    for file in made.files:
        with rasterio.open(file, "r+") as image:
            image.update_tags(2, WAVELENGTH="560")
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    for t, file in enumerate(made.files):
        with rasterio.open(file) as before, rasterio.open(tmp_path / "out" / file.name) as after:
            for key in KEPT:
                assert getattr(after, key) == getattr(before, key), key
            assert after.tags().items() >= before.tags().items()
            assert after.tags(2) == {"WAVELENGTH": "560"}
        numbers = read(tmp_path / "out" / file.name)
        filled = ~made.clear[t]
        truth = np.median(made.numbers[t][:, made.clear[t]], axis=1)
        if filled.any():
            assert np.abs(np.median(numbers[:, filled], axis=1) - truth).max() < 300


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_data_types_are_kept(run, make_stack, read, tmp_path, dtype):
    whole = np.dtype(dtype).kind in "iu"
    scale = {"uint8": 250, "float32": 1, "float64": 1}.get(dtype, 10000)
    nodata = {"uint8": 255, "int16": -9999, "int32": -1}.get(dtype, 0 if whole else float("nan"))
    made = make_stack(
        tmp_path / "stack",
        dtype=dtype,
        scale=scale,
        nodata=nodata,
        scales=(1 / 250,) * 4 if dtype == "uint8" else None,
    )
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    for t, file in enumerate(made.files):
        with rasterio.open(tmp_path / "out" / file.name) as image:
            assert set(image.dtypes) == {dtype}
            assert image.nodata == nodata or np.isnan([image.nodata, nodata]).all()
            numbers = image.read()
        assert np.array_equal(numbers[:, made.clear[t]], made.numbers[t][:, made.clear[t]])
        filled = numbers[:, ~made.clear[t]] / scale
        assert ((filled > 0) & (filled < 0.8)).all()


def test_upper_case_endings_and_other_dates_keep_their_names(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    names = ["a_2020-05-01_x.TIF", "HLS.2020127.v1.tiff"]
    for file, name in zip(made.files, names):
        shutil.move(file, file.with_name(name))
        stem, _, end = name.rpartition(".")
        mask = file.with_name(f"{file.stem}_CLEAR.tif")
        shutil.move(mask, file.with_name(f"{stem}_CLEAR.{end}"))
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    assert {f.name for f in (tmp_path / "out").iterdir()} >= set(names)
