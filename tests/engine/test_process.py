"""What a process of Kairos's own keeps, and what it gives back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kairos.engine import process

CODE = """
import numpy as np
from kairos.engine import process

def pages():
    status = open("/proc/self/status", encoding="ascii").read()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024

process.prepare()
before = pages()
arrays = [np.ones(2**23) for _ in range(4)]  # 64 MB each
del arrays
print(pages() - before)
process.give_back_memory()
print(pages() - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists() or process._gnu() is None,
    reason="only the GNU library is told what to keep",
)
def test_memory_of_arrays_is_kept_until_it_is_given_back():
    told = subprocess.run(
        (sys.executable, "-c", CODE), capture_output=True, text=True, check=True
    ).stdout.split()
    kept, left = map(int, told)
    assert kept > 200
    assert left < 40


def test_twice_is_as_good_as_once():
    process.prepare()
    process.prepare()
    process.give_back_memory()
