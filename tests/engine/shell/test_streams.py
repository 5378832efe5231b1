from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import ctypes, os, sys
from kairos.engine.shell.streams import without_chatter
c = ctypes.CDLL(None)
print("before", file=sys.stderr)
with without_chatter():
    print("ours: \\u00e9", file=sys.stderr)
    os.write(2, b"of a library\\n")
    os.system("echo of a child >&2")
    print("result")
os.write(2, b"after\\n")
print("again", file=sys.stderr)
"""


def test_only_what_python_says_is_heard():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    assert done.stdout == b"result\n"
    assert done.stderr.decode().split("\n") == ["before", "ours: é", "after", "again", ""]


def test_a_process_without_standard_error_runs_all_the_same():
    script = "import sys; sys.stderr = None\n" + SCRIPT.replace("file=sys.stderr", "end=''")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert b"result" in done.stdout
