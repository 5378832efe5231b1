from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio

from kairos.engine.evaluate.mask_task import survey_masks


@pytest.fixture
def fields(write, tmp_path):
    """Dark ground, a bright cloud with its mask on every second day, (T, h, w)."""
    rng = np.random.default_rng(3)
    folder = tmp_path / "fields"
    for t in range(8):
        seen = 500 + rng.normal(0, 20, (4, 60, 60))
        seen[3] += 2500
        usable = np.ones((60, 60), "uint8")
        if t % 2:
            seen[:, 10:50, 10:45] = 5000
            usable[10:50, 10:45] = 0
        name = folder / f"S2_202005{t + 1:02d}.tif"
        write(name, seen.astype("uint16"), ("B02", "B03", "B04", "B08"), nodata=0)
        write(name.with_name(f"{name.stem}_CLEAR.tif"), usable)
    return folder


def test_the_detector_is_scored_against_the_masks(fields, run, tmp_path):
    output = tmp_path / "masks.json"
    done = run("evaluate", fields, "--task", "masks", "--output", output)
    assert done.code == 0, done.err
    assert "mean F1" in done.out
    facts = json.loads(output.read_text())
    (result,) = facts["results"]
    assert result["cloudy"] == pytest.approx(40 * 35 * 4 / (60 * 60 * 8), abs=1e-3)
    assert result["f1"] > 0.8  # what surrounds a cloud is taken too
    assert result["recall"] > 0.95
    assert result["taken"] < 0.1
    page = output.with_suffix(".html").read_text()
    assert "fields" in page
    assert page.count("<img") == 2
    again = tmp_path / "again.json"
    run("evaluate", fields, "--task", "masks", "--output", again)
    assert again.read_text() == output.read_text()


def test_what_cannot_be_scored_says_why(fields, run, make_stack, tmp_path):
    bare = make_stack(tmp_path / "bare", mask=None).folder
    (tmp_path / "empty").mkdir()
    done = run("evaluate", fields, bare, tmp_path / "empty", "--task", "masks")
    assert done.code == 0
    assert "no image has a mask" in done.out
    assert "empty holds no GeoTIFF" in done.err


def test_a_stack_without_cloud_says_how_much_is_taken(fields):
    for file in fields.glob("*_CLEAR.tif"):
        with rasterio.open(file, "r+") as mask:
            mask.write(np.ones_like(mask.read()))
    (result,) = survey_masks([fields], scl_usable=(4,)).results
    assert result.f1 is None
    assert "too little cloud" in str(result.skipped)
    assert 0 < float(result.taken or 0) < 0.5
