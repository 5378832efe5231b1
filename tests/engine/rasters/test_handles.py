"""Files that stay open, where the system allows few of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kairos.engine.simulate.sample import write_sample

resource = pytest.importorskip("resource", reason="Windows knows no such limit")

FEW = 90


def limited(code, *words):
    """Runs Python in a process that may open few files."""
    return subprocess.run(
        (sys.executable, "-c", code, *words),
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, 4096)),
    ).stdout.split()


def test_the_limit_of_the_process_is_heeded_and_raised_where_it_may_be():
    code = """
from kairos.engine.rasters.handles import allow_many, most_open
print(most_open())
allow_many()
print(most_open())
"""
    assert limited(code) == ["64", "1024"]


def test_a_stack_of_more_files_than_may_be_open(tmp_path):
    """Threads that read side by side close files for each other, and open them again."""
    folder = tmp_path / "stack"
    write_sample(folder, seed=3, size=(100, 100), frames=60, radar_frames=9)
    code = """
import hashlib
import sys
from pathlib import Path
from kairos.engine.api import open_stack
from kairos.engine.parallel import threads
with open_stack(Path(sys.argv[1])) as stack:
    for count in (1, 8, 8):
        with threads(count):
            tile = stack.read(stack.grid.whole)
        parts = (tile.reflectance, tile.clear, tile.radar)
        print(hashlib.md5(b"".join(p.tobytes() for p in parts)).hexdigest())
"""
    assert len(set(limited(code, str(folder)))) == 1
