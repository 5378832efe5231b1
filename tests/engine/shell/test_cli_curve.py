from __future__ import annotations

import csv

import numpy as np
import pytest
from rasterio.warp import transform

X, Y = 663245, 5371755  # the middle of the sample, row 24, column 24


@pytest.fixture
def rows():
    def call(path):
        with path.open(newline="") as file:
            assert file.readline() == "date,value,lower,upper,kind\n"
            file.seek(0)
            found = list(csv.DictReader(file))
        return [
            {
                **row,
                "date": np.datetime64(row["date"]),
                **{key: float(row[key]) for key in ("value", "lower", "upper")},
            }
            for row in found
        ]

    return call


def of(rows, kind):
    return {row["date"]: row for row in rows if row["kind"] == kind}


@pytest.fixture
def curve(run, sample, rows, tmp_path):
    path = tmp_path / "deep" / "curve.csv"
    done = run("curve", sample, "--xy", X, Y, "--output", path)
    assert done.code == 0
    assert "NDVI of row 24, column 24" in done.out
    assert [f.name for f in path.parent.iterdir()] == ["curve.csv"]
    return rows(path)


def test_kinds_and_order(curve):
    assert {row["kind"] for row in curve} == {"observed", "masked", "reconstructed"}
    assert [row["date"] for row in curve] == sorted(row["date"] for row in curve)
    for row in curve:
        assert -1 <= row["value"] <= 1
        assert row["lower"] <= row["value"] <= row["upper"]


def test_observed_and_masked_are_what_the_files_hold(curve, sample, frames_of, read):
    observed, masked = of(curve, "observed"), of(curve, "masked")
    assert not observed.keys() & masked.keys()
    for file in frames_of(sample):
        stamp = file.stem[-8:]
        day = np.datetime64(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:]}")
        pixel = read(file)[:, 24, 24].astype(float)
        if not pixel.any():
            assert day not in observed.keys() | masked.keys()
            continue
        clear = read(sample / f"{file.stem}_SCL.tif", 1)[24, 24] in (4, 5, 6, 7)
        row = (observed if clear else masked)[day]
        ndvi = (pixel[6] - pixel[2]) / (pixel[6] + pixel[2])
        assert row["value"] == pytest.approx(ndvi, abs=1e-4)
        assert row["lower"] == row["upper"] == row["value"]


def test_reconstructed_every_5_days_and_on_every_acquired_one(curve, sample, frames_of):
    stamps = [f.stem[-8:] for f in frames_of(sample)]
    acquired = {np.datetime64(f"{s[:4]}-{s[4:6]}-{s[6:]}") for s in stamps}
    first, last = min(acquired), max(acquired)
    regular = set(np.arange(first, last + 1, 5))
    assert set(of(curve, "reconstructed")) == acquired | regular


def test_reconstructed_is_the_observation_where_there_is_one(curve):
    reconstructed = of(curve, "reconstructed")
    for day, row in of(curve, "observed").items():
        assert reconstructed[day]["value"] == pytest.approx(row["value"], abs=1e-4)
        assert reconstructed[day]["upper"] == pytest.approx(row["value"], abs=1e-4)
    elsewhere = [r for d, r in reconstructed.items() if d not in of(curve, "observed")]
    assert all(row["upper"] > row["lower"] for row in elsewhere)


def test_reconstructed_agrees_with_the_cleaned_frames(curve, cleaned, frames_of, read):
    reconstructed = of(curve, "reconstructed")
    for file in frames_of(cleaned):
        stamp = file.stem[-8:]
        day = np.datetime64(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:]}")
        pixel = read(file)[:, 24, 24].astype(float)
        ndvi = (pixel[6] - pixel[2]) / (pixel[6] + pixel[2])
        assert reconstructed[day]["value"] == pytest.approx(ndvi, abs=2e-3)


def test_points_in_another_reference_system(run, sample, rows, curve, tmp_path):
    (lon,), (lat,) = transform("EPSG:32632", "EPSG:4326", [X], [Y])
    (east,), (north,) = transform("EPSG:32632", "EPSG:3857", [X], [Y])
    for name, xy, extra in (
        ("a", (lon, lat), ()),
        ("b", (lon, lat), ("--xy-crs", "EPSG:4326")),
        ("c", (east, north), ("--xy-crs", "EPSG:3857")),
        ("d", (X, Y), ("--xy-crs", "EPSG:32632")),
    ):
        path = tmp_path / f"{name}.csv"
        xy = tuple(f"{v:.9f}" for v in xy)
        assert run("curve", sample, "--xy", *xy, *extra, "--output", path).code == 0
        assert rows(path) == curve


@pytest.mark.parametrize(
    ("xy", "extra", "part"),
    [
        ((0, 0), (), "not on the images"),
        ((X, Y + 1000), (), "not on the images"),
        ((X, Y), ("--xy-crs", "EPSG:4326"), "not on the images"),
        ((X, Y), ("--xy-crs", "EPSG:99999999"), "not known"),
        ((X, Y), ("--xy-crs", "the moon"), "not known"),
        (("nan", Y), (), "not on the images"),
        (("inf", "inf"), (), "not on the images"),
        ((X, Y), ("--index", "beauty"), "the indices are NDVI"),
    ],
)
def test_what_cannot_be_asked_is_a_named_error(run, sample, tmp_path, xy, extra, part):
    path = tmp_path / "new" / "x.csv"
    done = run("curve", sample, "--xy", *xy, *extra, "--output", path)
    assert done.code == 1
    assert part in done.error
    assert not path.parent.exists()


@pytest.mark.parametrize("index", ["NDVI", "ndvi", "EVI", "NDWI", "NDMI", "NBR"])
def test_indices(run, sample, rows, tmp_path, index):
    path = tmp_path / "x.csv"
    assert run("curve", sample, "--xy", X, Y, "--index", index, "--output", path).code == 0
    assert len(rows(path)) > 60


@pytest.mark.parametrize(
    ("bands", "nir"), [(("B04", "B08"), 1), (("B04", "B8A"), 1), (("B8A", "B04", "B08"), 2)]
)
def test_ndvi_takes_b08_else_b8a(run, make_stack, rows, tmp_path, bands, nir):
    made, path = make_stack(tmp_path / "stack", bands=bands), tmp_path / "x.csv"
    xy = (600000 + 125, 5700000 - 105)
    assert run("curve", made.folder, "--xy", *xy, "--output", path).code == 0
    red = bands.index("B04")
    observed = of(rows(path), "observed")
    assert observed
    for day, row in observed.items():
        t = int((day - np.datetime64("2020-05-01")).astype(int)) // 5
        pixel = made.numbers[t][:, 10, 12].astype(float)
        ndvi = (pixel[nir] - pixel[red]) / (pixel[nir] + pixel[red])
        assert row["value"] == pytest.approx(ndvi, abs=1e-4)


@pytest.mark.parametrize(("bands", "lacks"), [(("B02", "B03", "B08"), "B04"),
                                              (("B03", "B04", "B11"), "B08 or B8A")])  # fmt: skip
def test_without_red_or_nir_ndvi_says_what_is_there(run, make_stack, tmp_path, bands, lacks):
    made, path = make_stack(tmp_path / "stack", bands=bands), tmp_path / "x.csv"
    done = run("curve", made.folder, "--xy", 600100, 5699900, "--output", path)
    assert done.code == 1
    assert lacks in done.error
    assert ", ".join(bands) in done.error
    assert not path.exists()
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0


def test_a_pixel_that_was_never_seen_has_no_reconstruction(run, make_stack, write, rows, tmp_path):
    made, path = make_stack(tmp_path / "stack"), tmp_path / "x.csv"
    for t, file in enumerate(made.files):
        seen = made.clear[t].copy()
        seen[5, 5] = False
        write(file.with_name(f"{file.stem}_CLEAR.tif"), seen.astype("uint8"))
    assert run("curve", made.folder, "--xy", 600055, 5699945, "--output", path).code == 0
    assert {row["kind"] for row in rows(path)} == {"masked"}


def test_it_is_not_written_among_the_images(run, make_stack, snapshot, tmp_path):
    made = make_stack(tmp_path / "stack")
    before = snapshot(made.folder)
    for name in (".", "x.csv", made.files[0].name):
        path = made.folder / name
        assert run("curve", made.folder, "--xy", 600055, 5699945, "--output", path).code == 1
    assert snapshot(made.folder) == before
