"""`kairos clean`: into which folder it writes, and what becomes of what is there."""

from __future__ import annotations

import numpy as np
import pytest

from kairos.engine.rasters.write import PARTIAL


@pytest.mark.parametrize("where", [".", "out", "a/b", "../stack", "S2_20200501.tif"])
def test_output_in_the_stack_is_refused(run, make_stack, snapshot, tmp_path, where):
    made = make_stack(tmp_path / "stack")
    before = snapshot(tmp_path)
    for extra in ((), ("--overwrite",), ("--resume",)):
        done = run("clean", made.folder, "--output", made.folder / where, *extra)
        assert done.code == 1
        assert "images' own folder" in done.error
    assert snapshot(tmp_path) == before
    assert not (made.folder / "out").exists()


def test_output_in_the_stack_through_a_link_is_refused(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    (tmp_path / "link").symlink_to(made.folder, target_is_directory=True)
    assert run("clean", made.folder, "--output", tmp_path / "link" / "out").code == 1
    assert run("clean", tmp_path / "link", "--output", made.folder / "out").code == 1
    assert not (made.folder / "out").exists()


def test_output_around_the_stack_is_not_overwritten(run, make_stack, snapshot, tmp_path):
    made = make_stack(tmp_path / "around" / "stack")
    before = snapshot(tmp_path)
    done = run("clean", made.folder, "--output", tmp_path / "around", "--overwrite")
    assert done.code == 1
    assert "contains the images" in done.error
    assert snapshot(tmp_path) == before


def test_output_that_is_not_empty_needs_a_word(run, make_stack, snapshot, tmp_path):
    made, out = make_stack(tmp_path / "stack"), tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep")
    before = snapshot(out)
    done = run("clean", made.folder, "--output", out)
    assert done.code == 1
    assert "--resume" in done.error
    assert "--overwrite" in done.error
    assert snapshot(out) == before
    assert run("clean", made.folder, "--output", out, "--overwrite").code == 0
    assert (out / "mine.txt").read_text() == "keep"
    assert len(list(out.iterdir())) == 7


def test_an_empty_output_folder_is_taken(run, make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")
    (tmp_path / "out").mkdir()
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0


def test_overwrite_makes_all_anew(run, make_stack, read, tmp_path):
    made, out = make_stack(tmp_path / "stack"), tmp_path / "out"
    assert run("clean", made.folder, "--output", out, "--model", "nearest", "--source").code == 0
    first = [read(out / file.name) for file in made.files]
    assert run("clean", made.folder, "--output", out, "--model", "linear", "--overwrite").code == 0
    second = [read(out / file.name) for file in made.files]
    assert not all(np.array_equal(one, two) for one, two in zip(first, second))
    assert not list(out.glob("*_SOURCE.tif"))  # they told of the frames that are gone


def test_resume_makes_what_is_missing_and_keeps_the_rest(run, make_stack, snapshot, tmp_path):
    made, out = make_stack(tmp_path / "stack"), tmp_path / "out"
    assert run("clean", made.folder, "--output", out, "--source").code == 0
    whole = snapshot(out)
    (out / made.files[1].name).unlink()
    (out / f"{made.files[3].stem}_SOURCE.tif").unlink()
    (out / PARTIAL / "dead").mkdir(parents=True)
    (out / PARTIAL / "dead" / "half.tif").write_text("half")
    done = run("clean", made.folder, "--output", out, "--source", "--resume")
    assert done.code == 0
    assert "4 of them from before" in done.out
    again = snapshot(out)
    assert {name: pixels for name, (pixels, _) in again.items()} == {
        name: pixels for name, (pixels, _) in whole.items()
    }
    redone = {made.files[i].stem for i in (1, 3)}
    for name, (_, changed) in again.items():
        assert (changed != whole[name][1]) == any(stem in name for stem in redone)


def test_resume_of_a_finished_run_changes_nothing(run, make_stack, snapshot, tmp_path):
    made, out = make_stack(tmp_path / "stack"), tmp_path / "out"
    assert run("clean", made.folder, "--output", out, "--resume").code == 0
    before = snapshot(out)
    assert run("clean", made.folder, "--output", out, "--resume").code == 0
    assert snapshot(out) == before
