"""The brush through the desk: the mask as a picture, paint, and the touched ground done again."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kairos.engine import protocol
from kairos.engine.brush.mend import MASKED, NOTHING, PAINTED_CLOUD, PAINTED_USABLE
from kairos.engine.clear import CLOUD, USABLE
from kairos.engine.errors import OutputError, RequestError
from kairos.engine.progress import silent
from kairos.engine.serve.desk import Desk

DAY = "2020-05-11"


@pytest.fixture
def desk():
    with closing(Desk()) as made:
        yield lambda request: made.answer(request, silent, lambda _: None)


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack", size=(96, 120))


@pytest.fixture
def strokes(tmp_path):
    file = tmp_path / "strokes.json"
    some = [[CLOUD, 4, [[20.5, 18.5]]], [USABLE, 2, [[32.5, 18.5], [36.5, 18.5]]]]
    file.write_text(json.dumps({DAY: some}))
    return str(file)


def paint_request(made, strokes):
    file = made.files[2]
    target = file.with_name(f"{file.stem}_BRUSH.tif")
    return protocol.Paint("p", str(made.folder), strokes, {file.name: str(target)})


def test_the_mask_of_a_day_is_a_picture(desk, made, strokes, read, tmp_path):
    request = protocol.Mask("m", str(made.folder), DAY, str(tmp_path / "mask.tif"))
    result = desk(request)
    assert result["frames"] == [made.files[2].name]
    before = read(Path(result["file"]), 1)
    assert np.array_equal(before == MASKED, ~made.clear[2])
    assert set(np.unique(before)) <= {NOTHING, MASKED}
    desk(paint_request(made, strokes))
    after = read(Path(desk(request)["file"]), 1)
    assert after[18, 20] == PAINTED_CLOUD
    assert after[18, 34] == PAINTED_USABLE
    assert np.array_equal(after[40:], before[40:])


def test_the_day_as_it_was_acquired_comes_with_it(desk, made, read, tmp_path):
    image = tmp_path / "image.tif"
    desk(protocol.Mask("m", str(made.folder), DAY, str(tmp_path / "mask.tif"), str(image)))
    assert np.array_equal(read(image), made.numbers[2])


def test_paint_tells_what_the_images_count_as_now(desk, made, strokes):
    before = desk(protocol.Open("o", str(made.folder)))["frames"][2]
    result = desk(paint_request(made, strokes))
    assert [Path(f).name for f in result["files"]] == ["S2_20200511_BRUSH.tif"]
    now = result["frames"][0]
    assert now == desk(protocol.Open("o", str(made.folder)))["frames"][2]
    assert now["clear"] != before["clear"]
    assert "painted by hand" in now["mask_rule"]


def test_touched_ground_of_cleaned_frames_is_done_again(desk, made, strokes, read, tmp_path):
    out = str(tmp_path / "out")
    clean = desk(protocol.Clean("c", str(made.folder), out, "temporal"))
    before = {file: read(Path(file)) for file in clean["files"]}
    desk(paint_request(made, strokes))
    again = desk(protocol.Clean("r", str(made.folder), out, "temporal", strokes=strokes))
    assert again["files"] == clean["files"]
    for file, pixels in before.items():
        now = read(Path(file))
        assert np.array_equal(now[:, 60:], pixels[:, 60:])
        assert np.array_equal(now[:, :, 80:], pixels[:, :, 80:])
    assert (read(Path(clean["files"][2]))[:, 17:20, 19:22] < 8000).all()


def test_the_slider_s_frame_sees_the_paint(desk, made, strokes, read, tmp_path):
    def frame(name):
        output = str(tmp_path / name)
        return read(Path(desk(protocol.Frame("f", str(made.folder), DAY, output))["file"]))

    before = frame("a.tif")
    desk(paint_request(made, strokes))
    after = frame("b.tif")
    assert not np.array_equal(after[:, 15:22, 17:24], before[:, 15:22, 17:24])
    assert np.array_equal(after[:, 18, 34], made.numbers[2][:, 18, 34])


def test_what_cannot_be_is_refused(desk, made, strokes, tmp_path):
    stack = str(made.folder)
    with pytest.raises(RequestError, match="no image of 2020-05-12"):
        desk(protocol.Mask("m", stack, "2020-05-12", str(tmp_path / "mask.tif")))
    with pytest.raises(OutputError, match="outside"):
        desk(protocol.Mask("m", stack, DAY, str(made.folder / "mask.tif")))
    with pytest.raises(RequestError, match="where the paint"):
        desk(protocol.Paint("p", stack, strokes, {}))
    with pytest.raises(RequestError, match="no strokes"):
        desk(protocol.Paint("p", stack, str(tmp_path / "nowhere.json"), {}))
