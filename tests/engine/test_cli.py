"""What holds for every command: exit codes, where output goes, progress."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import termios
import threading

import pytest

from kairos.engine.registry import LEARNED, MODELS, default_model, readiness

COMMANDS = ("info", "clean", "frame", "curve", "evaluate", "sample", "worker")


def test_help_lists_the_commands_and_is_no_error(run):
    done = run("--help")
    assert done.code == 0
    assert all(name in done.out for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("sing",),
        ("info",),
        ("clean", "STACK"),
        ("clean", "STACK", "--output", "out", "--resume", "--overwrite"),
        ("clean", "STACK", "--output", "out", "--dates", "2021-05-01"),
        ("clean", "STACK", "--output", "out", "--dates", "2021-05-01:spring"),
        ("clean", "STACK", "--output", "out", "--device", "tpu"),
        ("clean", "STACK", "--output", "out", "--progress", "song"),
        ("frame", "STACK", "--output", "out.tif"),
        ("frame", "STACK", "--date", "2021-02-30", "--output", "out.tif"),
        ("frame", "STACK", "--date", "20210205", "--output", "out.tif"),
        ("frame", "STACK", "--date", "NaT", "--output", "out.tif"),
        ("curve", "STACK", "--xy", "1", "--output", "out.csv"),
        ("curve", "STACK", "--xy", "east", "north", "--output", "out.csv"),
        ("info", "STACK", "--scl-clear", "4,green"),
        ("info", "STACK", "--scl-clear", "4,12"),
        ("evaluate", "--task", "cloud"),
        ("sample", "out", "--size", "7"),
        ("sample", "out", "--size", "many"),
    ],
)
def test_wrong_usage_is_2(run, sample, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    done = run(*(sample if part == "STACK" else part for part in arguments))
    assert done.code == 2
    assert done.out == ""
    assert "kairos" in done.err
    assert "Traceback" not in done.err
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ("clean", "--output", "out"),
        ("frame", "--date", "2021-05-05", "--output", "out.tif"),
        ("curve", "--xy", "1", "1", "--output", "out.csv"),
    ],
)
def test_an_unknown_model_lists_the_valid_ones(run, sample, arguments):
    command, *rest = arguments
    done = run(command, sample, *rest, "--model", "magic")
    assert done.code == 2
    assert "magic" in done.err
    assert all(name in done.err for name in MODELS)


def test_an_unknown_model_or_task_to_evaluate_lists_the_valid_ones(run, sample):
    done = run("evaluate", sample, "--task", "cloud", "--models", "linear,magic")
    assert done.code == 2
    assert "magic" in done.err
    assert all(name in done.err for name in MODELS)
    done = run("evaluate", sample, "--task", "rain")
    assert done.code == 2
    assert all(task in done.err for task in ("cloud", "frame", "anytime", "gap", "masks"))


@pytest.mark.parametrize("model", [m for m in LEARNED if readiness()[m] != "ready"])
def test_a_model_that_cannot_run_here_says_why_and_what_to_take(run, sample, tmp_path, model):
    done = run("clean", sample, "--output", tmp_path / "out", "--model", model)
    assert done.code == 1
    assert model in done.error
    assert default_model()[0] in done.error


def test_results_go_to_stdout_and_nothing_else_does(command, sample, tmp_path):
    done = command("clean", sample, "--output", tmp_path / "out", "--progress", "json")
    assert done.code == 0
    assert done.out == f"14 images in {tmp_path / 'out'}\n"
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert lines
    assert all(set(line) == {"stage", "done"} for line in lines)
    shares = [line["done"] for line in lines]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("act", ["frame", "curve", "evaluate"])
def test_every_long_command_tells_its_progress(run, sample, tmp_path, act):
    arguments = {
        "frame": ("--date", "2021-05-05", "--output", tmp_path / "x.tif"),
        "curve": ("--xy", 663245, 5371755, "--output", tmp_path / "x.csv"),
        "evaluate": ("--task", "cloud", "--models", "linear"),
    }[act]
    done = run(act, sample, *arguments, "--progress", "json")
    assert done.code == 0, done.err
    shares = [json.loads(line)["done"] for line in done.err.splitlines()]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_without_a_terminal_a_run_is_quiet(command, sample, tmp_path):
    assert command("clean", sample, "--output", tmp_path / "out", "--model", "linear").err == ""


def test_a_terminal_shows_a_bar(start, sample, tmp_path):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = start("clean", sample, "--output", tmp_path / "out", stderr=theirs)
    os.close(theirs)
    shown = []

    def listen():
        try:
            while chunk := os.read(ours, 1 << 12):
                shown.append(chunk)
        except OSError:  # the terminal is closed
            pass

    listener = threading.Thread(target=listen)
    listener.start()
    assert process.wait(60) == 0
    listener.join()
    os.close(ours)
    text = b"".join(shown).decode()
    assert "learning" in text
    assert "%" in text


def test_a_named_error_is_one_line(command, tmp_path):
    done = command("info", tmp_path / "nowhere\nat all")
    assert done.code == 1
    assert done.out == ""
    assert "check the path" in done.error


def test_a_reader_that_leaves_early_is_no_crash(start, sample):
    read, write = os.pipe()
    os.close(read)
    process = start("info", sample, "--json", stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 1)
    assert err == b""


def test_a_path_that_the_system_refuses_is_a_named_error(run):
    assert "name too long" in run("info", "x" * 5000).error.lower()


def test_models_of_the_contract():
    assert set(MODELS) == {
        *("linear", "nearest", "last", "whittaker", "temporal", "mosaic", "least-cloudy"),
        *("scene-regression", "agflow", "anytimeformer", "ms2tan", "seqdm", "stgan-cyclegan"),
    }
