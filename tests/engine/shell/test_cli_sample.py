from __future__ import annotations

import json


def test_a_sample_is_a_stack_that_can_be_cleaned(run, tmp_path):
    folder = tmp_path / "new" / "sample"
    done = run("sample", folder, "--size", "32", "--seed", "5")
    assert done.code == 0
    assert str(folder) in done.out
    facts = json.loads(run("info", folder, "--json").out)
    assert (facts["width"], facts["height"]) == (32, 32)
    assert len(facts["dates"]) == 40
    assert len(facts["radar_dates"]) == 50
    assert facts["crs"].startswith("EPSG:326")


def test_a_seed_gives_the_same_sample_again(run, snapshot, tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert run("sample", tmp_path / name, "--size", "32", "--seed", seed).code == 0
    first, again, other = (
        {name: pixels for name, (pixels, _) in snapshot(tmp_path / folder).items()}
        for folder in "abc"
    )
    assert first == again
    assert first != other


def test_a_folder_with_something_in_it_is_left_alone(run, snapshot, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = run("sample", tmp_path)
    assert done.code == 1
    assert "not an empty folder" in done.error
    assert list(snapshot(tmp_path)) == ["mine.txt"]
    assert run("sample", tmp_path / "mine.txt").code == 1
    done = run("sample", tmp_path / "mine.txt" / "below")
    assert done.code == 1
    assert "not a directory" in done.error.lower()
