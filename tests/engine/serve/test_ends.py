"""How work ends: cancelled, shut down, killed, left alone by QGIS."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from kairos.engine.protocol import (
    Cancel,
    Cancelled,
    Clean,
    Frame,
    Open,
    Progress,
    Ready,
    Shutdown,
)
from kairos.engine.rasters.write import PARTIAL
from kairos.engine.serve.results import (
    CleanResult,
)
from kairos.engine.serve.wire import decode, encode

from .asker import PATIENCE, WORKER, Asker, images


def test_a_running_request_can_be_cancelled(
    fresh: Asker, long_stack: Path, stack: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    fresh.write(encode(Clean("clean", str(long_stack), str(output))))
    assert isinstance(fresh.next()[1], Progress)
    fresh.write(encode(Cancel("stop", target="clean")))
    assert isinstance(fresh.answers("clean")[-1][1], Cancelled)
    assert len(images(output)) < 24
    assert not (output / PARTIAL).exists()
    assert fresh.result(Open("after", str(stack)))


def test_a_waiting_request_can_be_cancelled(fresh: Asker, long_stack: Path, tmp_path: Path) -> None:
    fresh.write(encode(Clean("runs", str(long_stack), str(tmp_path / "out"))))
    fresh.write(encode(Frame("waits", str(long_stack), "2021-05-05", str(tmp_path / "x.tif"))))
    fresh.write(encode(Cancel("stop", target="waits")))
    fresh.write(encode(Cancel("stop", target="nothing")))
    while isinstance(answer := fresh.next()[1], Progress):
        assert answer.id == "runs"
    assert answer == Cancelled("waits")
    fresh.write(encode(Cancel("stop", target="runs")))
    assert isinstance(fresh.answers("runs")[-1][1], Cancelled)
    assert not (tmp_path / "x.tif").exists()


def test_shutdown_cancels_everything(fresh: Asker, long_stack: Path, tmp_path: Path) -> None:
    fresh.write(encode(Clean("runs", str(long_stack), str(tmp_path / "out"))))
    fresh.write(encode(Open("waits", str(long_stack))))
    while fresh.next()[1].stage != "filling":  # loading a library before that cannot be cut short
        pass
    fresh.write(encode(Shutdown("end")))
    assert fresh.process.wait(PATIENCE) == 0
    fresh.listener.join(PATIENCE)
    ends = [a.id for _, a in fresh.heard.queue if isinstance(a, Cancelled)]
    assert sorted(ends) == ["runs", "waits"]


@pytest.mark.parametrize("end", ["stdin", "stdout"])
def test_a_worker_without_a_parent_leaves(long_stack: Path, tmp_path: Path, end: str) -> None:
    output = tmp_path / "out"
    read, write = os.pipe()
    lonely = subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=write)
    os.close(write)
    assert lonely.stdin
    request = f"{encode(Clean('clean', str(long_stack), str(output)))}\n"
    with os.fdopen(read, "rb") as answers:
        lonely.stdin.write(request.encode())
        lonely.stdin.flush()
        assert isinstance(decode(answers.readline()), Ready)
        assert isinstance(decode(answers.readline()), Progress)
        if end == "stdout":
            answers.close()
        else:
            lonely.stdin.close()
        start = time.monotonic()
        lonely.wait(PATIENCE)
    assert time.monotonic() - start < 4
    assert len(images(output)) < 24
    lonely.stdin.close()


def test_a_worker_that_hangs_leaves_without_its_parent(stack: Path, tmp_path: Path) -> None:
    shutil.copytree(stack, tmp_path / "stack")
    mask = next((tmp_path / "stack").glob("*_SCL.tif"))
    mask.unlink()
    os.mkfifo(mask)  # opening it waits for ever
    asker = Asker()
    asker.write(encode(Open("hangs", str(mask.parent))))
    while not isinstance(asker.next()[1], Progress):
        pass
    start = time.monotonic()
    assert asker.close() == 1
    assert time.monotonic() - start < 4


def test_a_killed_run_leaves_whole_files_and_is_resumed(
    fresh: Asker, long_stack: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    killed = Asker()
    killed.write(encode(Clean("clean", str(long_stack), str(output))))
    deadline = time.monotonic() + PATIENCE
    while not list(output.glob("*.tif")) and time.monotonic() < deadline:
        time.sleep(0.001)
    killed.process.kill()
    killed.close()
    finished = images(output)
    assert 0 < len(finished) < 24
    result: CleanResult = fresh.result(Clean("again", str(long_stack), str(output), resume=True))
    assert result["kept"] == len(finished)
    assert len(images(output)) == len(result["files"]) == 24
    assert not (output / PARTIAL).exists()
