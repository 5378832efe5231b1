"""What Kairos cleaned is known again: without masks, and without the detector."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio

from kairos.engine import open_stack
from kairos.engine.rasters.mark import is_marked


@pytest.fixture
def made(make_stack, tmp_path):
    return make_stack(tmp_path / "stack", tags={"AREA_OR_POINT": "Area", "TAKEN": "morning"})


@pytest.mark.parametrize("source", [True, False])
def test_a_cleaned_folder_is_usable_as_a_whole(source, made, run, tmp_path):
    out = tmp_path / "out"
    assert run("clean", made.folder, "--output", out, *["--source"] * source).code == 0
    facts = json.loads(run("info", out, "--json").out)
    assert [frame["clear"] for frame in facts["frames"]] == [1.0] * 6
    assert {frame["mask_rule"] for frame in facts["frames"]} == {
        "cleaned by Kairos: every pixel with data usable"
    }
    assert run("info", out).err == ""
    with open_stack(out) as stack:
        assert stack.detection is None
    assert made.clear.all(axis=(1, 2)).any()  # one needed nothing and is a copy


def test_other_tags_stay_as_they_were(made, run, tmp_path):
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    for file in made.files:
        with rasterio.open(file) as before, rasterio.open(tmp_path / "out" / file.name) as after:
            assert after.tags() == before.tags()
            assert after.tags(1) == before.tags(1)
            assert is_marked(after)
            assert not is_marked(before)


def test_images_beside_it_that_have_a_mask_keep_it(made, run, tmp_path):
    out = tmp_path / "out"
    assert run("clean", made.folder, "--output", out).code == 0
    mask = made.files[1].with_name(f"{made.files[1].stem}_CLEAR.tif")
    (out / mask.name).write_bytes(mask.read_bytes())
    with open_stack(out) as stack:
        assert [frame.cleaned for frame in stack.frames] == [True, False, *[True] * 4]


def test_what_is_cleaned_twice_stays_as_it_is(made, run, read, tmp_path):
    assert run("clean", made.folder, "--output", tmp_path / "once").code == 0
    assert run("clean", tmp_path / "once", "--output", tmp_path / "twice").code == 0
    for file in made.files:
        once, twice = (read(tmp_path / name / file.name) for name in ("once", "twice"))
        assert np.array_equal(once, twice)


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Of one&apos;s own"/>{}</x:xmpmeta>'
)


@pytest.mark.parametrize(("end", "known"), [("</rdf:RDF>", True), ("</rdf>", False), ("", False)])
def test_xmp_of_its_own_stays_beside_the_mark(end, known, made, run, read, tmp_path):
    for file in made.files:
        with rasterio.open(file, "r+") as image:
            image.update_tags(ns="xml:XMP", **{"xml:XMP": XMP.format(end)})
    assert run("clean", made.folder, "--output", tmp_path / "out").code == 0
    copied = 0
    for file, clear in zip(made.files, made.clear):
        with rasterio.open(tmp_path / "out" / file.name) as image:
            said = " ".join(image.tags(ns="xml:XMP").values())
            assert is_marked(image) is (known or not clear.all())
        if clear.all():
            copied += 1
            assert "Of one" in said
            assert np.array_equal(read(file), read(tmp_path / "out" / file.name))
    assert copied
