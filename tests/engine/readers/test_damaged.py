"""Archives and files that are broken somewhere in the middle: read, or named in one line."""

from __future__ import annotations

import shutil
import tarfile

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.warp import transform as warp_points

from kairos.engine import open_stack


def tarred(product):
    file = product.with_suffix(".tar")
    with tarfile.open(file, "w") as archive:
        for one in sorted(product.iterdir()):
            archive.add(one, one.name)
            one.unlink()
    product.rmdir()
    return file


@pytest.fixture(params=["safe", "theia", "landsat"])
def archives(request, safe, theia, landsat, zipped, tmp_path):
    """Two products in archives, and what they are."""
    make = {"safe": safe, "theia": theia, "landsat": landsat}[request.param]
    pack = tarred if request.param == "landsat" else zipped
    return [pack(make(tmp_path / "stack", t)) for t in range(2)]


@pytest.mark.parametrize("share", [0.15, 0.35, 0.55, 0.75, 0.9])
def test_bytes_that_are_wrong_in_the_middle_of_an_archive(share, archives, run, tmp_path):
    content = bytearray(archives[1].read_bytes())
    start = int(share * len(content))
    content[start : start + 400] = bytes(255 - b for b in content[start : start + 400])
    archives[1].write_bytes(content)
    for command in (("info",), ("clean", "--output", tmp_path / "out")):
        done = run(command[0], tmp_path / "stack", *command[1:])
        assert done.code in (0, 1)
        assert "Traceback" not in done.err
        if done.code == 1:
            assert done.error


STEM = "s1a-iw-grd-vv-20200503t054012-20200503t054037-032455-03c21f-001"


def vectors(line="{}", samples="0 60", values="300 300"):
    vector = f"<line>{line}</line><pixel>{samples}</pixel><sigmaNought>{values}</sigmaNought>"
    each = (
        f"<calibrationVector>{vector.replace('{}', n)}</calibrationVector>" for n in ("0", "60")
    )
    return f"{''.join(each)}</calibrationVectorList>"


@pytest.fixture(scope="session")
def flat_grd():
    """A GRD product flown in the plane of a grid, from ten pixels before it; control points in
    degrees."""

    def call(folder, system, transform, calibration=None):
        product = folder / "S1A_IW_GRDH.SAFE"
        for name in ("measurement", "annotation/calibration"):
            (product / name).mkdir(parents=True)
        marks = [(r, c) for r in range(-10, 41, 10) for c in range(-10, 41, 10)]
        xs, ys = zip(*(transform * (c, r) for r, c in marks))
        lon, lat = warp_points(system, "EPSG:4326", xs, ys)
        lon = [(v + 180) % 360 - 180 for v in lon]
        points = [GroundControlPoint(r + 9.5, c + 9.5, *at) for (r, c), *at in zip(marks, lon, lat)]
        line, sample = np.mgrid[:50, :50]
        image = product / "measurement" / f"{STEM}.tiff"
        with rasterio.open(
            image, "w", driver="GTiff", width=50, height=50,
            count=1, dtype="uint16", gcps=points, crs=CRS.from_epsg(4326),
        ) as file:  # fmt: skip
            file.write((100 + line + 2 * sample).astype("uint16"), 1)
        text = product / "annotation" / "calibration" / f"calibration-{STEM}.xml"
        text.write_bytes((calibration or vectors()).encode("utf-8", "surrogatepass"))
        return image

    return call


PLACES = [
    ("EPSG:32601", (300000, 7300000)),
    ("EPSG:4326", (179.995, 66)),
    ("EPSG:3413", (-100, 100)),
    ("EPSG:3031", (-100, 100)),
]


@pytest.mark.parametrize(("system", "corner"), PLACES)
def test_grd_over_the_antimeridian_and_at_the_poles(system, corner, flat_grd, make_stack, tmp_path):
    wide, high = (4e-4, 1e-4) if system == "EPSG:4326" else (10, 10)
    transform = Affine(wide, 0, corner[0], 0, -high, corner[1])
    folder = make_stack(tmp_path / "stack", crs=system, transform=transform).folder
    flat_grd(folder, system, transform)
    with open_stack(folder) as stack:
        assert stack.warnings == ()
        radar = stack.read_radar(stack.grid.whole)[0, 0]
    rows, cols = np.mgrid[:20, :24]
    truth = 20 * np.log10((100 + rows + 10 + 2 * (cols + 10)) / 300)
    assert np.abs(radar - truth).max() < 0.1


@pytest.fixture
def field(make_stack, tmp_path):
    return make_stack(tmp_path / "stack").folder, "EPSG:32631", Affine(10, 0, 6e5, 0, -10, 57e5)


def test_half_a_measurement_is_named(field, flat_grd, run, tmp_path):
    image = flat_grd(*field)
    image.write_bytes(image.read_bytes()[:-3000])
    done = run("clean", field[0], "--output", tmp_path / "out", "--model", "temporal")
    assert "S1A_IW_GRDH.SAFE is damaged" in done.error


NUMBERS = st.one_of(st.text("0123456789.eE+- nai", max_size=12), st.just("0 60"), st.just("0"))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(line=NUMBERS, samples=NUMBERS, values=NUMBERS, more=st.text(max_size=20))
def test_calibrations_of_anything(field, flat_grd, line, samples, values, more):
    shutil.rmtree(field[0] / "S1A_IW_GRDH.SAFE", ignore_errors=True)
    flat_grd(*field, calibration=more + vectors(line, samples, values))
    with open_stack(field[0]) as stack:
        assert len(stack.radar) + len(stack.warnings) == 1
        stack.read_radar(stack.grid.whole)
