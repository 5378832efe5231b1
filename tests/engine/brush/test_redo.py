"""After painting: the touched window of finished frames is done again, all else stays."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine

from kairos.engine.api import open_stack
from kairos.engine.brush.mask import Stroke, brush_file, paint, touched
from kairos.engine.brush.redo import MARGIN, redo
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.clear import CLOUD, USABLE
from kairos.engine.errors import CancelledError, OutputError
from kairos.engine.rasters.grid import Window
from kairos.engine.registry import CLOSED_FORMS

DAY = np.datetime64("2020-05-11")
MODEL = "temporal"
WINDOW = Window(10, 12, 20, 18)


def stack_and_output(make_stack, tmp_path, **options):
    made = make_stack(tmp_path / "stack", size=(96, 120))
    with open_stack(made.folder) as stack:
        remove_clouds(stack, tmp_path / "out", CleanOptions(model=MODEL, **options))
    return made, tmp_path / "out"


def paint_on(made, *strokes):
    with open_stack(made.folder) as stack:
        names = [f.name for f in stack.frames_of(DAY)]
        targets = {name: brush_file(stack.root, name) for name in names}
        paint(stack, {DAY: list(strokes)}, targets)


def images(folder):
    found = {}
    for file in sorted(folder.glob("*.tif")):
        with rasterio.open(file) as raster:
            found[file.name] = raster.read()
    return found


def mended(made, out, windows=(WINDOW,), **options):
    with open_stack(made.folder) as stack:
        return redo(stack, out, list(windows), MODEL, **options)


def test_only_the_touched_window_of_all_frames_is_done_again(make_stack, tmp_path, snapshot):
    made, out = stack_and_output(make_stack, tmp_path, source=True, uncertainty=True)
    before = images(out)
    cloud, clear = Stroke(CLOUD, 4, ((20.5, 18.5),)), Stroke(USABLE, 2, ((28.5, 25.5),))
    paint_on(made, cloud, clear)
    inputs = snapshot(made.folder)
    files = mended(made, out)
    assert snapshot(made.folder) == inputs
    assert [f.name for f in files] == [f.name for f in made.files]
    after = images(out)
    assert after.keys() == before.keys()
    rows, cols = WINDOW.slices
    outside = np.ones((96, 120), bool)
    outside[rows, cols] = False
    for name in before:
        assert np.array_equal(after[name][:, outside], before[name][:, outside], equal_nan=True)
    t = 2
    stem, raw = made.files[t].stem, made.numbers[t]
    assert (after[f"{stem}.tif"][:, 17:20, 19:22] < 8000).all()  # cloud before, filled now
    assert (after[f"{stem}_SOURCE.tif"][0, 17:20, 19:22] != 1).all()
    assert np.array_equal(after[f"{stem}.tif"][:, 25, 28], raw[:, 25, 28])  # as it was seen
    assert after[f"{stem}_SOURCE.tif"][0, 25, 28] == 1
    assert any(
        not np.array_equal(after[f.name], before[f.name]) for f in made.files if f.stem != stem
    )  # what they show under their own clouds rests on the painted day


def test_files_stay_what_they_were(make_stack, tmp_path):
    made, out = stack_and_output(make_stack, tmp_path, compression="DEFLATE")
    with rasterio.open(out / made.files[0].name) as raster:
        before = raster.profile, raster.descriptions, raster.overviews(1)
    mended(made, out)
    with rasterio.open(out / made.files[0].name) as raster:
        assert (raster.profile, raster.descriptions, raster.overviews(1)) == before
    assert not [f for f in out.iterdir() if f.name.startswith(".")]


def test_what_was_cleaned_in_part_is_mended_in_part(make_stack, tmp_path):
    area = Window(20, 20, 40, 50)
    made, out = stack_and_output(make_stack, tmp_path, window=area)
    before = images(out)
    paint_on(made, Stroke(CLOUD, 4, ((24.5, 24.5),)))
    assert len(mended(made, out)) == 6
    after = images(out)
    for name, image in before.items():
        assert image.shape == (4, 40, 50)
        assert np.array_equal(after[name][:, 10:, 10:], image[:, 10:, 10:])
    assert (after[made.files[2].name][:, 3:6, 3:6] < 8000).all()
    assert mended(made, out, [Window(80, 100, 8, 8)]) == []  # other ground


def test_frames_that_are_not_there_are_left_out(make_stack, tmp_path):
    made, out = stack_and_output(make_stack, tmp_path)
    (out / made.files[0].name).unlink()
    assert [f.name for f in mended(made, out)] == [f.name for f in made.files[1:]]
    assert mended(made, tmp_path / "nowhere") == []
    assert mended(made, out, []) == []


def test_a_frame_on_another_grid_has_no_holes(make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", size=(96, 120))
    coarse = Affine(30, 0, 600000, 0, -30, 5700000)
    write(made.files[2], made.numbers[2][:, ::3, ::3], ("B02", "B03", "B04", "B08"), nodata=0,
          transform=coarse)  # fmt: skip
    out = tmp_path / "out"
    with open_stack(made.folder) as stack:
        remove_clouds(stack, out, CleanOptions(model=MODEL))
    before = images(out)[made.files[2].name]
    paint_on(made, Stroke(CLOUD, 5, ((20.5, 18.5),)))
    mended(made, out)
    after = images(out)[made.files[2].name]
    assert (after > 0).all()
    assert (after[:, 5:7, 6:8] < 8000).all()
    outside = np.ones((32, 40), bool)
    outside[3:10, 4:10] = False
    assert np.array_equal(after[:, outside], before[:, outside])


def test_a_file_that_is_another_s_is_refused(make_stack, write, tmp_path):
    made, out = stack_and_output(make_stack, tmp_path)
    write(out / made.files[1].name, np.ones((96, 120), "uint8"))
    before = images(out)[made.files[1].name]
    with pytest.raises(OutputError, match="not cleaned from these images"):
        mended(made, out)
    assert np.array_equal(images(out)[made.files[1].name], before)


def test_a_cancel_leaves_whole_files(make_stack, tmp_path):
    made, out = stack_and_output(make_stack, tmp_path)
    before = images(out)

    def stop(stage, done):
        if stage == "writing" and done > 0.9:
            raise CancelledError("stop")

    paint_on(made, Stroke(CLOUD, 4, ((20.5, 18.5),)))
    with pytest.raises(CancelledError):
        mended(made, out, progress=stop)
    assert images(out).keys() == before.keys()
    assert not [f for f in out.iterdir() if f.name.startswith(".")]


def test_the_margin_is_as_wide_as_that_of_any_method():
    for fit in CLOSED_FORMS.values():
        assert fit.__self__.margin <= MARGIN


def test_strokes_far_apart_are_windows_of_their_own(make_stack, tmp_path):
    made, out = stack_and_output(make_stack, tmp_path)
    strokes = [Stroke(CLOUD, 2, ((8.5, 8.5),)), Stroke(CLOUD, 2, ((110.5, 86.5),))]
    paint_on(made, *strokes)
    with open_stack(made.folder) as stack:
        windows = touched(strokes, stack.grid, 4)
    assert len(windows) == 2
    before = images(out)
    assert len(mended(made, out, windows)) == 6
    after = images(out)[made.files[2].name]
    assert (after[:, 8, 8] < 8000).all()
    assert (after[:, 86, 110] < 8000).all()
    assert np.array_equal(after[:, 20:70], before[made.files[2].name][:, 20:70])
