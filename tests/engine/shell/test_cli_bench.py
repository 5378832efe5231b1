"""`kairos bench`"""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def figures(command):
    done = command("bench", "--quick", "--models", "linear,nearest", "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_each_method_is_measured_in_one_run(figures):
    assert [s["model"] for s in figures["speeds"]] == ["linear", "nearest"]
    for speed in figures["speeds"]:
        assert (speed["width"], speed["height"], speed["frames"], speed["bands"]) == (
            128, 128, 30, 10,
        )  # fmt: skip
        assert speed["device"] == "cpu"
        assert 0 < speed["seconds_per_mpx_frame"] < 60
        assert 20 < speed["peak_mb"] < 4000
        assert speed["matrix_gflops"] > 0
        assert speed["skipped"] is None


def test_waiting_times_are_measured(figures):
    assert 0 < figures["slider_s"] < 30
    assert 0 < figures["curve_s"] < 30
    assert 0.05 < figures["worker_start_s"] < 60
    assert figures["machine"]["cores"] >= 1


def test_a_model_that_cannot_run_is_named(run):
    done = run("bench", "--models", "seqdm")
    assert done.code == 1
    assert "seqdm" in done.error
    assert run("bench", "--models", "magic").code == 2


def test_a_run_is_measured_from_files_to_files(command):
    done = command("bench", "--size", "48,64", "--models", "linear", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert [s["side"] for s in found["sizes"]] == [48, 64]
    for size in found["sizes"]:
        assert (size["frames"], size["bands"], size["workers"]) == (30, 10, 0)
        assert size["seconds_per_mpx_frame"] > 0
        assert 0 < size["cpu_seconds"] < 60
        assert 20 < size["peak_mb"] < 2000
    assert isinstance(found["growth"], float)


def test_sizes_are_numbers(run):
    assert run("bench", "--size", "large").code == 2
