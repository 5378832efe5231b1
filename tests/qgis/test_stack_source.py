from __future__ import annotations

from pathlib import Path

import pytest
from osgeo import gdal

from kairos.engine.api import open_stack
from kairos.engine.simulate.sample import write_sample
from kairos.ui.stack.source import StackSource, is_image


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(made, seed=3, size=(32, 32), frames=8, radar_frames=4)
    return made


def test_an_unedited_folder_is_taken_as_it_is(folder, tmp_path):
    assert StackSource.of_folder(folder).prepared(tmp_path / "s") == folder
    assert not (tmp_path / "s").exists()


def test_some_images_bring_their_masks_and_the_radar(folder, tmp_path):
    files = sorted(f for f in folder.glob("S2*.tif") if "SCL" not in f.name)[2:6]
    with open_stack(StackSource.of_files(files).prepared(tmp_path / "s")) as stack:
        assert len(stack.frames) == 4
        assert all(f.mask is not None for f in stack.frames)
        assert len(stack.radar_dates) == 4


def test_edits_count(folder, tmp_path):
    source = StackSource.of_folder(folder)
    first, second = (e.file for e in source.entries[:2])
    edited = source.edited(first, included=False).edited(second, date="2020-01-05")
    with open_stack(edited.prepared(tmp_path / "s")) as stack:
        assert len(stack.frames) == len(source.entries) - 1
        assert str(stack.dates[0]) == "2020-01-05"
        assert stack.frames[0].mask is not None


def test_images_of_one_name_from_two_folders_are_both_there(folder, tmp_path):
    first = next(f for f in sorted(folder.glob("S2*.tif")) if "SCL" not in f.name)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / first.name).write_bytes(first.read_bytes())
    before = first.read_bytes()
    files = [tmp_path / name / first.name for name in ("a", "b")]
    with open_stack(StackSource.of_files(files).prepared(tmp_path / "s")) as stack:
        assert len(stack.frames) == 2
    assert all(file.read_bytes() == before for file in files)


def test_masks_radar_and_results_are_no_images():
    names = ("S2_20200101_SCL.tif", "S1_20200101.tif", "S2_20200101_SOURCE.tif", ".S2.tif")
    assert not any(is_image(Path(name)) for name in names)
    assert is_image(Path("S2_20200101.tif"))


def test_what_is_no_geotiff_is_opened_all_the_same(folder, tmp_path):
    files = sorted(f for f in folder.glob("S2*.tif") if "SCL" not in f.name)[:3]
    virtual = [tmp_path / f"{file.stem}.vrt" for file in files]
    for file, target in zip(files, virtual):
        gdal.Translate(str(target), str(file), format="VRT")
    with open_stack(StackSource.of_files(virtual).prepared(tmp_path / "s")) as stack:
        assert len(stack.frames) == 3
