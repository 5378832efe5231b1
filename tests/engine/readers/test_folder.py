from __future__ import annotations

import shutil

import numpy as np
import pytest
from affine import Affine

from kairos.engine import open_stack
from kairos.engine.errors import BandError, ReadError, StackError
from kairos.engine.readers.folder import FolderReader
from kairos.engine.readers.place import Place

BANDS = ("B02", "B03", "B04", "B08")


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack")


def names(stack):
    return [f.path.name for f in stack.frames]


def test_a_folder_is_recognised(tmp_path):
    reader = FolderReader()
    assert reader.recognises(Place(tmp_path))
    assert not reader.recognises(Place(tmp_path / "nowhere"))


def test_frames_by_date_whatever_their_names(made):
    for name, file in zip("zyxwvu", list(made.files)):
        mask = file.with_name(f"{file.stem}_CLEAR.tif")
        file.rename(file.with_name(f"{name}_{file.name}"))
        mask.rename(mask.with_name(f"{name}_{mask.name}"))
    stack = open_stack(made.folder)
    assert [n[0] for n in names(stack)] == list("zyxwvu")
    assert all(f.mask is not None for f in stack.frames)
    assert stack.warnings == ()


def test_how_the_date_and_the_mask_were_found_is_remembered(made):
    file = made.files[0]
    shutil.move(file, made.folder / "a_2020122.tif")
    shutil.move(made.folder / f"{file.stem}_CLEAR.tif", made.folder / "a_2020122_CLEAR.tif")
    frame = open_stack(made.folder).frames[0]
    assert (str(frame.date), frame.date_rule) == ("2020-05-01", "YYYYDDD")
    assert frame.mask_rule == "1 usable"


def test_results_partial_files_and_strangers_are_no_frames(made, write):
    image = np.ones((20, 24), "float32")
    stem = made.files[0].stem
    for end in ("_SOURCE", "_SIGMA", "_source", "_SCL", "_QA"):
        write(made.folder / f"{stem}{end}.tif", image)
    write(made.folder / f".{stem}.partial.tif", image)
    write(made.folder / ".kairos-partial" / "ab" / f"{stem}.tif", image)
    (made.folder / "notes_20200501.txt").write_text("hello")
    (made.folder / "deep_20200501.tif").mkdir()
    assert names(open_stack(made.folder)) == [f.name for f in made.files]


@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        (("_SCL", "_CLEAR", "_CLOUD", "_QA"), "_SCL"),
        (("_CLEAR", "_CLOUD", "_QA"), "_CLEAR"),
        (("_CLOUD", "_QA"), "_CLOUD"),
        (("_QA",), "_QA"),
    ],
)
def test_the_first_mask_that_is_there(made, write, present, chosen):
    stem = made.files[0].stem
    (made.folder / f"{stem}_CLEAR.tif").unlink()
    for end in present:
        write(made.folder / f"{stem}{end}.tif", np.zeros((20, 24), "uint16"))
    frame = open_stack(made.folder).frames[0]
    assert frame.mask is not None
    assert frame.mask.raster.path.name == f"{stem}{chosen}.tif"


def test_frames_without_a_mask_are_usable_with_a_warning(made):
    (made.folder / f"{made.files[1].stem}_CLEAR.tif").unlink()
    with open_stack(made.folder, detector=False) as stack:
        assert any("No mask" in w and made.files[1].name in w for w in stack.warnings)
        assert stack.clear_share(stack.frames[1]) == 1


def test_radar_is_told_by_its_name(made, write):
    for name in ("S1A_IW_20200507.tif", "s1_20200503.tif", "S1_GRD_2020-05-09.tiff"):
        write(made.folder / name, np.full((2, 20, 24), -9, "float32"))
    stack = open_stack(made.folder)
    assert [str(r.date) for r in stack.radar] == ["2020-05-03", "2020-05-07", "2020-05-09"]
    assert len(stack.frames) == 6


def test_most_frames_decide_on_the_grid(made, write):
    elsewhere = {"transform": Affine(20, 0, 600000, 0, -20, 5700000)}
    for t in (0, 1):
        write(made.files[t], made.numbers[t][:, ::2, ::2], BANDS, nodata=0, **elsewhere)
    stack = open_stack(made.folder)
    assert (stack.grid.height, stack.grid.width) == (20, 24)
    assert any("another grid" in w for w in stack.warnings)


def test_most_frames_decide_on_the_bands(made, write):
    write(made.files[2], made.numbers[2][[3, 2, 1, 0]], BANDS[::-1], nodata=0)
    stack = open_stack(made.folder)
    assert stack.bands == BANDS
    assert stack.frames[2].bands == (4, 3, 2, 1)
    write(made.files[4], made.numbers[4][:3], BANDS[:3], nodata=0)
    with pytest.raises(BandError, match=f"{made.files[4].name} lacks band B08"):
        open_stack(made.folder)


def test_bands_without_names_are_taken_by_order_with_a_warning(make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", bands=("",) * 4)
    stack = open_stack(made.folder)
    assert stack.bands == BANDS
    assert any("by order as B02, B03, B04, B08" in w for w in stack.warnings)


@pytest.mark.parametrize(
    ("dtype", "scale", "declared", "expected"),
    [
        ("uint16", 10000, None, 1e-4),
        ("int16", 10000, None, 1e-4),
        ("float32", 10000, None, 1e-4),
        ("float32", 1, None, 1.0),
        ("float64", 1, None, 1.0),
        ("uint16", 50000, 2e-5, 2e-5),
        ("float32", 100, 0.01, 0.01),
    ],
)
def test_the_scale_is_declared_or_known_by_the_type(
    make_stack, tmp_path, dtype, scale, declared, expected
):
    made = make_stack(
        tmp_path / "stack",
        dtype=dtype,
        scale=scale,
        nodata=None,
        scales=(declared,) * 4 if declared else None,
    )
    with open_stack(made.folder) as stack:
        assert {f.scale for f in stack.frames} == {expected}
        assert stack.read(stack.grid.whole).reflectance.max() < 1


def test_what_is_no_stack(tmp_path, make_stack):
    with pytest.raises(StackError, match="check the path"):
        open_stack(tmp_path / "nowhere")
    with pytest.raises(StackError, match="no GeoTIFF"):
        open_stack(tmp_path)
    made = make_stack(tmp_path / "stack")
    (made.folder / "S2_20200612.tif").write_text("no image")
    with pytest.raises(ReadError, match=r"S2_20200612\.tif"):
        open_stack(made.folder)


def test_real_stacks_open(data_root):
    folders = sorted((data_root / "train").iterdir())
    assert len(folders) >= 10
    for folder in folders:
        with open_stack(folder) as stack:
            assert len(stack.dates) >= 2
            assert all(f.mask is not None for f in stack.frames)
            assert 0 <= stack.clear_share(stack.frames[0]) <= 1
