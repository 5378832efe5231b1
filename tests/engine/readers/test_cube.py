"""Cubes as openEO, odc-stac and Xee write them: recognised, read lazily, cleaned end to end."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from kairos.engine import open_stack
from kairos.engine.errors import GridError, KairosError, ReadError, StackError
from kairos.engine.readers import cube_file

xarray = pytest.importorskip("xarray")
BANDS = ("B02", "B03", "B04", "B08")
DAYS = np.array(["2022-01-01", "2022-01-11", "2022-01-21", "2022-01-31"], "datetime64[ns]")
CRS = 32631


@pytest.fixture
def parts(ground):
    """Numbers (T, C, h, w), the SCL (T, h, w), and where it is cloudy."""
    both = [[ground(t, i) for i in range(4)] for t in range(4)]
    numbers = np.rint(np.array([[seen for seen, _ in day] for day in both]) * 1e4)
    cloudy = np.array([day[0][1] for day in both])
    return numbers.astype("int16"), np.where(cloudy, 9, 4).astype("int16"), cloudy


def axes(up: bool = False, names=("t", "y", "x")):
    t, y, x = names
    ys = 5700000 - 10 * np.arange(24) - 5.0
    return {t: DAYS, y: ys[::-1] if up else ys, x: 600005.0 + 10 * np.arange(24)}


@pytest.fixture
def openeo(parts):
    """A variable for each band, `crs` beside them; bottom up if asked for."""

    def call(*, up: bool = False, names=("t", "y", "x")):
        from rasterio.crs import CRS as Crs

        numbers, scl, _ = parts
        step = -1 if up else 1
        data = xarray.Dataset(coords=axes(up, names))
        for i, band in enumerate(BANDS):
            data[band] = (names, numbers[:, i, ::step], {"grid_mapping": "crs"})
        data["SCL"] = (names, scl[:, ::step], {"grid_mapping": "crs"})
        for name in data.data_vars:
            data[name].encoding["_FillValue"] = -32768
        data["crs"] = ((), 0, {"crs_wkt": Crs.from_epsg(CRS).to_wkt()})
        return data

    return call


@pytest.fixture
def stacked(parts):
    """One variable with a `band` axis, float32, as stackstac and odc-stac make it."""
    numbers, scl, _ = parts
    pixels = np.concatenate([numbers, scl[:, None]], axis=1).astype("float32")
    data = xarray.DataArray(
        pixels, dims=("time", "band", "y", "x"),
        coords={**axes(names=("time", "y", "x")), "band": [*BANDS, "SCL"]},
    )  # fmt: skip
    return data.to_dataset(name="reflectance").assign_attrs(crs=f"EPSG:{CRS}")


def write(data, file):
    file.parent.mkdir(exist_ok=True)
    data.to_zarr(file) if file.suffix == ".zarr" else data.to_netcdf(file)
    return file


def check(file, run, filled, parts):
    numbers, _, cloudy = parts
    facts = json.loads(run("info", file, "--json").out)
    assert facts["recognised"].startswith("Data cube")
    assert facts["dates"] == [str(day)[:10] for day in DAYS]
    assert facts["bands"] == list(BANDS)
    assert facts["crs"] == f"EPSG:{CRS}"
    assert facts["transform"] == [10, 0, 600000, 0, -10, 5700000]
    with open_stack(file) as stack:
        again = pickle.loads(pickle.dumps(stack))  # noqa: S301
        tile = again.read(stack.grid.whole)
        part = stack.read(next(stack.grid.tiles(7)))
        again.close()
    assert np.array_equal(tile.clear, ~cloudy)
    seen = np.where(cloudy[:, None], 0, numbers / np.float32(1e4))
    assert np.allclose(np.where(cloudy[:, None], 0, tile.reflectance), seen, atol=1e-6)
    assert np.array_equal(part.reflectance, tile.reflectance[:, :, :7, :7])
    results, _ = filled(file)
    assert list(results) == [f"S2_{str(day)[:10].replace('-', '')}.tif" for day in DAYS]
    for result in results.values():
        assert result.shape == (4, 24, 24)
        assert np.nanmax(result) < (0.5 if np.nanmax(result) < 2 else 5000)


@pytest.mark.parametrize("ending", [".nc", ".zarr"])
@pytest.mark.parametrize("up", [False, True])
def test_a_variable_for_each_band(ending, up, openeo, run, filled, parts, tmp_path):
    check(write(openeo(up=up), tmp_path / "in" / f"openEO{ending}"), run, filled, parts)


@pytest.mark.parametrize("ending", [".nc", ".zarr"])
def test_a_band_axis(ending, stacked, run, filled, parts, tmp_path):
    check(write(stacked, tmp_path / "in" / f"stack{ending}"), run, filled, parts)


def test_packed_numbers_are_unpacked(openeo, tmp_path, parts):
    data = openeo()
    for band in BANDS:
        data[band].attrs.update(scale_factor=2e-4, add_offset=-0.1)
    with open_stack(write(data, tmp_path / "packed.nc")) as stack:
        assert {(f.scale, f.offset) for f in stack.frames} == {(2e-4, -0.1)}
        tile = stack.read(stack.grid.whole)
    clear = tile.clear[0]
    expected = parts[0][0, 0] * 2e-4 - 0.1
    assert np.allclose(tile.reflectance[0, 0][clear], expected[clear], atol=1e-6)


def test_radar_in_the_cube(openeo, tmp_path):
    data = openeo()
    for i, name in enumerate(("VV", "VH")):
        data[name] = (("t", "y", "x"), np.full((4, 24, 24), -8.0 - 6 * i, "float32"))
    with open_stack(write(data, tmp_path / "both.nc")) as stack:
        assert stack.bands == BANDS
        assert len(stack.radar) == 4
        assert np.allclose(stack.read(stack.grid.whole).radar[:, 1], -14)


def test_opening_reads_no_pixels(openeo, tmp_path, monkeypatch):
    file = write(openeo(), tmp_path / "lazy.nc")
    asked = []
    keep = cube_file.Cube.read
    monkeypatch.setattr(cube_file.Cube, "read", lambda s, *a: asked.append(a) or keep(s, *a))
    with open_stack(file) as stack:
        assert asked == []
        stack.read_frame(stack.frames[0], next(stack.grid.tiles(5)))
        assert len(asked) == 5
        assert asked[0][1]["y"] == slice(0, 5)


def test_a_folder_of_cubes(openeo, tmp_path):
    data = openeo()
    write(data.isel(t=[0, 1]), tmp_path / "s" / "a.nc")
    write(data.isel(t=[2, 3]), tmp_path / "s" / "b.nc")
    with open_stack(tmp_path / "s") as stack:
        assert len(stack.frames) == 4


def test_degrees_without_a_reference_system(openeo, tmp_path):
    data = openeo().drop_vars("crs").rename(x="lon", y="lat")
    data = data.assign_coords(lon=10 + 1e-4 * np.arange(24), lat=50 - 1e-4 * np.arange(24))
    with open_stack(write(data, tmp_path / "deg.nc")) as stack:
        assert stack.grid.crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda d: d.isel(t=0, drop=True), StackError, "no axis of time"),
        (lambda d: d.drop_vars([*BANDS, "SCL"]), StackError, "axis of time|no optical band"),
        (lambda d: d.assign_coords(x=np.cumsum(np.arange(24.0))), GridError, "regular grid"),
        (lambda d: d.assign_coords(t=np.arange(4)), StackError, "times of the cube"),
        (lambda d: d.rename(x="across", y="along"), StackError, "axis"),
    ],
)
def test_what_is_no_cube(change, error, words, openeo, tmp_path):
    with pytest.raises(error, match=words):
        open_stack(write(change(openeo()), tmp_path / "odd.nc"))


@pytest.mark.parametrize("share", [0, 0.1, 0.6])
def test_a_damaged_cube(share, openeo, tmp_path):
    file = write(openeo(), tmp_path / "half.nc")
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(ReadError, match=r"half\.nc is damaged"), open_stack(file) as stack:
        stack.read(stack.grid.whole)


def test_without_the_libraries_their_names_are_said(openeo, tmp_path, monkeypatch):
    file = write(openeo(), tmp_path / "cube.nc")
    find = cube_file.find_spec
    monkeypatch.setattr(cube_file, "find_spec", lambda n: None if n == "netCDF4" else find(n))
    with pytest.raises(KairosError, match=r"needs netCDF4 .*kairos-eo\[cubes\]"):
        open_stack(file)


def test_a_cube_that_lacks_a_band_of_those_beside_it_is_named(openeo, run, tmp_path):
    data = openeo()
    write(data.isel(t=[0, 1]), tmp_path / "s" / "a.nc")
    write(data.isel(t=[2, 3]).drop_vars("B08"), tmp_path / "s" / "b.nc")
    assert "b.nc lacks band B08" in run("info", tmp_path / "s").error
    write(data.isel(t=[2, 3]).drop_vars([*BANDS, "SCL"]), tmp_path / "s" / "b.nc")
    assert "b.nc has no band" in run("info", tmp_path / "s").err
    write(data.isel(t=[2, 3]), tmp_path / "s" / "b.nc")
    write(data.isel(t=[0, 1]).drop_vars("B08"), tmp_path / "s" / "a.nc")
    assert "b.nc has band B08 beyond" in run("info", tmp_path / "s").error


def test_a_band_that_a_day_lacks_is_no_data_there(openeo, filled, parts, tmp_path):
    data = openeo()
    data["B04"][1] = -32768
    file = write(data, tmp_path / "in" / "hole.nc")
    with open_stack(file) as stack:
        assert not stack.read(stack.grid.whole).clear[1].any()
    frames, _ = filled(file)
    ever = ~parts[2].all(axis=0)  # a quarter is under cloud on every day
    assert all(((frame > 0) == ever).all() for frame in frames.values())


@pytest.mark.parametrize("ending", [".nc", ".zarr"])
def test_an_index_that_needs_a_band_the_cube_lacks_says_so(ending, openeo, run, tmp_path):
    file = write(openeo().drop_vars("B08"), tmp_path / f"three{ending}")
    assert json.loads(run("info", file, "--json").out)["bands"] == ["B02", "B03", "B04"]
    done = run("curve", file, "--xy", 600100, 5699900, "--output", tmp_path / "c.csv")
    assert done.code == 1
    assert "B08" in done.error


def test_a_band_axis_without_bands(stacked, run, tmp_path):
    done = run("info", write(stacked.isel(band=slice(0, 0)), tmp_path / "none.nc"))
    assert done.code == 1
    assert "none.nc" in done.error
