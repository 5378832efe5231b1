"""What can go wrong around a run, brought about in earnest; the dock says so and goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from acts import reload
from hands import OUTPUT, STACK, alive, check, dock, messages, press, say, told, wait
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface


def cancel_a_run() -> None:
    """Cancel: the dock is idle again within two seconds, and no task is left."""
    dock().remove_clouds()
    QTest.qWait(300)
    start = time.monotonic()
    press("Cancel")
    wait(lambda: dock().task is None, "The run does not end.", 5)
    say(f"cancelled after {1000 * (time.monotonic() - start):.0f} ms")


def survive_a_dead_worker() -> None:
    """Kill the worker in the middle of a run: the dock says so and goes on."""
    dock().remove_clouds()
    run = dock().task
    wait(lambda: run.worker_process_id, "The worker does not start.")
    os.kill(run.worker_process_id, signal.SIGKILL)
    wait(lambda: dock().task is None, "The run does not end.", 5)
    check(any("unexpectedly" in text for text in messages()), f"Nobody says so: {messages()}")


def survive_a_new_project() -> None:
    """Start a new project in the middle of a run: the results land in it."""
    dock().remove_clouds()
    QTest.qWait(200)
    iface.newProject(False)
    check(dock().frame_layer.layer is None, "The frame outlived its project.")
    wait(lambda: dock().task is None, "The run does not end.", 180)
    dock().panel.set_date(dock().album.acquisitions()[3].date)
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes after that.", 60)


def survive_bad_layers() -> None:
    """Open a folder without a dated image: a sentence, and the dock goes on."""
    folder = OUTPUT / "undated"
    folder.mkdir(exist_ok=True)
    image = next(f for f in Path(STACK or "").glob("S2*.tif") if "SCL" not in f.name)
    (folder / "image.tif").write_bytes(image.read_bytes())
    iface.messageBar().clearWidgets()
    dock().open_folder(folder)
    told("date")
    dock().open_folder(Path(STACK or ""))
    wait(lambda: dock().session.info is not None, "The stack does not open any more.", 60)


def reload_while_running() -> None:
    """Unload and load the plugin in the middle of a run: nothing crashes, no worker is left."""
    dock().remove_clouds()
    wait(lambda: dock().task.worker_process_id, "The worker does not start.")
    workers = [dock().task.worker_process_id, dock().session.client.process_id]
    reload()
    wait(lambda: not any(map(alive, filter(None, workers))), "A worker is left.", 5)
