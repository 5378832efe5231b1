"""The client against the real worker: it answers, it dies, it is cancelled."""

from __future__ import annotations

import os
import signal

import pytest
from qgis.core import QgsApplication

from kairos.engine import protocol
from kairos.engine.simulate.sample import write_sample
from kairos.ui.clean.task import CleanTask
from kairos.ui.worker.client import WorkerClient


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(48, 48), frames=12, radar_frames=6)
    return folder


@pytest.fixture
def client(qgis_app):
    made = WorkerClient()
    yield made
    made.stop()


def ask(qtbot, client, request):
    answers = []
    client.ask(request, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=30_000)
    return answers[0]


def test_it_opens_a_stack_and_reads_a_curve(qtbot, client, stack):
    opened = ask(qtbot, client, protocol.Open("a", str(stack)))
    assert isinstance(opened, protocol.Done)
    assert len(opened.result["dates"]) == 12
    a, _, c, _, e, f = opened.result["transform"]
    curve = ask(qtbot, client, protocol.Curve("b", str(stack), c + 20 * a, f + 20 * e))
    assert isinstance(curve, protocol.Done)
    assert {p["kind"] for p in curve.result["points"]} >= {"observed", "reconstructed"}


def test_a_named_error_reaches_the_asker(qtbot, client, tmp_path):
    answer = ask(qtbot, client, protocol.Open("a", str(tmp_path / "nowhere")))
    assert isinstance(answer, protocol.Failed)
    assert "nowhere" in answer.message


def test_a_killed_worker_fails_the_request_and_the_next_one_starts_anew(qtbot, client, stack):
    answers = []
    client.ask(protocol.Prepare("a", str(stack)), answers.append)
    qtbot.waitUntil(lambda: bool(client.process_id), timeout=10_000)
    first = client.process_id
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    assert isinstance(answers[0], protocol.Failed)
    assert "unexpectedly" in answers[0].message
    assert isinstance(ask(qtbot, client, protocol.Open("b", str(stack))), protocol.Done)
    assert client.process_id != first


def test_a_frozen_worker_is_ended_when_it_does_not_obey(qtbot, client, stack):
    answers = []
    client.ask(protocol.Prepare("a", str(stack)), answers.append)
    with qtbot.waitSignal(client.ready, timeout=10_000):
        pass
    os.kill(client.process_id, signal.SIGSTOP)
    client.cancel("a")
    qtbot.waitUntil(lambda: bool(answers), timeout=5_000)
    assert client.process_id is None


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("while :; do echo hello; sleep 0.01; done", "cannot be understood"),
        ("exec cat /dev/zero", "cannot be understood"),
        ("exec sleep 600", "did not answer"),
        ("exit 3", "unexpectedly"),
    ],
)
def test_whatever_runs_in_its_place_is_survived(
    qtbot, client, stack, monkeypatch, tmp_path, script, word
):
    file = tmp_path / "worker.sh"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setattr("kairos.ui.worker.client.PATIENCE_MS", 1000)
    with monkeypatch.context() as patched:
        patched.setenv("KAIROS_PYTHON", str(file))
        answer = ask(qtbot, client, protocol.Open("a", str(stack)))
    assert isinstance(answer, protocol.Failed)
    assert word in answer.message
    assert client.process_id is None
    monkeypatch.setattr("kairos.ui.worker.client.PATIENCE_MS", 30_000)
    assert isinstance(ask(qtbot, client, protocol.Open("b", str(stack))), protocol.Done)


def test_without_a_python_it_says_so(qtbot, client, stack, monkeypatch, tmp_path):
    monkeypatch.setattr("kairos.ui.worker.client.engine_python", lambda: None)
    answers = []
    client.ask(protocol.Open("a", str(stack)), answers.append)
    assert isinstance(answers[0], protocol.Failed)
    assert "settings" in answers[0].message


def test_a_task_cleans(qtbot, stack, tmp_path):
    output = tmp_path / "out"
    task = CleanTask("clean", protocol.Clean("run", str(stack), str(output), "linear"))
    told = []
    task.told.connect(told.append)
    with qtbot.waitSignal(task.ended, timeout=60_000) as ended:
        QgsApplication.taskManager().addTask(task)
    assert isinstance(ended.args[0], protocol.Done)
    assert len(list(output.glob("*.tif"))) == 12
    assert any(isinstance(m, protocol.Progress) for m in told)


def test_a_cancelled_task_leaves_whole_files_only(qtbot, stack, tmp_path):
    output = tmp_path / "out"
    task = CleanTask("clean", protocol.Clean("run", str(stack), str(output)))
    with qtbot.waitSignal(task.ended, timeout=30_000) as ended:
        QgsApplication.taskManager().addTask(task)
        qtbot.wait(300)
        task.cancel()
    assert isinstance(ended.args[0], protocol.Cancelled)
    if output.exists():
        assert not [f for f in output.rglob("*") if f.suffix != ".tif" and f.is_file()]
