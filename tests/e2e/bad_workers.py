"""Workers that hang or speak nonsense: the dock says so within its patience, and recovers."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hands import OUTPUT, STACK, check, dock, press, say, told, wait

_PATIENCE_MS = 3000


def survive_a_hanging_worker() -> None:
    """It never says a word: opening and a run end by themselves, a cancel ends at once."""
    with _worker("exec sleep 600"), _little_patience():
        dock().open_folder(Path(STACK or ""))
        told("did not answer")
    _opens_again()
    with _worker("exec sleep 600"):
        dock().remove_clouds()
        press("Cancel")
        start = time.monotonic()
        wait(lambda: dock().task is None, "A hanging worker cannot be cancelled.", 5)
        say(f"a hanging worker is gone {1000 * (time.monotonic() - start):.0f} ms after Cancel")
    with _little_patience():
        dock().remove_clouds()
        run = dock().task
        wait(lambda: "learning" in dock().side.stage(), "The run does not start.")
        os.kill(run.worker_process_id, signal.SIGSTOP)
        told("did not answer")
        wait(lambda: dock().task is None, "The run does not end.", 5)


def survive_nonsense() -> None:
    """It says what is no message, has no end, or goes at once: a sentence each time."""
    for script, word in (
        ("while :; do echo hello; sleep 0.02; done", "cannot be understood"),
        ("exec cat /dev/zero", "cannot be understood"),
        ("echo not today >&2; exit 3", "unexpectedly"),
    ):
        with _worker(script):
            dock().open_folder(Path(STACK or ""))
            told(word)
            check(dock().session.info is None, "A stack opens with a worker of nonsense.")
    _opens_again()
    with _worker("while :; do echo hello; sleep 0.02; done"):
        dock().remove_clouds()
        told("cannot be understood")
        wait(lambda: dock().task is None, "The run does not end.", 5)


def _opens_again() -> None:
    dock().open_folder(Path(STACK or ""))
    wait(lambda: dock().session.info is not None, "The stack does not open any more.", 60)


@contextmanager
def _worker(script: str) -> Iterator[None]:
    """A shell script in the place of the worker's Python."""
    file = OUTPUT / "worker.sh"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    file.chmod(0o755)
    before = os.environ["KAIROS_PYTHON"]
    os.environ["KAIROS_PYTHON"] = str(file)
    dock().session.client.stop()
    try:
        yield
    finally:
        os.environ["KAIROS_PYTHON"] = before


@contextmanager
def _little_patience() -> Iterator[None]:
    """Nobody wants to wait for half a minute."""
    client = sys.modules["kairos.ui.worker.client"]
    before = client.PATIENCE_MS
    client.PATIENCE_MS = _PATIENCE_MS
    try:
        yield
    finally:
        client.PATIENCE_MS = before
