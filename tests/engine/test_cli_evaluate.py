from __future__ import annotations

import json

import pytest

KEYS = {"stack", "task", "model", "pixels", "mae", "rmse", "ratio", "within", "skipped"}


@pytest.mark.parametrize("task", ["cloud", "frame"])
def test_the_report_holds_a_figure_for_each_model(run, sample, tmp_path, task):
    path = tmp_path / "new" / "report.json"
    done = run(
        *("evaluate", sample, "--task", task, "--models", "linear,scene-regression"),
        *("--seed", "3", "--output", path),
    )
    assert done.code == 0
    report = json.loads(path.read_text())
    assert (report["task"], report["seed"]) == (task, 3)
    linear, scene = report["results"]
    for result, model in ((linear, "linear"), (scene, "scene-regression")):
        assert set(result) == KEYS
        assert (result["model"], result["task"], result["stack"]) == (model, task, "stack")
        if result["skipped"] is None:
            assert 0 < result["mae"] <= result["rmse"] < 0.2
            assert result["pixels"] > 0
            assert model in done.out
    if linear["skipped"] is None:
        assert linear["ratio"] == 1
        assert linear["pixels"] == scene["pixels"]


def test_one_seed_gives_one_result(run, sample, tmp_path):
    reports = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        path = tmp_path / f"{name}.json"
        done = run(
            *("evaluate", sample, "--task", "cloud", "--models", "nearest"),
            *("--seed", seed, "--output", path),
        )
        assert done.code == 0
        reports.append(json.loads(path.read_text())["results"])
    assert reports[0] == reports[1]
    assert reports[0] != reports[2]


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


@pytest.mark.parametrize("task", ["anytime", "gap", "masks"])
def test_tasks_to_come_say_so(run, sample, task):
    done = run("evaluate", sample, "--task", task)
    assert done.code in (0, 1)
    if done.code == 1:
        assert task in done.error
        assert "cloud" in done.error


def test_errors_have_names(run, sample, make_stack, tmp_path):
    done = run("evaluate", tmp_path / "nowhere", "--task", "cloud")
    assert done.code == 1
    assert "nowhere" in done.error
    done = run("evaluate", sample, "--task", "cloud", "--models", "agflow")
    assert done.code == 1
    assert "agflow" in done.error
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
