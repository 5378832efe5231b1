from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kairos.engine.api import open_stack
from kairos.engine.errors import CancelledError, RequestError
from kairos.engine.frame.preview import Previews
from kairos.engine.frame.reduced import reduced
from kairos.engine.progress import silent
from kairos.engine.protocol import Preview
from kairos.engine.rasters.grid import Window
from kairos.engine.reconstruct import Reconstruction

STRETCH = (0.0, 3000.0, 0.0, 3000.0, 0.0, 4000.0)


@pytest.fixture
def request_of(sample, tmp_path):
    def call(**values):
        like = Preview(
            "a", str(sample), "2021-06-15", str(tmp_path / "p.npy"), (3, 2, 1), STRETCH, (48, 48)
        )
        return replace(like, **values)

    return call


@pytest.fixture
def shown(sample):
    previews, opened = Previews(), []

    def call(request, progress=silent, key=0):
        def opens():
            opened.append(request)
            return open_stack(sample)

        result = previews.answer(request, key, opens, progress)
        return np.load(result["file"]), len(opened)

    yield call
    previews.close()


def test_a_reduced_stack_is_every_so_many_pixels(sample):
    with open_stack(sample) as stack:
        area = Window(8, 4, 32, 40)
        small = reduced(stack, area, 16, 20, [2, 1])
        assert small.bands == (stack.bands[2], stack.bands[1])
        assert small.grid.transform.a == 2 * stack.grid.transform.a
        assert small.grid.transform * (0, 0) == stack.grid.cut(area).transform * (0, 0)
        for frame, like in zip(small.frames, stack.frames):
            raw, usable = small.read_frame(frame, small.grid.whole)
            whole, clear = stack.read_frame(like, area)
            places = (slice(1, None, 2), slice(1, None, 2))
            assert np.array_equal(raw, whole[[2, 1]][(slice(None), *places)])
            assert np.array_equal(usable, clear[places])
        small.close()


def test_it_is_the_frame_in_colours(sample, request_of, shown):
    picture, _ = shown(request_of())
    assert picture.shape == (48, 48, 4)
    with open_stack(sample) as stack:
        small = reduced(stack, stack.grid.whole, 48, 48, [2, 1, 0])
        ready = Reconstruction.of(small).prepare(small.grid.whole)
        mean = ready.estimates(np.array(["2021-06-15"], "datetime64[D]"))[0].mean[0]
    for place, high in enumerate((3000, 3000, 4000)):
        wanted = np.clip(mean[place] * 10000 * 255 / high, 0, 255)
        assert np.abs(picture[..., 2 - place] - wanted)[picture[..., 3] > 0].max() <= 1


def test_clear_ground_of_an_acquired_day_is_as_it_was_seen(sample, request_of, shown):
    with open_stack(sample) as stack:
        frame = max(stack.frames, key=stack.clear_share)
        picture, _ = shown(request_of(date=str(frame.date)))
        raw, usable = stack.read_frame(frame, stack.grid.whole)
    red = np.clip(raw[2][usable] * 255.0 / 3000, 0, 255)
    assert np.abs(picture[usable][:, 2] - red).max() <= 1


def test_a_view_is_prepared_once(request_of, shown):
    assert shown(request_of())[1] == 1
    assert shown(request_of(date="2021-06-20"))[1] == 1
    assert shown(request_of(size=(24, 24)))[0].shape == (24, 24, 4)
    assert shown(request_of(size=(24, 24)))[1] == 2
    assert shown(request_of(size=(24, 24)), key=1)[1] == 3  # the images are others
    assert shown(request_of(window=(0, 0, 20, 30)))[0].shape == (20, 30, 4)


def test_a_single_band_is_grey(request_of, shown):
    picture, _ = shown(request_of(bands=(1, 1, 1), stretch=STRETCH[:2] * 3, model="linear"))
    assert np.array_equal(picture[..., 0], picture[..., 2])


def test_a_learned_model_is_stood_in_for(request_of, shown):
    plain, _ = shown(request_of())
    assert np.array_equal(shown(request_of(model="agflow"))[0], plain)


def test_it_can_be_cancelled_while_it_reads(request_of, shown):
    stages = []

    def progress(stage, done):
        stages.append(stage)
        if len(stages) > 3:
            raise CancelledError("stop")

    with pytest.raises(CancelledError):
        shown(request_of(), progress)
    assert set(stages) == {"reading"}
    assert shown(request_of())[0].any()


@pytest.mark.parametrize("values", [{"bands": (1, 2, 11)}, {"date": "2031-01-01"}])
def test_what_is_not_there_is_said(request_of, shown, values):
    with pytest.raises(RequestError):
        shown(request_of(**values))
