"""A file of edits: dates mended, images left out, by the names of their copies."""

from __future__ import annotations

import json

import pytest

from kairos.engine.api import open_stack


@pytest.fixture
def edited(make_stack, tmp_path):
    made = make_stack(tmp_path / "stack")

    def call(**edits):
        file = tmp_path / "edits.json"
        content = {"kairos": 1, "stack": str(made.folder), "dates": {}, "left_out": [], **edits}
        file.write_text(json.dumps(content))
        return file

    return call


def test_edits_count(edited, run):
    file = edited(dates={"S2_20200506.tif": "2019-01-02"}, left_out=["S2_20200501.tif"])
    with open_stack(file) as stack:
        assert str(stack.dates[0]) == "2019-01-02"
        assert stack.frames[0].date_rule == "you"
        assert stack.frames[0].name == "S2_20200506.tif"
        assert len(stack.frames) == 5
        assert stack.recognised.endswith(", edited")
        assert all(frame.mask is not None for frame in stack.frames)


def test_an_edited_stack_is_cleaned_under_its_names(edited, run, tmp_path):
    file = edited(left_out=["S2_20200501.tif"])
    assert run("clean", file, "--output", tmp_path / "out").code == 0
    assert sorted(f.name for f in (tmp_path / "out").iterdir())[0] == "S2_20200506.tif"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"dates": {"S2_20200506.tif": "soon"}}, "soon is no date"),
        ({"left_out": [f"S2_202005{d:02d}.tif" for d in range(1, 32)]}, "All images"),
        ({"stack": 5}, "damaged"),
        ({"stack": "/nowhere/at/all"}, "all"),
    ],
)
def test_edits_that_cannot_be_are_said(edited, run, edits, said):
    assert said in run("info", edited(**edits)).error
