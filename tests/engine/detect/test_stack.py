from __future__ import annotations

import pickle

import numpy as np
import pytest
from affine import Affine

from kairos.engine import open_stack
from kairos.engine.detect.s2cloudless import BANDS, can_run, clouds
from kairos.engine.detect.series import detect
from kairos.engine.rasters.bands import ALL

DAYS = np.arange(0, 120, 10, dtype="float32")


@pytest.fixture
def sky():
    """A season of dark fields, (T, h, w) blue and infrared, and a cloud with its shadow."""
    rng = np.random.default_rng(1)
    blue = np.full((len(DAYS), 40, 40), 0.05) + rng.normal(0, 0.003, (len(DAYS), 40, 40))
    infrared = blue + 0.2 + 0.002 * DAYS[:, None, None]
    blue[3, 5:18, 5:18] = 0.3
    infrared[3, 5:18, 5:18] = 0.45
    infrared[3, 22:34, 22:34] *= 0.4
    blue[3, 22:34, 22:34] *= 0.7
    return blue.astype("float32"), infrared.astype("float32")


def test_cloud_and_shadow_are_found_and_nothing_else(sky):
    found = detect(*sky, np.ones_like(sky[0], bool), DAYS)
    assert found[3, 6:17, 6:17].all()
    assert found[3, 23:33, 23:33].all()
    assert not np.delete(found, 3, axis=0).any()
    assert not found[3, :15, 26:].any()


def test_without_infrared_shadows_are_missed(sky):
    found = detect(sky[0], None, np.ones_like(sky[0], bool), DAYS)
    assert found[3, 6:17, 6:17].all()
    assert not found[3, 22:34, 22:34].any()


def test_green_up_and_bright_roofs_are_ground(sky):
    blue, infrared = sky
    blue[:, :4, :4] = 0.4
    found = detect(blue, infrared, np.ones_like(blue, bool), DAYS)
    assert not found[:, :3, :3].any()


def test_ground_under_cloud_for_ever_keeps_its_darkest_looks(sky):
    blue = np.where(np.arange(len(DAYS))[:, None, None] % 2, 0.5, sky[0]).astype("float32")
    valid = np.ones_like(blue, bool)
    valid[::2, :20] = False  # there, only the cloud was seen
    assert (~detect(blue, None, valid, DAYS) & valid).any(axis=0).all()


def test_no_data_is_no_cloud(sky):
    nothing = np.zeros_like(sky[0], bool)
    assert not detect(*sky, nothing, DAYS).any()
    one = detect(sky[0][:1], sky[1][:1], nothing[:1], DAYS[:1])
    assert one.shape == (1, 40, 40)


def test_a_stack_without_masks_gets_the_detector(make_stack, run, tmp_path):
    made = make_stack(tmp_path / "stack", mask=None, count=10, size=(40, 40))
    with open_stack(made.folder) as stack:
        assert any("built-in detector" in w for w in stack.warnings)
        assert {f.mask_rule for f in stack.frames} == {
            "no mask: clouds found by the built-in detector"
        }
        tile = stack.read(stack.grid.whole)
        assert not tile.clear[~made.clear].any()  # the clouds of the stack are bright
        assert tile.clear[made.clear].mean() > 0.2  # most of it lies in a thicket of cloud
    with open_stack(made.folder, detector=False) as stack:
        assert stack.read(stack.grid.whole).clear.all()
        assert any("counts as clear" in w for w in stack.warnings)
    assert "built-in detector" in run("info", made.folder).err
    assert "counts as clear" in run("info", made.folder, "--no-detector").err


def test_images_with_a_mask_keep_it(make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    (made.folder / f"{made.files[1].stem}_CLEAR.tif").unlink()
    with open_stack(made.folder) as stack:
        assert [f.detected for f in stack.frames] == [i == 1 for i in range(6)]
        tile = stack.read(stack.grid.whole)
    for t in (0, 2, 3, 4, 5):
        assert np.array_equal(tile.clear[t], made.clear[t])


def test_the_verdict_is_the_same_in_every_window(make_stack, tmp_path):
    made = make_stack(tmp_path / "stack", mask=None, size=(70, 300))
    with open_stack(made.folder) as stack:
        whole = stack.read(stack.grid.whole).clear
        again = pickle.loads(pickle.dumps(stack))  # noqa: S301
        for window in stack.grid.tiles(33):
            rows, cols = window.slices
            assert np.array_equal(again.read(window).clear, whole[:, rows, cols])
            assert np.array_equal(
                stack.read_frame(stack.frames[2], window)[1], whole[2][rows, cols]
            )


def test_an_image_on_another_grid_is_judged_where_it_lies(make_stack, write, cleans, tmp_path):
    made = make_stack(tmp_path / "stack", mask=None, size=(40, 44))
    there = {"transform": Affine(10, 0, 600030, 0, -10, 5699980)}
    write(made.files[2], made.numbers[2][:, 2:32, 3:40], ("B02", "B03", "B04", "B08"),
          nodata=0, **there)  # fmt: skip
    with open_stack(made.folder) as stack:
        verdict = stack.read_frame(stack.frames[2], stack.grid.whole)[1][2:32, 3:40]
    frames, _ = cleans(made.folder)
    result = frames[made.files[2].name]
    assert result.shape == (4, 30, 37)
    assert np.array_equal(result[:, verdict], made.numbers[2][:, 2:32, 3:40][:, verdict])
    assert (result[:, ~verdict] != made.numbers[2][:, 2:32, 3:40][:, ~verdict]).any()


def test_s2cloudless_finds_a_cloud_and_leaves_dark_ground():
    pytest.importorskip("s2cloudless")
    assert can_run(ALL)
    series = np.full((2, len(BANDS), 60, 60), 0.1, "float32")
    series[:, BANDS.index("B10")] = 0.002
    series[0, :, 10:40, 10:40] = 0.6
    series[0, BANDS.index("B10"), 10:40, 10:40] = 0.02
    found = clouds(series)
    assert found[0, 12:38, 12:38].all()
    assert not found[1].any()


def test_s2cloudless_wants_all_its_bands():
    assert not can_run(("B02", "B03", "B04", "B08"))
