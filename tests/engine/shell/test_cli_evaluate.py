from __future__ import annotations

import json
import sys
from html.parser import HTMLParser

import pytest

TASKS = ("cloud", "frame", "anytime", "gap")
KEYS = {
    *("stack", "task", "model", "pixels", "mae", "rmse", "psnr", "sam", "ssim", "ratio"),
    *("low", "high", "gap_days", "skipped"),
}


@pytest.mark.parametrize("task", TASKS)
def test_the_report_holds_a_figure_for_each_model(run, sample, tmp_path, task):
    path = tmp_path / "new" / "report.json"
    done = run(
        *("evaluate", sample, "--task", task, "--models", "linear,scene-regression"),
        *("--seed", "3", "--output", path),
    )
    assert done.code == 0
    report = json.loads(path.read_text())
    assert (report["task"], report["seed"]) == (task, 3)
    gaps = [20, 40, 60] if task == "gap" else [None]
    models = ["linear", "scene-regression"]
    assert [(r["gap_days"], r["model"]) for r in report["results"]] == [
        (gap, model) for gap in gaps for model in models
    ]
    scored = [r for r in report["results"] if r["skipped"] is None]
    assert scored
    for result in report["results"]:
        assert set(result) >= KEYS
        assert (result["task"], result["stack"]) == (task, "stack")
    for result in scored:
        assert 0 < result["mae"] <= result["rmse"] < 0.2
        assert result["low"] <= result["ratio"] <= result["high"]
        assert 0 < result["ssim_hidden"] <= 1
        assert result["pixels"] > 0
        assert result["model"] in done.out
        assert result["model"] != "linear" or result["ratio"] == 1
    assert report["frames"]
    assert {band["band"] for band in report["bands"]} >= {"B02", "B08"}


def test_the_page_stands_alone(run, sample, tmp_path):
    path = tmp_path / "report.json"
    models = ("--models", "linear,temporal")
    assert run("evaluate", sample, "--task", "cloud", *models, "--output", path).code == 0
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "http" not in page.replace("http-equiv", "")
    assert "data:image/png;base64," in page
    assert "<svg" in page
    assert "temporal" in page
    for word in ("nan", "None", "inf<"):
        assert f">{word}" not in page
    parser = Tags()
    parser.feed(page)
    assert not parser.open


def test_one_seed_gives_one_report_byte_for_byte(run, sample, tmp_path):
    reports = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        path = tmp_path / f"{name}.json"
        done = run(
            *("evaluate", sample, "--task", "cloud", "--models", "nearest"),
            *("--seed", seed, "--output", path),
        )
        assert done.code == 0
        reports.append(path.read_bytes())
    assert reports[0] == reports[1]
    assert json.loads(reports[0])["results"] != json.loads(reports[2])["results"]


def test_several_stacks_and_one_that_cannot_be_scored(run, sample, make_stack, tmp_path):
    one = make_stack(tmp_path / "lonely", count=1)
    path = tmp_path / "report.json"
    done = run(
        *("evaluate", sample, one.folder, "--task", "cloud"),
        *("--models", "linear,nearest", "--output", path),
    )
    assert done.code == 0
    results = json.loads(path.read_text())["results"]
    assert [(r["stack"], r["model"]) for r in results] == [
        (stack, model) for stack in ("stack", "lonely") for model in ("linear", "nearest")
    ]
    assert results[0]["mae"] > 0
    assert "one date only" in results[2]["skipped"]
    assert results[2]["mae"] is None
    assert "skipped" in done.out


def test_a_model_that_cannot_run_is_skipped_beside_others(run, sample, tmp_path):
    path = tmp_path / "report.json"
    done = run(
        *("evaluate", sample, "--task", "frame", "--models", "linear,seqdm", "--output", path)
    )
    assert done.code == 0
    linear, absent = json.loads(path.read_text())["results"]
    assert linear["skipped"] is None
    assert "seqdm" in absent["skipped"]
    assert "skipped" in done.out
    assert "What was left out" in path.with_suffix(".html").read_text()


def test_left_over_cloud_can_be_scored(run, sample, tmp_path):
    path = tmp_path / "report.json"
    arguments = ("evaluate", sample, "--task", "cloud", "--models", "linear", "--output", path)
    assert run(*arguments, "--with-bright").code == 0
    report = json.loads(path.read_text())
    (result,) = report["results"]
    assert result["pixels"] == result["pixels_with_bright"]
    assert "scored all the same" in report["truth"]


def test_a_missing_library_is_named(run, sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    done = run("evaluate", sample, "--task", "cloud")
    assert done.code == 1
    assert "scikit-image" in done.error
    assert "pip install" in done.error


def test_errors_have_names(run, sample, make_stack, tmp_path):
    done = run("evaluate", tmp_path / "nowhere", "--task", "cloud")
    assert done.code == 1
    assert "nowhere" in done.error
    done = run("evaluate", sample, "--task", "cloud", "--models", "seqdm")
    assert done.code == 1
    assert "seqdm" in done.error
    page = ("--output", tmp_path / "report.html")
    assert "JSON" in run("evaluate", sample, "--task", "cloud", *page).error
    one = make_stack(tmp_path / "one", count=1)
    assert "one date only" in run("evaluate", one.folder, "--task", "cloud").error


def test_real_stacks_can_be_scored(run, data_root, tmp_path):
    path = tmp_path / "report.json"
    stack = data_root / "train" / "meadow"
    done = run(
        *("evaluate", stack, "--task", "cloud", "--models", "linear,scene-regression"),
        *("--output", path),
    )
    assert done.code == 0
    linear, scene = json.loads(path.read_text())["results"]
    assert linear["ratio"] == 1
    assert scene["ratio"] < 1


class Tags(HTMLParser):
    """Fails where a tag is closed that is not open."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
