"""Prints of libraries never reach the answers."""

from __future__ import annotations

import subprocess
import sys


def test_only_answers_reach_standard_output() -> None:
    script = (
        "import ctypes, os\n"
        "from kairos.engine.worker import claim_stdout\n"
        "own = claim_stdout()\n"
        "print('from Python', flush=True)\n"
        "os.write(1, b'from the system\\n')\n"
        "ctypes.CDLL(None).puts(b'from C')\n"
        "ctypes.CDLL(None).fflush(None)\n"
        "os.system('echo from a child')\n"
        "os.write(own, b'an answer\\n')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.stdout == "an answer\n"
    assert set(run.stderr.splitlines()) == {
        "from Python",
        "from the system",
        "from C",
        "from a child",
    }
