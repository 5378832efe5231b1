from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio

from kairos.engine.registry import MODELS


@pytest.fixture
def facts(run, sample):
    done = run("info", sample, "--json")
    assert done.code == 0
    assert done.err == ""
    return json.loads(done.out)


def test_json_has_the_keys_of_the_contract(facts):
    assert set(facts) == {
        *("dates", "bands", "frames", "radar_dates", "crs", "transform", "width", "height"),
        *("default_model", "default_reason", "models", "recognised", "radar"),
    }
    for frame in facts["frames"]:
        assert set(frame) == {
            *("date", "file", "result", "date_rule", "mask", "mask_rule", "clear")
        }


def test_json_says_what_the_files_say(facts, sample, frames_of):
    files = frames_of(sample)
    assert [f["file"] for f in facts["frames"]] == [f.name for f in files]
    assert len(facts["radar_dates"]) == 8
    assert facts["dates"] == sorted(f["date"] for f in facts["frames"])
    with rasterio.open(files[0]) as image:
        assert facts["bands"] == list(image.descriptions)
        assert rasterio.crs.CRS.from_string(facts["crs"]) == image.crs
        assert facts["transform"] == list(image.transform)[:6]
        assert (facts["width"], facts["height"]) == (image.width, image.height)
    for frame, file in zip(facts["frames"], files):
        assert frame["date"].replace("-", "") in frame["file"]
        assert frame["date_rule"] == "YYYYMMDD"
        assert frame["mask"] == f"{file.stem}_SCL.tif"
        assert frame["mask_rule"] == "Sen2Cor classes 4, 5, 6, 7 usable"
        with rasterio.open(file) as image, rasterio.open(sample / frame["mask"]) as mask:
            usable = np.isin(mask.read(1), (4, 5, 6, 7)) & (image.read() != 0).all(axis=0)
        assert frame["clear"] == pytest.approx(usable.mean(), abs=1e-3)


def test_json_says_what_can_run(facts):
    assert set(facts["models"]) == set(MODELS)
    assert facts["models"][facts["default_model"]] == "ready"
    assert facts["models"]["anytimeformer"] != "ready"
    assert facts["default_reason"]


def test_classes_that_count_as_clear_can_be_set(run, sample, facts):
    fewer = json.loads(run("info", sample, "--json", "--scl-clear", "4").out)
    assert fewer["frames"][0]["mask_rule"] == "Sen2Cor classes 4 usable"
    assert all(a["clear"] <= b["clear"] for a, b in zip(fewer["frames"], facts["frames"]))
    assert sum(f["clear"] for f in fewer["frames"]) < sum(f["clear"] for f in facts["frames"])


def test_text_says_the_same(run, sample, facts):
    done = run("info", sample)
    assert done.code == 0
    for frame in facts["frames"]:
        assert f"{frame['date']}  {frame['clear']:4.0%}  {frame['file']}" in done.out
    assert "14 images on 14 dates" in done.out
    assert "radar on 8 dates" in done.out
    assert "Sen2Cor classes 4, 5, 6, 7 usable" in done.out


def test_a_stack_without_masks_radar_or_crs(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "bare", mask=None, crs=None)
    done = run("info", made.folder, "--json")
    facts = json.loads(done.out)
    assert facts["crs"] is None
    assert facts["radar_dates"] == []
    assert facts["frames"][0]["mask"] is None
    assert "no mask" in facts["frames"][0]["mask_rule"]
    text = run("info", made.folder)
    assert "no CRS" in text.out
    assert "kairos: warning: No mask" in text.err


def test_one_date_is_described(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "one", count=1)
    done = run("info", made.folder)
    assert done.code == 0
    assert "1 images on 1 dates" in done.out
