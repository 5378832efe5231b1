"""A fingerprint changes with the images, and with nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from kairos.engine.rasters.fingerprint import fingerprint


def test_the_fingerprint_of_a_file_changes_with_it(tmp_path: Path) -> None:
    cube = tmp_path / "cube.nc"
    cube.write_bytes(b"one")
    first = fingerprint(cube)
    assert first
    cube.write_bytes(b"another")
    assert fingerprint(cube) != first


def test_fingerprint_changes_with_the_images(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"one")
    first = fingerprint(tmp_path)
    (tmp_path / "a.tif.aux.xml").write_text("statistics that QGIS leaves behind")
    assert fingerprint(tmp_path) == first
    (tmp_path / "b.tif").symlink_to(tmp_path / "nowhere")
    assert fingerprint(tmp_path) == first
    os.utime(tmp_path / "a.tif", (1, 1))
    assert fingerprint(tmp_path) != first
    assert fingerprint(tmp_path / "none") == frozenset()
