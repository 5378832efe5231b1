"""Whatever names, headers and metadata say: a stack, or a named error, never a traceback."""

from __future__ import annotations

import contextlib
import shutil
import uuid
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kairos.engine import open_stack
from kairos.engine.errors import KairosError

QUIET = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = pytest.mark.filterwarnings("ignore")
DAY = st.dates().map(lambda d: d.strftime("%Y%m%d"))
JUNK = st.text("ABST0123456789_-.() äß&'<%", max_size=12)
BAND = st.sampled_from(["B01", "B04", "B8A", "B99", "SCL", "QA60", "QA_PIXEL", "Fmask", "red", ""])
ENDING = st.sampled_from(
    [".tif", ".TIF", ".jp2", ".vrt", ".zip", ".nc", ".xml", "", ".tar", ".tiff"]
)
NAMES = st.one_of(
    st.builds(lambda d, b, j, e: f"{j}{d}_{b}{e}", DAY, BAND, JUNK, ENDING),
    st.builds(lambda d, b: f"T31UDS_{d}T105151_{b}_10m.jp2", DAY, BAND),
    st.builds(lambda d, b: f"LC08_L2SP_195025_{d}_20220215_02_T1_SR_{b}.TIF", DAY, BAND),
    st.builds(lambda n, b: f"HLS.S30.T31UDS.{n:07d}T105151.v2.0.{b}.tif",
              st.integers(0, 9999999), BAND),
    st.builds(lambda d, b: f"SENTINEL2A_{d}-105857-466_L2A_T31UDS_C_V2-2_FRE_{b}.tif", DAY, BAND),
    st.builds(lambda d, j: f"S1_{d}{j}.tif", DAY, JUNK),
    st.builds(lambda d, j: f"s1a-iw-grd-vv-{d}t054012-{d}t054037-032455-03c21f-001{j}.tiff", DAY,
              JUNK),
    st.builds(lambda j: f"a{j}/MTD_MSIL2A.xml", JUNK),
    st.builds(lambda j, e: f"a{j}{e}", JUNK, ENDING),
)  # fmt: skip
CRS = st.sampled_from(["EPSG:32631", "EPSG:32601", "EPSG:32760", "EPSG:4326", "EPSG:3413",
                       "EPSG:3031", "EPSG:3857", None])  # fmt: skip
HEADER = st.fixed_dictionaries({
    "width": st.integers(1, 9), "height": st.integers(1, 9), "count": st.integers(1, 5),
    "dtype": st.sampled_from(["uint8", "uint16", "int16", "float32", "float64", "complex64"]),
    "crs": CRS, "nodata": st.sampled_from([None, 0, 255, float("nan")]),
    "x": st.floats(-1e7, 1e7), "step": st.sampled_from([10.0, -10.0, 1e-4, 60.0, 0.0]),
    "scale": st.sampled_from([1.0, 1e-4, 0.0, -1.0, float("nan"), float("inf")]),
    "names": st.lists(st.one_of(BAND, DAY, st.text(max_size=8)), max_size=5),
})  # fmt: skip
CONTENT = st.one_of(st.binary(max_size=40), HEADER)


def make(file: Path, content) -> None:
    """Write an image by its header, or bytes."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
            return
        transform = Affine(content["step"], 0, content["x"], 0, -content["step"], 100)
        nodata = (
            None if content["dtype"][0] in "uic" and content["nodata"] != 0 else content["nodata"]
        )
        with rasterio.open(
            file.with_suffix(".tif"), "w", driver="GTiff", transform=transform, nodata=nodata,
            **{k: content[k] for k in ("width", "height", "count", "dtype", "crs")},
        ) as image:  # fmt: skip
            image.write(
                np.full(
                    (content["count"], content["height"], content["width"]), 7, content["dtype"]
                )
            )
            image.scales = (content["scale"],) * content["count"]
            for i, name in enumerate(content["names"][: content["count"]], start=1):
                image.set_band_description(i, name.replace("\0", ""))
        file.with_suffix(".tif").rename(file)
    except (OSError, ValueError, rasterio.errors.RasterioError):
        return  # a name that the disk does not take, or a header that GDAL does not


def try_to_use(path: Path) -> None:
    """Open it and read from it, as `kairos info` does."""
    with contextlib.suppress(KairosError), open_stack(path) as stack:
        tile = stack.read(stack.grid.whole)
        assert tile.reflectance.shape[2:] == (stack.grid.height, stack.grid.width)
        stack.clear_share(stack.frames[0])
        _ = stack.radar_rule


@pytest.fixture
def fresh(tmp_path):
    """A new empty folder each time."""

    def call() -> Path:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        return folder

    return call


@QUIET
@given(st.dictionaries(NAMES, CONTENT, min_size=1, max_size=6))
def test_folders_of_anything(fresh, files):
    folder = fresh()
    for name, content in files.items():
        make(folder / name, content)
    try_to_use(folder)
    shutil.rmtree(folder, ignore_errors=True)


@QUIET
@given(st.lists(DAY, min_size=1, max_size=3), HEADER, HEADER, st.booleans())
def test_dated_images_with_odd_headers(fresh, days, header, other, masked):
    folder = fresh()
    for i, day in enumerate(days):
        make(folder / f"S2_{day}.tif", header if i % 2 else other)
        if masked:
            make(folder / f"S2_{day}_SCL.tif", header)
    make(folder / f"S1_{days[0]}.tif", other)
    try_to_use(folder)
    for file in folder.iterdir():
        try_to_use(file)
    shutil.rmtree(folder)


@QUIET
@given(st.dictionaries(NAMES, st.binary(max_size=60), max_size=4), st.integers(0, 400))
def test_archives_of_anything(fresh, members, cut):
    folder = fresh()
    file = folder / "S2A_MSIL2A_20220101T105151_N0400_R051_T31UDS_20220101T145151.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"P.SAFE/{name}", content)
    if cut < 200:
        file.write_bytes(file.read_bytes()[:cut])
    try_to_use(folder)
    try_to_use(file)
    shutil.rmtree(folder)


@QUIET
@given(text=st.text(max_size=200), number=st.text("0123456789.eE+-x", max_size=12))
def test_metadata_of_anything(fresh, safe_once, landsat_once, text, number):
    folder = fresh()
    for product in (safe_once, landsat_once):
        (folder / product.name).symlink_to(product)
    wrong = (
        f"<BOA_QUANTIFICATION_VALUE>{number}</BOA_QUANTIFICATION_VALUE>{text}"
        f'<BOA_ADD_OFFSET band_id="0">{number}</BOA_ADD_OFFSET>'
        f"GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS REFLECTANCE_MULT_BAND_1 = {number}\n"
        f"REFLECTANCE_ADD_BAND_1 = {number}\nEND_GROUP"
    ).encode("utf-8", "surrogatepass")
    (safe_once / "MTD_MSIL2A.xml").write_bytes(wrong)
    next(landsat_once.glob("*_MTL.txt")).write_bytes(wrong)
    try_to_use(safe_once)
    try_to_use(landsat_once)
    shutil.rmtree(folder)


@pytest.fixture
def safe_once(safe, tmp_path):
    return safe(tmp_path / "safe", 0)


@pytest.fixture
def landsat_once(landsat, tmp_path):
    return landsat(tmp_path / "landsat", 0)


@QUIET
@given(
    times=st.lists(st.floats(allow_nan=True) | st.integers(-10**9, 10**9), min_size=1, max_size=3),
    units=st.sampled_from(["days since 1970-01-01", "months since 2020-01-01", "", "dekads"]),
    steps=st.lists(st.floats(allow_nan=True), min_size=2, max_size=3),
    attributes=st.dictionaries(
        st.sampled_from(["scale_factor", "add_offset", "missing_value", "crs_wkt", "spatial_ref"]),
        st.one_of(st.text(max_size=6), st.floats(), st.integers(-9, 9)), max_size=3,
    ),
)  # fmt: skip
def test_cubes_of_anything(fresh, times, units, steps, attributes):
    xarray = pytest.importorskip("xarray")
    folder = fresh()
    shape = (len(times), 2, len(steps))
    data = xarray.Dataset(
        {"B04": (("time", "y", "x"), np.ones(shape, "float32"), attributes)},
        coords={"time": ("time", np.array(times, float), {"units": units} if units else {}),
                "y": [1.0, 2.0], "x": np.array(steps)},
    )  # fmt: skip
    try:
        data.to_netcdf(folder / "cube.nc")
    except (ValueError, TypeError, RuntimeError, AttributeError, OverflowError):
        return  # xarray does not write it
    try_to_use(folder / "cube.nc")
    shutil.rmtree(folder)
