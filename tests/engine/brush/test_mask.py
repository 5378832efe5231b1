"""The brush: strokes on any grid, paint beside the images, and what it makes of the masks."""

from __future__ import annotations

import json

import numpy as np
import pytest
from affine import Affine

from kairos.engine.api import open_stack
from kairos.engine.brush.mask import (
    Stroke,
    brush_file,
    paint,
    read_strokes,
    stamp,
    touched,
    with_brushes,
)
from kairos.engine.clear import BRUSH, CLOUD, UNTOUCHED, USABLE, brushed
from kairos.engine.errors import OutputError, ReadError, RequestError
from kairos.engine.rasters.grid import Window

DAY = np.datetime64("2020-05-11")


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack")


def dot(value=CLOUD, col=5.5, row=3.5, radius=2.0):
    return Stroke(value, radius, ((col, row),))


def target_of(made, t=2):
    return made.folder / f"{made.files[t].stem}{BRUSH}.tif"


def painted(made, *strokes):
    with open_stack(made.folder) as stack:
        target = brush_file(stack.root, made.files[2].name)
        return paint(stack, {DAY: list(strokes)}, {made.files[2].name: target})


def test_what_is_painted_goes_over_the_mask_but_not_over_nodata():
    usable = np.array([True, True, True, False, False, False])
    valid = np.array([True, True, True, True, True, False])
    brush = np.array([UNTOUCHED, USABLE, CLOUD, UNTOUCHED, USABLE, USABLE])
    assert list(brushed(usable, valid, brush)) == [True, True, False, False, True, False]
    assert brushed(usable, valid, np.full(6, 77)).tolist() == usable.tolist()


def test_a_dot_is_round_and_a_line_is_as_wide_as_the_brush():
    pixels = np.zeros((9, 12), np.uint8)
    stamp(pixels, (0, 0), dot(CLOUD, 5.5, 4.5, 2.0))
    assert [int(n) for n in (pixels == CLOUD).sum(axis=1)] == [0, 0, 1, 3, 5, 3, 1, 0, 0]
    pixels[:] = 0
    stamp(pixels, (0, 0), Stroke(USABLE, 1.0, ((1.5, 4.5), (9.5, 4.5))))
    assert [int(n) for n in (pixels == USABLE).sum(axis=1)] == [0, 0, 0, 9, 11, 9, 0, 0, 0]


def test_the_smallest_brush_paints_the_pixel_it_is_in():
    pixels = np.zeros((4, 4), np.uint8)
    stamp(pixels, (10, 20), Stroke(CLOUD, 0.1, ((21.99, 12.01),)))
    assert np.argwhere(pixels).tolist() == [[2, 1]]


def test_a_stroke_looks_the_same_whatever_tiles_it_is_put_in():
    rng = np.random.default_rng(1)
    stroke = Stroke(CLOUD, 3.3, tuple(map(tuple, rng.uniform(-5, 45, (12, 2)))))
    whole = np.zeros((40, 40), np.uint8)
    stamp(whole, (0, 0), stroke)
    parts = np.zeros_like(whole)
    for row in (0, 17):
        for col in (0, 23):
            part = parts[row : row + 23, col : col + 23]
            stamp(part, (row, col), stroke)
    assert whole.any()
    assert np.array_equal(whole, parts)


def test_paint_lies_beside_the_image_and_counts(made, read, snapshot):
    before = snapshot(made.folder)
    frame = painted(made, dot(CLOUD), dot(USABLE, 20, 17, 3))[0]
    values = read(target_of(made), 1)
    assert values.dtype == np.uint8
    assert values.shape == (20, 24)
    assert set(np.unique(values)) == {UNTOUCHED, USABLE, CLOUD}
    after = snapshot(made.folder)
    assert after.pop(target_of(made).name)
    assert after == before
    with open_stack(made.folder) as stack:
        found = stack.frames[2]
        assert found.brush is not None
        assert found.mask_rule == f"1 usable, painted by hand in {target_of(made).name}"
        assert found.mask_rule == frame.mask_rule
        usable = stack.read_frame(found, stack.grid.whole)[1]
        tile = stack.read(stack.grid.whole)
    expected = (made.clear[2] | (values == USABLE)) & (values != CLOUD)
    assert np.array_equal(usable, expected)
    assert np.array_equal(tile.clear[2], expected)
    assert np.array_equal(tile.clear[1], made.clear[1])


def test_info_says_it(made, run):
    painted(made, dot())
    facts = json.loads(run("info", made.folder, "--json").out)
    assert facts["frames"][2]["mask_rule"].endswith(f"painted by hand in {target_of(made).name}")
    assert len(facts["frames"]) == 6
    assert "painted by hand" in run("info", made.folder).out


def test_strokes_add_up_and_can_be_taken_back(made, read):
    painted(made, dot(CLOUD))
    first = read(target_of(made), 1)
    painted(made, dot(USABLE, 18.5, 12.5))
    second = read(target_of(made), 1)
    assert np.array_equal(second == CLOUD, first == CLOUD)
    assert (second == USABLE).sum() == (first == CLOUD).sum()
    frame = painted(made, dot(UNTOUCHED, 12, 10, 40))[0]
    assert frame.brush is None
    assert not target_of(made).exists()


def test_without_a_mask_cloud_can_be_painted_all_the_same(make_stack, tmp_path):
    made = make_stack(tmp_path / "bare", mask=None)
    painted(made, dot(CLOUD))
    with open_stack(made.folder) as stack:
        assert not stack.read_frame(stack.frames[2], Window(3, 5, 1, 1))[1].any()
        assert "no mask" in stack.frames[2].mask_rule
        assert "painted by hand" in stack.frames[2].mask_rule


def test_an_image_on_another_grid_is_painted_on_the_same_ground(make_stack, write, read, tmp_path):
    made = make_stack(tmp_path / "stack", size=(40, 48))
    coarse = Affine(20, 0, 600000, 0, -20, 5700000)
    write(made.files[2], made.numbers[2][:, ::2, ::2], ("B02", "B03", "B04", "B08"), nodata=0,
          transform=coarse)  # fmt: skip
    painted(made, dot(CLOUD, 24, 20, 6))
    values = read(target_of(made), 1)
    assert values.shape == (20, 24)
    rows, cols = np.nonzero(values)
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (7, 12, 9, 14)


def test_a_brush_of_another_size_is_brought_onto_the_image(made, write):
    coarse = np.zeros((10, 12), np.uint8)
    coarse[2, 3] = CLOUD
    write(target_of(made), coarse, transform=Affine(20, 0, 600000, 0, -20, 5700000))
    with open_stack(made.folder) as stack:
        usable = stack.read_frame(stack.frames[2], stack.grid.whole)[1]
    assert not usable[4:6, 6:8].any()
    assert np.array_equal(usable[6:], made.clear[2][6:])


def test_a_damaged_brush_file_is_named(made):
    target_of(made).write_text("no image")
    with pytest.raises(ReadError, match=target_of(made).name):
        open_stack(made.folder)


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(made, snapshot):
    before = snapshot(made.folder)
    nowhere = made.folder / "gone" / "a_BRUSH.tif"
    with open_stack(made.folder) as stack, pytest.raises(OutputError, match="cannot be written"):
        paint(stack, {DAY: [dot()]}, {made.files[2].name: nowhere})
    assert snapshot(made.folder) == before


def test_a_day_without_an_image_is_refused(made):
    with (
        open_stack(made.folder) as stack,
        pytest.raises(RequestError, match="no image of 2020-05-12"),
    ):
        paint(stack, {np.datetime64("2020-05-12"): [dot()]}, {})


def test_strokes_come_from_a_file(tmp_path):
    file = tmp_path / "strokes.json"
    file.write_text('{"2020-05-11": [[2, 3, [[1, 2.5], [4, 5]]]]}')
    assert read_strokes(file) == {DAY: [Stroke(2, 3.0, ((1.0, 2.5), (4.0, 5.0)))]}


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", '{"someday": []}', '{"2020-05-11": [[3, 1, [[1, 2]]]]}',
        '{"2020-05-11": [[2, 0, [[1, 2]]]]}', '{"2020-05-11": [[2, 1, []]]}',
        '{"2020-05-11": [[2, 1, [[1, NaN]]]]}', '{"2020-05-11": [[2, 1, [[1]]]]}',
        '{"2020-05-11": [2]}', '{"2020-05-11": [[2, 1, [["a", 1]]]]}',
    ],
)  # fmt: skip
def test_what_is_no_stroke_is_refused(tmp_path, text):
    file = tmp_path / "strokes.json"
    file.write_text(text)
    with pytest.raises(RequestError, match="no strokes"):
        read_strokes(file)


def test_touched_windows_grow_meet_and_are_cut(made):
    with open_stack(made.folder) as stack:
        grid = stack.grid
    far = touched([dot(col=2, row=2, radius=1), dot(col=20, row=16, radius=1)], grid)
    assert far == [Window(1, 1, 2, 2), Window(15, 19, 2, 2)]
    assert touched([dot(col=2, row=2, radius=1), dot(col=20, row=16, radius=1)], grid, 8) == [
        Window(0, 0, 20, 24)
    ]
    assert touched([dot(col=-50, row=3, radius=1)], grid) == []


def test_a_stack_without_paint_stays_as_it_is(made):
    with open_stack(made.folder) as stack:
        before = stack.frames
        assert with_brushes(stack).frames == before
