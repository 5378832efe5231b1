"""The worker as a real process: requests into its pipe, answers out of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest
import rasterio

from kairos.engine.api import open_stack
from kairos.engine.curve.pixel import days_of
from kairos.engine.protocol import (
    PROTOCOL,
    VERSION,
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
    Request,
    Warning,
)
from kairos.engine.registry import default_model
from kairos.engine.serve.results import (
    CleanResult,
    CurveResult,
    FrameResult,
    PrepareResult,
    StackInfo,
)
from kairos.engine.serve.wire import LONGEST, decode, encode
from kairos.engine.shell.info import describe

from .asker import Asker, center, images


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
    assert len(images(output)) == 24
    assert len(list(output.glob("*_SOURCE.tif"))) == 24


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
    assert warm["model"] == default_model()[0]
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


def test_a_preview_is_read_ahead_while_nobody_asks(fresh: Asker, long_stack: Path) -> None:
    """The first answers come from the images, without hidden days; later ones from memory."""
    with open_stack(long_stack) as stack:
        grid, every = stack.grid, len(days_of(stack.dates))
    for block in range(16):
        row, col = 32 * (block // 4) + 5, 32 * (block % 4) + 7
        x, y = grid.transform * (col + 0.5, row + 0.5)
        request = Curve(f"block {block}", str(long_stack), x, y, quick=True, rough=True)
        curve: CurveResult = fresh.result(request)
        assert (curve["row"], curve["col"], curve["complete"]) == (row, col, False)
        rebuilt = sum(point["kind"] == "reconstructed" for point in curve["points"])
        assert rebuilt <= every
        if block == 0:
            assert rebuilt < every
        elif rebuilt == every:
            return
        time.sleep(1)
    pytest.fail("nothing was read ahead")
