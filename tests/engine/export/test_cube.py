"""`clean --cube`: read back by xarray and by GDAL, and never half-written."""

from __future__ import annotations

import signal
import sys
import time

import numpy as np
import pytest
import rasterio
import xarray

from kairos.engine.api import open_stack
from kairos.engine.clean.left_over import PARTIAL
from kairos.engine.clean.run import CleanOptions
from kairos.engine.errors import CancelledError
from kairos.engine.export.run import Exports, clean_and_export
from kairos.engine.rasters.grid import Window
from kairos.engine.registry import default_model

KINDS = ("cube.nc", "cube.zarr")


def opened(path, **options):
    reader = xarray.open_zarr if path.suffix == ".zarr" else xarray.open_dataset
    return reader(path, decode_coords="all", **options)


@pytest.fixture(params=KINDS)
def target(request, tmp_path):
    return tmp_path / "cubes" / request.param


def test_a_cube_holds_the_numbers_of_the_images_and_says_what_they_are(
    run, make_stack, read, target, tmp_path
):
    made = make_stack(tmp_path / "stack")
    done = run("clean", made.folder, "--output", tmp_path / "out", "--cube", target)
    assert done.code == 0, done.err
    with opened(target, mask_and_scale=False) as raw, opened(target) as cube:
        assert cube.attrs["Conventions"].startswith("CF-1")
        assert default_model()[0] in cube.attrs["history"]
        assert [str(t)[:10] for t in cube.time.values] == [
            f"{f.stem[3:7]}-{f.stem[7:9]}-{f.stem[9:]}" for f in made.files
        ]
        assert cube.spatial_ref.attrs["grid_mapping_name"] == "transverse_mercator"
        assert cube.x.attrs["standard_name"] == "projection_x_coordinate"
        assert cube.x.values[0] == 600005
        assert cube.y.values[0] == 5699995
        for t, file in enumerate(made.files):
            numbers = read(tmp_path / "out" / file.name)
            for band, name in enumerate(("B02", "B03", "B04", "B08")):
                assert np.array_equal(raw[name].values[t], numbers[band])
                assert np.allclose(cube[name].values[t], numbers[band] / 10000)
    assert [f.name for f in target.parent.iterdir()] == [target.name]


def test_gdal_knows_where_a_netcdf_cube_lies(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    target = tmp_path / "cube.nc"
    assert run("clean", made.folder, "--output", tmp_path / "out", "--cube", target).code == 0
    with rasterio.open(f"netcdf:{target}:B04") as file:
        assert file.crs.to_epsg() == 32631
        assert file.transform.almost_equals(rasterio.Affine(10, 0, 600000, 0, -10, 5700000))
        assert file.count == len(made.files)
        assert file.nodata == 0
        assert file.scales[0] == pytest.approx(1e-4)


def test_images_that_differ_become_reflectance(run, make_stack, tmp_path, target):
    one = make_stack(tmp_path / "stack", count=3)
    make_stack(
        tmp_path / "stack", count=3, first="2020-07-01", dtype="float32", scale=1, nodata=-1.0
    )
    done = run("clean", one.folder, "--output", tmp_path / "out", "--cube", target)
    assert done.code == 0, done.err
    with opened(target) as cube:
        assert cube.B04.dtype == np.float32
        assert cube.sizes["time"] == 6
        assert float(cube.B04.min()) > 0
        assert float(cube.B04.max()) < 1


def test_degrees_and_no_reference_system(run, make_stack, tmp_path, target):
    degrees = rasterio.Affine(1e-4, 0, 11, 0, -1e-4, 48)
    made = make_stack(tmp_path / "a", crs="EPSG:4326", transform=degrees)
    assert run("clean", made.folder, "--output", tmp_path / "1", "--cube", target).code == 0
    with opened(target) as cube:
        assert cube.x.attrs["standard_name"] == "longitude"
        assert cube.y.attrs["units"] == "degrees_north"
        assert cube.spatial_ref.attrs["grid_mapping_name"] == "latitude_longitude"
    bare = make_stack(tmp_path / "b", crs=None, transform=None)
    assert "exists already" in run(
        "clean", bare.folder, "--output", tmp_path / "2", "--cube", target
    ).error  # fmt: skip
    again = ("--cube", target, "--overwrite")
    assert run("clean", bare.folder, "--output", tmp_path / "2", *again).code == 0
    with opened(target) as cube:
        assert "spatial_ref" not in cube


def test_a_part_of_the_images_is_a_part_of_the_cube(make_stack, tmp_path, target):
    made = make_stack(tmp_path / "stack")
    with open_stack(made.folder) as stack:
        options = CleanOptions(model="linear", window=Window(4, 6, 10, 12))
        clean_and_export(stack, tmp_path / "out", options, Exports(cube=target))
    with opened(target, mask_and_scale=False) as cube:
        assert cube.sizes == {"time": 6, "y": 10, "x": 12}
        assert cube.x.values[0] == 600065
        with rasterio.open(tmp_path / "out" / made.files[0].name) as file:
            assert np.array_equal(cube.B02.values[0], file.read(1))


def test_a_cancel_leaves_images_and_no_cube(make_stack, tmp_path, target):
    made = make_stack(tmp_path / "stack")
    stages = []

    def stop(stage, done):
        stages.append((stage, done))
        if stage == "writing the cube" and done > 0.9:
            raise CancelledError("Cancelled.")

    exports = Exports(cube=target)
    with open_stack(made.folder) as stack, pytest.raises(CancelledError):
        clean_and_export(stack, tmp_path / "out", CleanOptions(model="linear"), exports, stop)
    assert not any(target.parent.iterdir())
    assert len(list((tmp_path / "out").glob("*.tif"))) == len(made.files)
    done = [share for _, share in stages]
    assert done == sorted(done)


def test_a_killed_run_leaves_no_cube(start, make_stack, tmp_path, target):
    made = make_stack(tmp_path / "stack", count=20, size=(120, 120))
    process = start(
        "clean", made.folder, "--output", tmp_path / "out", "--cube", target, "--model", "linear"
    )
    deadline = time.monotonic() + 60
    while not (target.parent / PARTIAL).exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "said"), [("cube.tif", "name it .nc or .zarr"), ("stack/cube.nc", "own folder")]
)
def test_a_cube_that_cannot_be_is_refused_before_any_work(
    refused, make_stack, tmp_path, name, said
):
    made = make_stack(tmp_path / "stack")
    assert said in refused(made.folder, "--cube", tmp_path / name)


def test_a_full_disk_is_said(make_stack, run, tmp_path, target):
    import resource

    made = make_stack(tmp_path / "stack")
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))
    try:
        done = run("clean", made.folder, "--output", tmp_path / "out", "--resume", "--cube", target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done.code == 1
    assert "cannot be written" in done.error
    assert not target.exists()


def test_a_library_that_is_missing_is_named(refused, make_stack, tmp_path, monkeypatch):
    for name in ("netCDF4", "pystac"):
        monkeypatch.setitem(sys.modules, name, None)
    made = make_stack(tmp_path / "stack")
    said = refused(made.folder, "--cube", tmp_path / "cube.nc")
    assert "netCDF4, which is not installed" in said
    assert "kairos-eo[cubes]" in said
    assert "kairos-eo[stac]" in refused(made.folder, "--stac")
