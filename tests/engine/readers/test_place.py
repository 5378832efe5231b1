from __future__ import annotations

import tarfile
import zipfile

import pytest

from kairos.engine.errors import ReadError
from kairos.engine.readers import place
from kairos.engine.readers.place import Place


def test_files_in_folders_and_archives_by_name(tmp_path):
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "x.tif").write_bytes(b"x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "y.tif").write_bytes(b"y")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("deep/MTD.xml", "<a/>")
        archive.writestr("deep/.DS_Store", "")
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        archive.add(tmp_path / "b" / "c" / "x.tif", "z.tif")
    items = Place(tmp_path).items
    assert [str(i.inside) for i in items] == ["a.zip/deep/MTD.xml", "b/c/x.tif", "t.tar/z.tif"]
    assert [i.read() for i in items] == [b"<a/>", b"x", b"x"]
    assert items[0].source == f"/vsizip/{tmp_path.resolve()}/a.zip/deep/MTD.xml"


def test_a_whole_disk_is_no_stack(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_MOST", 3)
    for i in range(4):
        (tmp_path / f"{i}.txt").write_text("")
    with pytest.raises(ReadError, match="more than 3 files"):
        _ = Place(tmp_path).items


def test_a_file_that_is_gone_is_named(tmp_path):
    (tmp_path / "gone.xml").write_text("")
    (item,) = Place(tmp_path).items
    (tmp_path / "gone.xml").unlink()
    with pytest.raises(ReadError, match=r"gone\.xml"):
        item.read()
