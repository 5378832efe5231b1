"""The worker as a real process: requests into its pipe, answers out of it."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import rasterio

from kairos.engine.api import open_stack
from kairos.engine.protocol import (
    PROTOCOL,
    VERSION,
    Answer,
    Cancel,
    Cancelled,
    Clean,
    Curve,
    Done,
    Failed,
    Frame,
    Open,
    Prepare,
    Progress,
    Ready,
    Reply,
    Request,
    Shutdown,
    Warning,
)
from kairos.engine.rasters.fingerprint import fingerprint
from kairos.engine.rasters.write import PARTIAL
from kairos.engine.serve.results import (
    CleanResult,
    CurveResult,
    FrameResult,
    PrepareResult,
    StackInfo,
)
from kairos.engine.serve.ticker import Pace, Ticker
from kairos.engine.serve.wire import LONGEST, decode, encode
from kairos.engine.shell.info import describe
from kairos.engine.simulate.sample import write_sample

WORKER = (sys.executable, "-m", "kairos.engine.worker")
PATIENCE = 20
"""Seconds after which an answer is missed."""


class Asker:
    """The other end of a worker."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(WORKER, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self.heard: queue.Queue[tuple[float, Answer]] = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def write(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def ask(self, request: Request) -> list[tuple[float, Reply]]:
        """All answers to a request, each with the time at which it came."""
        self.write(encode(request))
        return self.answers(request.id)

    def answers(self, id: str) -> list[tuple[float, Reply]]:
        found: list[tuple[float, Reply]] = []
        while not (found and isinstance(found[-1][1], (Done, Failed, Cancelled))):
            when, answer = self.next()
            assert isinstance(answer, Reply)
            assert answer.id == id
            found.append((when, answer))
        return found

    def result(self, request: Request) -> Any:
        last = self.ask(request)[-1][1]
        assert isinstance(last, Done), last
        return last.result

    def failure(self, request: Request) -> Failed:
        last = self.ask(request)[-1][1]
        assert isinstance(last, Failed), last
        return last

    def next(self) -> tuple[float, Answer]:
        return self.heard.get(timeout=PATIENCE)

    def close(self) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        self.listener.join(PATIENCE)
        self.process.stdout.close()
        return code

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            answer = decode(line.rstrip(b"\n"))
            assert isinstance(answer, Answer)
            self.heard.put((time.monotonic(), answer))


@pytest.fixture
def fresh() -> Iterator[Asker]:
    """A worker that has just said Ready."""
    asker = Asker()
    assert isinstance(asker.next()[1], Ready)
    yield asker
    asker.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[Asker]:
    """A worker that tests share."""
    asker = Asker()
    assert isinstance(asker.next()[1], Ready)
    yield asker
    assert asker.close() == 0


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "stack"
    write_sample(path, seed=5, size=(48, 48), frames=12, radar_frames=6)
    return path


@pytest.fixture(scope="session")
def long_stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack that takes seconds to clean."""
    path = tmp_path_factory.mktemp("long") / "stack"
    write_sample(path, seed=5, size=(128, 128), frames=48, radar_frames=6)
    return path


def images(folder: Path) -> list[str]:
    """The names of the frames in a folder, each of which must open and read."""
    files = sorted(folder.glob("*.tif")) if folder.exists() else []
    for file in files:
        with rasterio.open(file) as image:
            image.read()
    return [f.name for f in files if not f.stem.endswith(("_SCL", "_SIGMA", "_SOURCE"))]


def test_ready_says_who_answers() -> None:
    asker = Asker()
    ready = asker.next()[1]
    assert isinstance(ready, Ready)
    assert (ready.protocol, ready.version) == (PROTOCOL, VERSION)
    assert ready.python == ".".join(str(part) for part in sys.version_info[:3])
    assert ready.models["scene-regression"] == "ready"
    assert asker.close() == 0


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="Windows has no such thing")
def test_the_worker_lets_the_window_go_first(worker: Asker) -> None:
    own, others = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, worker.process.pid))
    assert others >= min(own + 5, 19)


def test_a_python_without_the_engine_says_so() -> None:
    script = f"import sys; sys.path[:0] = {sys.path!r}; from kairos.engine import worker\n"
    script += "sys.path[:] = [p for p in sys.path if 'packages' not in p]; sys.exit(worker.main())"
    run = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True)
    answer = decode(run.stdout.strip())
    assert run.returncode == 1
    assert isinstance(answer, Failed)
    assert answer.kind == "ModuleNotFoundError"


def test_open_tells_what_the_stack_holds(worker: Asker, stack: Path) -> None:
    facts: StackInfo = worker.result(Open("open", str(stack)))
    assert len(facts["dates"]) == len(facts["frames"]) == 12
    assert len(facts["radar_dates"]) == 6
    assert (facts["width"], facts["height"], facts["crs"]) == (48, 48, "EPSG:32632")
    assert len(facts["transform"]) == 6
    assert facts["transform"][0] == 10
    frame = facts["frames"][0]
    assert (stack / frame["file"]).exists()
    assert frame["mask"] == frame["file"].replace(".tif", "_SCL.tif")
    assert (frame["date_rule"], frame["mask_rule"]) == (
        "YYYYMMDD",
        "Sen2Cor classes 4, 5, 6, 7 usable",
    )
    assert all(0 <= f["clear"] <= 1 for f in facts["frames"])
    with open_stack(stack) as opened:
        assert facts == json.loads(json.dumps(describe(opened)))


def test_named_errors_keep_their_sentence(worker: Asker, stack: Path, tmp_path: Path) -> None:
    out, there = str(tmp_path / "out.tif"), str(stack)
    cases: list[tuple[Request, str, str]] = [
        (Open("1", str(tmp_path / "none")), "StackError", "check the path"),
        (Prepare("2", there, model="magic"), "ModelError", "no model magic"),
        (Prepare("3", there, window=(40, 0, 20, 20)), "RequestError", "not on the images"),
        (Frame("4", there, "20210505", out), "RequestError", "no date such as"),
        (Frame("5", there, "2031-05-05", out), "RequestError", "outside of the images"),
        (Frame("6", there, "2021-05-05", str(stack / "x.tif")), "OutputError", "lies inside"),
        (Curve("7", there, 0, 0), "RequestError", "not on the images"),
        (Clean("8", there, str(stack / "out")), "OutputError", "lies inside"),
    ]
    for request, kind, part in cases:
        failed = worker.failure(request)
        assert failed.kind == kind
        assert part in failed.message
        assert "\n" not in failed.message


def test_unknown_errors_keep_the_worker_alive(worker: Asker, stack: Path) -> None:
    failed = worker.failure(Prepare("odd", "\0"))
    assert failed.kind == "ValueError"
    assert "ValueError" in failed.message
    assert "Traceback" in failed.details
    assert worker.result(Open("after", str(stack)))


def test_what_is_no_request_keeps_the_worker_alive(worker: Asker, stack: Path) -> None:
    for line in ("", "garbage", "{}", "x" * (3 * LONGEST), encode(Cancelled("1"))):
        worker.write(line)
        failed = worker.next()[1]
        assert isinstance(failed, Failed)
        assert (failed.id, failed.kind) == ("", "ProtocolError")
    assert worker.result(Open("after", str(stack)))


def test_clean_tells_its_progress(fresh: Asker, long_stack: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    start = time.monotonic()
    answers = fresh.ask(Clean("clean", str(long_stack), str(output), source=True))
    times = [start, *(when for when, _ in answers)]
    progress = [answer for _, answer in answers if isinstance(answer, Progress)]
    elapsed = times[-1] - start
    # not each gap, which a busy machine may stretch, but their number
    assert 2 * elapsed - 1 <= len(progress) <= 10 * elapsed + 1
    assert min(b - a for a, b in zip(times[1:-1], times[2:-1])) > 0.05
    done = [p.done for p in progress]
    assert done == sorted(done)
    assert 0 <= done[0] < done[-1] <= 1
    assert progress[-1].remaining is not None
    last = answers[-1][1]
    assert isinstance(last, Done)
    result = cast(CleanResult, last.result)
    assert result["kept"] == 0
    assert [Path(file).name for file in result["files"]] == images(output)
    assert len(images(output)) == 48
    assert len(list(output.glob("*_SOURCE.tif"))) == 48


def test_clean_takes_a_span_of_days(worker: Asker, stack: Path, tmp_path: Path) -> None:
    days = open_stack(stack).dates
    request = Clean("span", str(stack), str(tmp_path), first=str(days[3]), last=str(days[5]))
    result: CleanResult = worker.result(request)
    assert len(result["files"]) == len(images(tmp_path)) == 3


def test_a_prepared_window_answers_twice_the_same(
    worker: Asker, stack: Path, tmp_path: Path
) -> None:
    window = (8, 16, 24, 32)
    warm: PrepareResult = worker.result(Prepare("warm", str(stack), window=window))
    assert warm["model"] == "scene-regression"
    assert warm["window"] == list(window)
    assert len(warm["dates"]) == 12
    written = []
    for name in ("a.tif", "b.tif"):
        request = Frame(
            name,
            str(stack),
            warm["dates"][4],
            str(tmp_path / name),
            uncertainty=True,
            window=window,
        )
        frame: FrameResult = worker.result(request)
        assert frame["date"] == warm["dates"][4]
        assert 0 <= frame["observed"] <= 1
        with rasterio.open(frame["file"]) as image:
            assert image.shape == (24, 32)
            written.append(image.read())
    assert (written[0] == written[1]).all()
    assert (tmp_path / "b_SIGMA.tif").exists()


def test_a_day_outside_of_the_series_is_warned_of(
    worker: Asker, stack: Path, tmp_path: Path
) -> None:
    last = open_stack(stack).dates[-1]
    request = Frame("late", str(stack), str(last + 3), str(tmp_path / "late.tif"))
    answers = [answer for _, answer in worker.ask(request)]
    assert any(isinstance(a, Warning) and str(last) in a.message for a in answers)
    assert isinstance(answers[-1], Done)
    assert answers[-1].result["date"] == str(last)


def center(stack: Path) -> tuple[float, float]:
    grid = open_stack(stack).grid
    x, y = grid.transform * (grid.width / 2, grid.height / 2)
    return x, y


def test_a_curve_has_points_of_every_kind(worker: Asker, stack: Path, tmp_path: Path) -> None:
    output = tmp_path / "curve.csv"
    request = Curve("curve", str(stack), *center(stack), index="ndvi", output=str(output))
    curve: CurveResult = worker.result(request)
    assert (curve["index"], curve["row"], curve["col"]) == ("NDVI", 24, 24)
    points = curve["points"]
    assert {"observed", "reconstructed"} <= {p["kind"] for p in points}
    assert all(p["lower"] <= p["value"] <= p["upper"] for p in points)
    assert [p["date"] for p in points] == sorted(p["date"] for p in points)
    rows = output.read_text().splitlines()
    assert len(rows) == len(points) + 1


def test_a_warm_stack_sees_new_files(worker: Asker, stack: Path, tmp_path: Path) -> None:
    growing = tmp_path / "stack"
    shutil.copytree(stack, growing)
    added = sorted(growing.glob("S2_*[0-9].tif"))[6]
    mask = added.with_name(f"{added.stem}_SCL.tif")
    aside = [shutil.move(file, tmp_path) for file in (added, mask)]
    before: PrepareResult = worker.result(Prepare("before", str(growing), "linear"))
    again: PrepareResult = worker.result(Prepare("again", str(growing), "linear"))
    for file in aside:
        shutil.move(file, growing)
    after: PrepareResult = worker.result(Prepare("after", str(growing), "linear"))
    assert len(before["dates"]) == len(again["dates"]) == 11
    assert len(after["dates"]) == 12


def test_more_stacks_than_stay_warm(worker: Asker, stack: Path) -> None:
    for model in ("linear", "nearest", "last", "linear"):
        curve = worker.result(Curve(model, str(stack), *center(stack), model=model))
        assert curve["points"]


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


def test_a_running_request_can_be_cancelled(
    fresh: Asker, long_stack: Path, stack: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    fresh.write(encode(Clean("clean", str(long_stack), str(output))))
    assert isinstance(fresh.next()[1], Progress)
    fresh.write(encode(Cancel("stop", target="clean")))
    assert isinstance(fresh.answers("clean")[-1][1], Cancelled)
    assert len(images(output)) < 48
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
    assert isinstance(fresh.next()[1], Progress)
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
    assert len(images(output)) < 48
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
    assert 0 < len(finished) < 48
    result: CleanResult = fresh.result(Clean("again", str(long_stack), str(output), resume=True))
    assert result["kept"] == len(finished)
    assert len(images(output)) == len(result["files"]) == 48
    assert not (output / PARTIAL).exists()


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


def test_the_ticker_keeps_its_beat() -> None:
    told: list[Progress] = []
    with Ticker("1", told.append) as ticker:
        ticker("filling", 0.25)
        time.sleep(1.1)  # the engine is silent
        silent = len(told)
        until = time.monotonic() + 0.5
        while time.monotonic() < until:  # and now it is not
            ticker("filling", 0.5)
    assert 2 <= silent <= 4
    assert 2 <= len(told) - silent <= 6
    assert {p.stage for p in told} == {"filling"}
    assert told[0].done == 0.25
    assert told[0].remaining is None
    assert told[-1].remaining is not None


def test_the_rest_takes_as_long_as_what_is_done() -> None:
    pace = Pace()
    assert pace.remaining(0) is None
    pace.note(0.6, 100)  # a warm start
    assert pace.remaining(101) is None
    pace.note(0.8, 110)
    assert pace.remaining(110) == 10
    assert pace.remaining(114) == 6
    assert pace.remaining(200) == 0
