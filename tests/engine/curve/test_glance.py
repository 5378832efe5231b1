"""Curves below the cursor: read ahead, as coarsely as fits."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from kairos.engine.api import open_stack
from kairos.engine.curve.glance import Glance
from kairos.engine.curve.pixel import curve_at
from kairos.engine.errors import BandError, RequestError
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.simulate.sample import write_sample

SIZE = (72, 60)
KEY = "as they are"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("glance") / "stack"
    write_sample(folder, seed=8, size=SIZE, frames=12, radar_frames=2)
    return folder


@pytest.fixture
def stack(folder):
    with open_stack(folder) as stack:
        yield stack


def place(stack, row, col):
    return stack.grid.transform * (col + 0.5, row + 0.5)


def glance_at(stack, **options):
    glance = Glance(**options)
    glance.expect(KEY, stack)
    return glance


def read_ahead(glance):
    steps = 0
    while glance.look_ahead():
        steps += 1
    return steps


def values(curve):
    return [(p.date, p.kind, pytest.approx(p.value, abs=1e-5)) for p in curve.points]


def test_nothing_is_read_before_somebody_asks():
    assert not Glance().look_ahead()


def test_there_is_no_curve_until_all_is_read(stack):
    glance = glance_at(stack)
    where = place(stack, 40, 30)
    assert glance.curve(KEY, *where, None, "NDVI") is None
    assert glance.look_ahead()
    assert glance.curve(KEY, *where, None, "NDVI") is None
    assert read_ahead(glance) >= 12
    curve = glance.curve(KEY, *where, None, "NDVI")
    assert (curve.row, curve.col, curve.complete) == (40, 30, False)
    glance.forget()
    assert glance.curve(KEY, *where, None, "NDVI") is None


@pytest.mark.parametrize("index", ["NDVI", "(B08 - B04) / (B08 + B04)", "NDMI"])
def test_where_all_fits_it_is_the_pixel_from_time_alone(stack, index):
    glance = glance_at(stack)
    where = place(stack, 17, 52)
    glance.curve(KEY, *where, None, index)
    read_ahead(glance)
    from_time = Reconstruction.of(stack, "temporal")
    exact = curve_at(from_time, *where, index=index, quick=True)
    assert values(glance.curve(KEY, *where, None, index)) == values(exact)


def test_where_it_does_not_fit_it_is_a_pixel_beside(stack):
    """Every second pixel of both axes is kept: what is shown was seen at most one pixel away."""
    pixels = SIZE[0] * SIZE[1]
    glance = glance_at(stack, most_values=12 * 2 * pixels // 4)
    where = place(stack, 40, 31)
    glance.curve(KEY, *where, None, "NDVI")
    read_ahead(glance)
    shown = {
        (p.date, round(p.value, 5))
        for p in glance.curve(KEY, *where, None, "NDVI").points
        if p.kind == "observed"
    }
    ready = Reconstruction.of(stack, "temporal")
    beside = [
        {
            (p.date, round(p.value, 5))
            for p in curve_at(ready, *place(stack, row, col), quick=True).points
            if p.kind == "observed"
        }
        for row in (39, 40, 41)
        for col in (30, 31, 32)
    ]
    assert shown in beside


def test_other_images_are_not_answered_for(stack):
    glance = glance_at(stack)
    read_ahead(glance)
    assert glance.curve("other ones", *place(stack, 40, 30), None, "NDVI") is None


def test_another_index_is_read_anew(stack):
    glance = glance_at(stack)
    where = place(stack, 40, 30)
    glance.curve(KEY, *where, None, "NDVI")
    read_ahead(glance)
    assert glance.curve(KEY, *where, None, "NDMI") is None
    read_ahead(glance)
    assert glance.curve(KEY, *where, None, "NDMI").index == "NDMI"


def test_what_is_asked_for_most_is_expected(stack):
    glance = glance_at(stack)
    read_ahead(glance)
    assert glance.curve(KEY, *place(stack, 40, 30), None, "NDVI") is not None
    glance.expect(KEY, stack)  # a second time changes nothing
    assert not glance.look_ahead()


def test_what_was_asked_for_is_not_given_up_for_it(stack):
    glance = glance_at(stack)
    where = place(stack, 40, 30)
    glance.curve(KEY, *where, None, "NDMI")
    glance.expect(KEY, stack)
    read_ahead(glance)
    assert glance.curve(KEY, *where, None, "NDMI").index == "NDMI"


def test_images_that_have_no_such_index_expect_nothing(stack):
    colours = replace(
        stack,
        bands=stack.bands[:2],
        frames=tuple(replace(frame, bands=frame.bands[:2]) for frame in stack.frames),
    )
    glance = glance_at(colours)
    assert not glance.look_ahead()


def test_a_place_or_an_index_that_is_not_there_is_named(stack):
    glance = glance_at(stack)
    with pytest.raises(RequestError):
        glance.curve(KEY, 0, 0, None, "NDVI")
    with pytest.raises(BandError):
        glance.curve(KEY, *place(stack, 1, 1), None, "B01 / B04")


def test_a_damaged_image_ends_the_reading_and_nothing_else(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "stack")
    with open_stack(copy) as stack:
        image = stack.frames[5].raster.path
        image.write_bytes(image.read_bytes()[:4000])
        glance = glance_at(stack)
        where = place(stack, 40, 30)
        assert glance.curve(KEY, *where, None, "NDVI") is None
        assert 0 < read_ahead(glance) <= 12
        assert glance.curve(KEY, *where, None, "NDVI") is None
        assert not glance.look_ahead()
