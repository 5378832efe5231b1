"""A run that ends before its time is taken up where it was, whatever the moment of its end."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
import rasterio

from kairos.engine import reconstruct
from kairos.engine.api import open_stack
from kairos.engine.clean import tiles
from kairos.engine.clean.left_over import PARTIAL, broken_off
from kairos.engine.clean.resume import Work
from kairos.engine.clean.run import CleanOptions, remove_clouds
from kairos.engine.errors import CancelledError, OutputError

SIDE, TILES, FRAMES = 16, 9, 6

KILLED = """
import os, signal, sys
from pathlib import Path
from kairos.engine import cli, reconstruct

reconstruct._SIDES = ({side}, {side})
count = 0

def hook(event, arguments):
    global count
    acts = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir")
    if event not in acts or not str(arguments[0]).startswith(sys.argv[3]):
        return
    count += 1
    if count == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
code = cli.main(["clean", sys.argv[2], "--output", sys.argv[3], "--source", "--model", "temporal"])
print(count)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def stack(make_stack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("resume") / "stack"
    return make_stack(folder, count=FRAMES, size=(44, 40)).folder


def killed_at(moment, stack, output):
    """Clean in many tiles and die at a file operation; the code and how many there were."""
    script = KILLED.format(side=SIDE)
    command = [sys.executable, "-c", script, str(moment), str(stack), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, int(done.stdout.split()[-1]) if done.returncode == 0 else -1


@pytest.fixture(scope="module")
def unbroken(stack, tmp_path_factory):
    """An unbroken run, and how many file operations it took."""
    output = tmp_path_factory.mktemp("unbroken") / "out"
    code, count = killed_at(0, stack, output)
    assert code == 0
    return output, count


def assert_same(output, unbroken):
    assert {f.name for f in output.iterdir()} == {f.name for f in unbroken.iterdir()}
    for file in output.iterdir():
        with rasterio.open(file) as made, rasterio.open(unbroken / file.name) as whole:
            assert np.array_equal(made.read(), whole.read())


@pytest.mark.parametrize("share", [0.05, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99])
def test_a_killed_run_goes_on_where_it_was(stack, unbroken, monkeypatch, tmp_path, share):
    whole, count = unbroken
    output = tmp_path / "out"
    assert killed_at(max(1, round(share * count)), stack, output)[0] == -signal.SIGKILL
    before = len(Work(output).tiles.finished())
    frames = {f.name for f in output.glob("*.tif")}
    for name in frames:  # whatever has its name is whole
        with rasterio.open(output / name) as made, rasterio.open(whole / name) as other:
            assert np.array_equal(made.read(), other.read())
    saved, save = [], tiles.Plan.save
    monkeypatch.setattr(tiles.Plan, "save", lambda *args: (saved.append(args), save(*args)))
    monkeypatch.setattr(reconstruct, "_SIDES", (SIDE, SIDE))
    options = CleanOptions(model="temporal", source=True, resume=True)
    with open_stack(stack) as images:
        remove_clouds(images, output, options)
    if len(frames) < 2 * FRAMES:
        assert len(saved) == TILES - before
    assert_same(output, whole)


@pytest.fixture
def broken(stack, monkeypatch, tmp_path):
    """The folder of a run that was cancelled after some tiles."""
    monkeypatch.setattr(reconstruct, "_SIDES", (SIDE, SIDE))

    def told(stage, done):
        if stage == "filling" and done > 0.5:
            raise CancelledError("enough")

    with open_stack(stack) as images, pytest.raises(CancelledError):
        remove_clouds(images, tmp_path / "out", CleanOptions(model="temporal"), told)
    assert broken_off(tmp_path / "out")
    assert 0 < len(Work(tmp_path / "out").tiles.finished()) < TILES
    return tmp_path / "out"


def test_another_method_does_not_mix(run, stack, broken, tmp_path):
    done = run("clean", stack, "--output", broken, "--resume", "--model", "linear")
    assert done.code == 1
    assert "another method" in done.error
    assert run("clean", stack, "--output", broken, "--overwrite", "--model", "linear").code == 0
    assert run("clean", stack, "--output", tmp_path / "fresh", "--model", "linear").code == 0
    assert_same(broken, tmp_path / "fresh")


def test_other_images_do_not_mix(run, stack, broken, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(stack, changed)
    done = run("clean", changed, "--output", broken, "--resume", "--model", "temporal")
    assert done.code == 1
    assert "other images" in done.error


def test_a_broken_run_is_not_thrown_away_unasked(run, stack, broken):
    before = Work(broken).tiles.finished()
    done = run("clean", stack, "--output", broken, "--model", "temporal")
    assert done.code == 1
    assert "--resume" in done.error
    assert Work(broken).tiles.finished() == before


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 0}', '{"version": 1, "tiles": 3}'])
def test_a_manifest_that_is_none_counts_for_nothing(run, stack, broken, text):
    (broken / PARTIAL / "run" / "run.json").write_text(text)
    assert Work(broken).manifest() is None
    assert run("clean", stack, "--output", broken, "--resume", "--model", "linear").code == 0


def test_a_damaged_tile_is_named(run, stack, broken):
    tile = next((broken / PARTIAL / "run").glob("tile-*.npz"))
    tile.write_bytes(tile.read_bytes()[:-40])
    done = run("clean", stack, "--output", broken, "--resume", "--model", "temporal")
    assert done.code == 1
    assert "--overwrite" in done.error


def test_the_doubt_is_not_made_up_for_tiles_without_it(run, stack, broken, tmp_path):
    arguments = ("--model", "temporal", "--uncertainty")
    assert run("clean", stack, "--output", broken, "--resume", *arguments).code == 0
    assert run("clean", stack, "--output", tmp_path / "fresh", *arguments).code == 0
    assert_same(broken, tmp_path / "fresh")


def test_an_output_that_vanishes_is_named(stack, monkeypatch, tmp_path):
    monkeypatch.setattr(reconstruct, "_SIDES", (SIDE, SIDE))
    output = tmp_path / "out"

    def told(stage, done):
        if stage == "filling" and done > 0.3:
            shutil.rmtree(output, ignore_errors=True)

    with open_stack(stack) as images, pytest.raises(OutputError, match="cannot be written"):
        remove_clouds(images, output, CleanOptions(model="linear"), told)


def test_the_manifest_is_json_that_a_person_can_read(broken):
    found = json.loads((broken / PARTIAL / "run" / "run.json").read_text())
    assert len(found["tiles"]) == TILES
    assert len(found["frames"]) == FRAMES
