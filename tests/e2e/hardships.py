"""What can go wrong around a run, brought about in earnest; the dock says so and goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from acts import reload
from hands import STACK, alive, check, dock, messages, picture, press, say, told, wait
from qgis.core import QgsProject
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QProgressBar
from qgis.utils import iface


def cancel_at_every_stage() -> None:
    """Before the worker is up, while it learns, while it writes, while layers are added."""
    bar = dock().findChild(QProgressBar)
    stages = {
        "at once": lambda: True,
        "learning": lambda: _stage("learning"),
        "filling": lambda: (_stage("filling") or _stage("writing")) and bar.value() > 300,
        "adding layers": lambda: _stage("adding layers"),
    }
    for name, reached in stages.items():
        dock().remove_clouds()
        wait(reached, f"The run never comes to: {name}.", 60)
        if name == "filling":
            picture("running-1280x800", 1280, 800)
        if dock().task is None:
            continue  # the picture took longer than the run
        start = time.monotonic()
        press("Cancel")
        wait(lambda: dock().task is None, "The run does not end.", 10)
        say(f"cancelled ({name}) after {1000 * (time.monotonic() - start):.0f} ms")
        if name == "at once":
            told("Cancelled; 0 images")
        if name == "learning":  # by now images may be finished
            told("images")
    check(not list(Path(STACK or "").glob(".kairos*")), "Something was left in the stack.")
    iface.messageBar().clearWidgets()


def _stage(word: str) -> bool:
    return word in dock().side.stage()


def survive_a_dead_worker() -> None:
    """Kill the worker in the middle of a run: the dock says so and goes on."""
    dock().remove_clouds()
    run = dock().task
    wait(lambda: run.worker_process_id, "The worker does not start.")
    os.kill(run.worker_process_id, signal.SIGKILL)
    wait(lambda: dock().task is None, "The run does not end.", 5)
    check(any("unexpectedly" in text for text in messages()), f"Nobody says so: {messages()}")


def survive_removed_layers() -> None:
    """Remove all layers while the worker works: the results come all the same."""
    project = QgsProject.instance()
    dock().remove_clouds()
    QTest.qWait(500)
    project.removeAllMapLayers()
    project.layerTreeRoot().removeAllChildren()
    wait(lambda: dock().task is None, "The run does not end.", 180)
    count = len(dock().session.info["frames"])
    check(len(project.mapLayers()) == count, f"{len(project.mapLayers())} layers came.")


def survive_a_removed_group() -> None:
    """Remove the group while layers are added to it: no layer is left without a place."""
    project = QgsProject.instance()
    project.removeAllMapLayers()
    root = project.layerTreeRoot()
    root.removeAllChildren()
    dock().remove_clouds()
    wait(lambda: root.findLayers(), "No layer comes.", 180)
    root.removeAllChildren()
    wait(lambda: dock().task is None, "The run does not end.")
    QTest.qWait(200)
    check(len(root.findLayers()) == 0, "Layers come into a group that is gone.")
    check(not project.mapLayers(), "Layers are left without a place.")


def survive_a_new_project() -> None:
    """Start a new project in the middle of a run: the results land in it."""
    dock().remove_clouds()
    QTest.qWait(200)
    iface.newProject(False)
    check(dock().frame_layer.layer is None, "The frame outlived its project.")
    wait(lambda: dock().task is None, "The run does not end.", 180)
    dock().panel.set_date(dock().album.acquisitions()[3].date)
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes after that.", 60)


def reload_while_running() -> None:
    """Unload and load the plugin in the middle of a run: nothing crashes, no worker is left."""
    dock().remove_clouds()
    wait(lambda: dock().task.worker_process_id, "The worker does not start.")
    workers = [dock().task.worker_process_id, dock().session.client.process_id]
    reload()
    wait(lambda: not any(map(alive, filter(None, workers))), "A worker is left.", 5)
