"""Runs that end before their time: cancelled, killed, out of disk. Whole files or none."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio

import kairos
from kairos.engine.clean.left_over import PARTIAL, broken_off
from kairos.engine.simulate.sample import write_sample

BESIDE = ("--source", "--model", "scene-regression")  # writes in the same way, and sooner
DAY = ("--date", "2021-10-01")


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Enough frames for a run to be caught in the middle."""
    folder = tmp_path_factory.mktemp("long") / "stack"
    write_sample(folder, seed=5, size=(48, 48), frames=12, radar_frames=4)
    return folder


@pytest.fixture(scope="module")
def unbroken(command, stack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken") / "out"
    assert command("clean", stack, "--output", folder, *BESIDE).code == 0
    return folder


@pytest.fixture(scope="module")
def whole_frame(command, stack, tmp_path_factory):
    file = tmp_path_factory.mktemp("frame") / "whole.tif"
    assert command("frame", stack, *DAY, "--output", file).code == 0
    return file


def wait_for(reached, process):
    end = time.monotonic() + 60
    while not reached() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)


def published(folder, count=1):
    """Whether so many files have got their names."""
    return lambda: folder.exists() and len(list(folder.glob("*.tif"))) >= count


def assert_whole(folder, unbroken):
    """Every file is the one that an unbroken run writes."""
    for file in folder.glob("*"):
        if file.name != PARTIAL:
            with rasterio.open(file) as made, rasterio.open(unbroken / file.name) as whole:
                assert np.array_equal(made.read(), whole.read(), equal_nan=made.dtypes[0][0] == "f")


def assert_tidy(folder):
    """What is left beside the results is what another run can go on with."""
    left = [f for f in (folder / PARTIAL).rglob("*") if f.name != "run"]
    assert all(f.name == "run.json" or f.match("tile-*.npz") for f in left), left


def assert_resumed(command, stack, folder, unbroken):
    assert command("clean", stack, "--output", folder, *BESIDE, "--resume").code == 0
    assert {f.name for f in folder.iterdir()} == {f.name for f in unbroken.iterdir()}
    assert_whole(folder, unbroken)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run_ends_with_130_and_is_resumed(
    start, command, stack, unbroken, snapshot, tmp_path, sign
):
    out, before = tmp_path / "out", snapshot(stack)
    process = start("clean", stack, "--output", out, *BESIDE)
    wait_for(published(out), process)
    process.send_signal(sign)
    text, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert text == b""
    assert error.startswith(b"kairos: Cancelled")
    assert len(error.splitlines()) == 1
    assert_tidy(out)
    assert 0 < len(list(out.glob("*.tif"))) < 24
    assert_whole(out, unbroken)
    assert_resumed(command, stack, out, unbroken)
    assert snapshot(stack) == before


@pytest.mark.parametrize("act", ["frame", "curve", "evaluate"])
def test_every_long_command_can_be_cancelled(start, stack, tmp_path, act):
    arguments = {
        "frame": (stack, *DAY, "--output", tmp_path / "x.tif", "--uncertainty"),
        "curve": (stack, "--xy", 663245, 5371755, "--output", tmp_path / "x.csv"),
        "evaluate": (*[stack] * 40, "--task", "cloud", "--output", tmp_path / "x.json"),
    }[act]
    process = start(act, *arguments, "--progress", "json")
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    if process.returncode == 0:
        pytest.skip("it was faster")
    assert process.returncode == 130
    assert error.splitlines()[-1].startswith(b"kairos: Cancelled")
    assert not any(tmp_path.iterdir())


def test_a_sample_can_be_cancelled(start, tmp_path):
    process = start("sample", tmp_path / "sample", "--size", "128")
    wait_for(published(tmp_path / "sample"), process)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert len(error.splitlines()) == 1
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("moment", ["drafts", "first", "late"])
def test_a_killed_run_leaves_whole_files_and_is_resumed(
    start, command, stack, unbroken, snapshot, tmp_path, moment
):
    out, before = tmp_path / "out", snapshot(stack)
    process = start("clean", stack, "--output", out, *BESIDE)
    reached = {
        "drafts": lambda: any((out / PARTIAL).glob("run/*/*.tif")),
        "first": published(out),
        "late": published(out, 20),
    }[moment]
    wait_for(reached, process)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert_whole(out, unbroken)
    images = [f for f in out.glob("S2*.tif") if not f.stem.endswith("_SOURCE")]
    for image in images:  # an image that is there has all that belongs to it
        assert image.with_name(f"{image.stem}_SOURCE.tif").exists()
    assert_resumed(command, stack, out, unbroken)
    assert snapshot(stack) == before


def test_a_killed_run_that_finished_nothing_can_start_again(start, command, stack, tmp_path):
    out = tmp_path / "out"
    process = start("clean", stack, "--output", out)
    wait_for(lambda: (out / PARTIAL / "run").is_dir(), process)
    process.kill()
    process.communicate()
    if not broken_off(out):
        assert command("clean", stack, "--output", out, "--model", "linear").code == 0
        assert len(list(out.iterdir())) == 12


def limited(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 20_000, 45_000])
def test_files_that_may_not_grow(command, stack, unbroken, snapshot, tmp_path, size):
    out, before = tmp_path / "out", snapshot(stack)
    done = command("clean", stack, "--output", out, *BESIDE, preexec_fn=limited(size))
    if done.code == 0:
        pytest.skip("the files are small enough")
    assert done.code == 1
    assert done.out == ""
    assert "cannot be written" in done.error
    assert_tidy(out)
    assert_whole(out, unbroken)
    assert snapshot(stack) == before


@pytest.mark.parametrize("act", ["frame", "curve", "evaluate", "sample"])
def test_every_command_says_that_it_cannot_write(command, stack, tmp_path, act):
    arguments = {
        "frame": (stack, *DAY, "--output", tmp_path / "x.tif", "--uncertainty"),
        "curve": (stack, "--xy", 663245, 5371755, "--output", tmp_path / "x.csv"),
        "evaluate": (stack, "--task", "cloud", "--output", tmp_path / "x.json"),
        "sample": (tmp_path / "x", "--size", "32"),
    }[act]
    done = command(act, *arguments, preexec_fn=limited(100))
    assert done.code == 1
    assert "cannot be written" in done.error
    left = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert left == []


@pytest.fixture
def tiny(tmp_path):
    """Make a file system of so many kilobytes."""
    made = []

    def call(size):
        folder = tmp_path / f"disk{size}"
        folder.mkdir()
        mount = ("mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder)
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("only root may mount a file system here")
        made.append(folder)
        return folder

    yield call
    for folder in made:
        subprocess.run(("umount", folder), check=True)


def room_for(share, folder):
    """Kilobytes for a share of the files of a folder."""
    return int(share * sum(f.stat().st_size for f in folder.iterdir()) / 1024)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.7, 0.95])
def test_a_full_disk_leaves_whole_files(command, stack, unbroken, tiny, share):
    out = tiny(room_for(share, unbroken)) / "out"
    done = command("clean", stack, "--output", out, *BESIDE)
    assert done.code == 1
    assert done.out == ""
    assert "cannot be" in done.error
    assert_tidy(out)
    assert_whole(out, unbroken)


@pytest.mark.parametrize("size", [8, 48, 88, 128, 168])
def test_a_full_disk_leaves_a_whole_frame_or_none(command, stack, whole_frame, tiny, read, size):
    disk = tiny(size)
    done = command("frame", stack, *DAY, "--output", disk / "x.tif")
    if done.code == 0:
        assert np.array_equal(read(disk / "x.tif"), read(whole_frame))
        assert [f.name for f in disk.iterdir()] == ["x.tif"]
    else:
        assert "cannot be written" in done.error
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("size", [8, 100])
def test_a_full_disk_leaves_no_half_of_a_sample(command, tiny, size):
    disk = tiny(size)
    done = command("sample", disk / "sample", "--size", "64")
    assert done.code == 1
    assert "cannot be written" in done.error
    assert not list(disk.rglob("*.partial"))
    for file in disk.rglob("*.tif"):
        with rasterio.open(file) as image:
            image.read()


def test_after_a_full_disk_the_run_is_resumed(command, stack, unbroken, tiny):
    disk = tiny(room_for(0.95, unbroken))
    out = disk / "out"
    assert command("clean", stack, "--output", out, *BESIDE).code == 1
    grown = ("mount", "-o", "remount,size=64m", disk)
    assert subprocess.run(grown, capture_output=True).returncode == 0
    assert_resumed(command, stack, out, unbroken)


@pytest.mark.parametrize("delay", [0.08, 0.15, 0.25])
def test_ctrl_c_while_the_libraries_load_leaves_no_traceback(stack, delay):
    command = [sys.executable, "-m", "kairos.engine", "info", str(stack)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    own = str(Path(str(kairos.__file__)).parent / "engine")  # before it, Python itself is stopped
    assert own not in errors, errors
