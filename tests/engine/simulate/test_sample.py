from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import rasterio

from kairos.engine.simulate import BANDS, simulate
from kairos.engine.simulate.sample import write_sample, write_scene

FRAME = re.compile(r"S2_L2A_\d{8}\.tif")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "new" / "stack"
    write_sample(path, size=(48, 64), frames=30, radar_frames=6)
    return path


def test_files_are_named_as_a_folder_stack(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    frames = [name for name in names if FRAME.fullmatch(name)]
    assert len(frames) == 30
    assert len([name for name in names if re.fullmatch(r"S1_GRD_\d{8}\.tif", name)]) == 6
    masks = [name.replace(".tif", "_SCL.tif") for name in frames]
    assert set(masks) <= set(names)
    assert len(names) == 66


@pytest.mark.parametrize(
    ("pattern", "dtype", "bands"),
    [
        ("S2_L2A_????????.tif", "uint16", BANDS),
        ("S2_L2A_*_SCL.tif", "uint8", ("SCL",)),
        ("S1_GRD_*.tif", "float32", ("VV", "VH")),
    ],
)
def test_files_follow_the_conventions(
    folder: Path, pattern: str, dtype: str, bands: tuple[str, ...]
) -> None:
    for path in folder.glob(pattern):
        with rasterio.open(path) as file:
            assert set(file.dtypes) == {dtype}
            assert file.descriptions == bands
            assert file.crs.to_epsg() == 32632
            assert file.res == (10, 10)
            assert file.shape == (48, 64)
            assert file.nodata == 0 or np.isnan(file.nodata)
            assert file.profile["tiled"]
            assert file.compression.name == "deflate"


def test_files_hold_the_scene(folder: Path) -> None:
    scene = simulate(size=(48, 64), frames=30, radar_frames=6)
    edges = 0
    for t, path in enumerate(sorted(folder.glob("S2_L2A_????????.tif"))):
        with rasterio.open(path) as file:
            numbers = file.read()
        with rasterio.open(path.with_name(f"{path.stem}_SCL.tif")) as file:
            scl = file.read(1)
        seen = scl > 0
        assert np.array_equal(numbers > 0, np.broadcast_to(seen, numbers.shape))
        error = np.abs(numbers / 10000 - scene.reflectance[t])[:, seen]
        assert error.max() < 1e-4
        assert np.array_equal(scl[seen], scene.scl[t][seen])
        edges += not seen.all()
        assert seen.any()
    assert 1 <= edges <= 10
    for image, path in zip(scene.radar, sorted(folder.glob("S1_*.tif"))):
        with rasterio.open(path) as file:
            assert np.array_equal(file.read(), image)


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    files = write_sample(tmp_path, size=(48, 64), frames=30, radar_frames=6)
    assert sorted(files) == sorted(tmp_path.iterdir())
    for path in files:
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_an_interrupted_file_is_never_taken_for_a_frame(tmp_path: Path) -> None:
    scene = simulate(size=(16, 16), days=40, frames=2, radar_frames=1)
    taken = tmp_path / f".S2_L2A_{str(scene.dates[0]).replace('-', '')}.tif.partial"
    taken.write_text("half of a file")
    write_scene(scene, tmp_path)
    assert not taken.exists()
    assert len(list(tmp_path.iterdir())) == 5
