"""Curves of pixels and of areas, from a stack that is open."""

from __future__ import annotations

import json

import numpy as np
import pytest
from rasterio.warp import transform_geom

from kairos.engine.api import open_stack
from kairos.engine.curve.area import curve_of_area, pixels_of
from kairos.engine.curve.pixel import Curve, curve_at, curve_result
from kairos.engine.errors import CancelledError, RequestError
from kairos.engine.protocol import Done
from kairos.engine.rasters.grid import Window
from kairos.engine.reconstruct import Reconstruction
from kairos.engine.serve.wire import encode
from kairos.engine.simulate.sample import write_sample


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("curve") / "stack"
    write_sample(folder, seed=8, size=(72, 60), frames=12, radar_frames=9)
    with open_stack(folder) as stack:
        yield Reconstruction.of(stack)


def place(ready, row, col):
    return ready.stack.grid.transform * (col + 0.5, row + 0.5)


def square(ready, row, col, height, width):
    """A rectangle of pixels as GeoJSON, in the CRS of the stack."""
    grid = ready.stack.grid
    corners = [(col, row), (col + width, row), (col + width, row + height), (col, row + height)]
    ring = [grid.transform * corner for corner in [*corners, corners[0]]]
    return {"type": "Polygon", "coordinates": [ring]}


def of(curve: Curve, kind):
    return {p.date: p for p in curve.points if p.kind == kind}


def test_a_quick_curve_is_a_part_of_the_whole_one(ready):
    fresh = Reconstruction(ready.stack, ready.model, ready.method)
    quick = curve_at(fresh, *place(ready, 40, 30), quick=True)
    whole = curve_at(fresh, *place(ready, 40, 30))
    assert whole.complete
    assert not quick.complete
    assert not of(quick, "masked")
    assert of(quick, "observed") == of(whole, "observed")
    known, line = of(quick, "reconstructed"), of(whole, "reconstructed")
    assert 10 < len(known) < len(line)
    hidden = set(of(whole, "masked"))
    assert set(line) - set(known) <= hidden
    for day, point in known.items():
        assert point.value == pytest.approx(line[day].value, abs=1e-6)
        assert point.upper == pytest.approx(line[day].upper, abs=1e-6)


def test_what_frames_have_told_is_at_hand(ready):
    fresh = Reconstruction(ready.stack, ready.model, ready.method)
    prepared = fresh.prepared(ready.stack.grid.whole)
    for day in ready.stack.dates:
        prepared.frame(day)
    assert curve_at(fresh, *place(ready, 40, 30), quick=True).complete


def test_a_pixel_is_as_in_the_frames_from_whatever_was_prepared(ready):
    """Hidden days from the tile, from the surroundings alone and from a block are the same."""
    grid, dates = ready.stack.grid, ready.stack.dates
    whole = ready.prepared(grid.whole)
    row, col = 37, 29
    truth = np.stack([whole.frame(day).mean[0, :, row, col] for day in dates])
    fresh = Reconstruction(ready.stack, ready.model, ready.method)
    block = fresh.prepared_around(row, col)
    assert block.window == Window(32, 0, 32, 32)
    assert block.series(row, col, dates).mean[..., 0, 0] == pytest.approx(truth, abs=2e-5)
    assert fresh.prepared_around(row + 3, col - 9) is block


def test_radar_comes_with_the_whole_curve(ready):
    curve = curve_at(ready, *place(ready, 10, 10))
    assert [p.date for p in curve.radar] == list(ready.stack.radar_dates)
    assert all(-35 < p.vh < p.vv < 10 for p in curve.radar)


def test_a_formula_is_an_index(ready):
    own = curve_at(ready, *place(ready, 10, 10), index="(B08-B04)/(B08+B04)")
    ndvi = curve_at(ready, *place(ready, 10, 10))
    assert own.index == "(B08-B04)/(B08+B04)"
    values = [[p.value for p in c.points] for c in (own, ndvi)]
    assert values[0] == pytest.approx(values[1], abs=1e-6)
    nowhere = curve_at(ready, *place(ready, 10, 10), index="log(B08 - 2)")
    assert not nowhere.points  # not a number anywhere: no points rather than NaN
    encode(Done("x", dict(curve_result(nowhere))))


def test_an_area_is_the_mean_of_its_pixels(ready):
    area = json.dumps(square(ready, 20, 24, 3, 2))
    curve = curve_of_area(ready, area)
    assert curve.pixels == 6
    assert (curve.row, curve.col) == (21, 24)
    single = [
        of(curve_at(ready, *place(ready, r, c)), "reconstructed")
        for r in (20, 21, 22)
        for c in (24, 25)
    ]
    line = of(curve, "reconstructed")
    assert len(line) == len(single[0])
    for day, point in line.items():
        values = [pixel[day].value for pixel in single]
        assert point.value == pytest.approx(np.mean(values), abs=1e-4)
        assert point.upper - point.value == pytest.approx(np.std(values), abs=1e-3)
    assert curve.radar
    assert of(curve, "observed")
    encode(Done("x", dict(curve_result(curve))))


def test_an_area_in_another_reference_system_is_the_same_ground(ready):
    here = square(ready, 20, 24, 6, 8)
    there = transform_geom(ready.stack.grid.crs, "EPSG:4326", here)
    grid = ready.stack.grid
    window, inside = pixels_of(grid, json.dumps(there), "EPSG:4326")
    assert (window, inside.all()) == (Window(20, 24, 6, 8), True)


def test_a_polygon_smaller_than_a_pixel_is_that_pixel(ready):
    x, y = place(ready, 5, 7)
    ring = [(x + 1, y + 1), (x + 3, y + 1), (x + 3, y + 3), (x + 1, y + 1)]
    tiny = json.dumps({"type": "Polygon", "coordinates": [ring]})
    assert pixels_of(ready.stack.grid, tiny)[0] == Window(5, 7, 1, 1)


def test_a_polygon_over_the_edge_counts_inside(ready):
    window, _ = pixels_of(ready.stack.grid, json.dumps(square(ready, -5, -5, 10, 10)))
    assert window == Window(0, 0, 5, 5)


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("nonsense", "no GeoJSON"),
        ("{}", "no polygon"),
        ('{"type": "Point", "coordinates": [1, 2]}', "no polygon"),
        ('{"type": "Polygon", "coordinates": []}', "polygon"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}', "not on the im"),
    ],
)
def test_what_is_no_area_is_told_in_a_sentence(ready, area, words):
    with pytest.raises(RequestError, match=words):
        curve_of_area(ready, area)


def test_an_area_can_be_cancelled(ready):
    def stop(stage, done):
        raise CancelledError("stop")

    with pytest.raises(CancelledError):
        curve_of_area(ready, json.dumps(square(ready, 20, 24, 3, 2)), progress=stop)
