"""The parts of a run: how large tiles are, and which of them need no work."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import rasterio

from kairos.engine.api import open_stack
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.clean.tiles import Plan
from kairos.engine.errors import RequestError
from kairos.engine.memory import allowed, tile_values
from kairos.engine.rasters.grid import Window
from kairos.engine.reconstruct import Reconstruction


@pytest.fixture
def half(make_stack, write, tmp_path):
    """A stack whose left half is always clear, and whose last frame is clear everywhere."""
    made = make_stack(tmp_path / "stack", size=(20, 24))
    made.clear[:, :, :12] = True
    made.clear[-1] = True
    for file, clear in zip(made.files, made.clear):
        write(file.with_name(f"{file.stem}_CLEAR.tif"), clear.astype(np.uint8))
    return made


def plan_of(stack, tmp_path):
    tiles = (Window(0, 0, 20, 12), Window(0, 12, 20, 12))
    return Plan(stack, stack.frames, stack.grid.whole, tiles, tmp_path, tmp_path)


def test_a_tile_that_needs_nothing_is_not_computed(half, tmp_path):
    with open_stack(half.folder) as stack:
        plan = plan_of(stack, tmp_path)
        left, right = plan.tiles
        nobody = object()  # a method that would be asked would say so
        assert plan.fill(nobody, left, plan.read(0, left), lambda done: None) == {}
        with pytest.raises(AttributeError):
            plan.fill(nobody, right, plan.read(0, right), lambda done: None)


def test_a_frame_that_needs_nothing_is_left_out_and_copied(half, read, tmp_path):
    with open_stack(half.folder) as stack:
        plan, right = plan_of(stack, tmp_path), Window(0, 12, 20, 12)
        method = Reconstruction.of(stack).method
        tile = plan.read(method.margin, right)
        fills = plan.fill(method, right, tile, lambda done: None)
        lacking = {f.name: np.sum(~c) for f, c in zip(half.files, half.clear) if not c.all()}
        assert {name: fill.numbers.shape for name, fill in fills.items()} == {
            name: (4, count) for name, count in lacking.items()
        }
        made = remove_clouds(stack, tmp_path / "out", CleanOptions())
    assert np.array_equal(read(made.files[-1]), half.numbers[-1])
    with rasterio.open(made.files[-1]) as copied:
        assert copied.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


def test_a_plan_travels_to_other_processes(half, tmp_path):
    with open_stack(half.folder) as stack:
        ready = Reconstruction.of(stack)
        plan = plan_of(stack, tmp_path)
        window = plan.tiles[1]
        sent = pickle.dumps((plan, ready.settled(stack.dates).method))
        there, method = pickle.loads(sent)  # noqa: S301  # as Dask does
        one = plan.fill(
            ready.method, window, plan.read(ready.method.margin, window), lambda done: None
        )
        other = there.fill(method, window, there.read(method.margin, window), lambda done: None)
        there.stack.close()
    assert one.keys() == other.keys()
    for name, fill in one.items():
        assert np.array_equal(fill.numbers, other[name].numbers)


def test_what_is_settled_holds_no_sample(half):
    with open_stack(half.folder) as stack:
        ready = Reconstruction.of(stack, "scene-regression")
        lean = copy.copy(ready.settled(stack.dates).method)
    assert ready.method.sample
    assert not lean.sample
    assert not lean.bases


def test_less_memory_makes_smaller_tiles(sample):
    with open_stack(sample) as stack:
        ready = Reconstruction.of(stack, "linear")
        area = Window(0, 0, 5000, 5000)
        small, large = ready.tiles(area, 0.5), ready.tiles(area, 2.0)
    assert small[0].height < large[0].height
    assert sum(w.height * w.width for w in small) == 5000**2


def test_the_memory_is_sensible():
    assert 0.5 <= allowed() <= 1.3
    assert allowed(3) == 3
    assert tile_values(allowed(3)) > tile_values(allowed(1)) > 0
    assert tile_values(allowed(1, learned=True), learned=True) > 0
    with pytest.raises(RequestError, match="1 GB"):
        allowed(0.5, learned=True)  # its libraries alone take more
    for little in (0.1, 0, -1, float("nan")):
        with pytest.raises(RequestError, match="GB"):
            allowed(little)
