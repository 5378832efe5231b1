"""Drives the real QGIS as a person does; QGIS runs it with `--code` (see `window.py`).

Each step is a function and says on standard error that it was done. Whatever happens, QGIS ends:
with 0 when all steps went well, 1 when one did not or the plugin raised, 3 when one hung; then
`failed.png` shows the screen.
"""

from __future__ import annotations

import faulthandler
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import pyplugin_installer
import qgis.utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QPushButton, QWidget
from qgis.utils import iface

OUTPUT = Path(os.environ["KAIROS_OUTPUT"])
ZIP = Path(os.environ["KAIROS_ZIP"])
STACK: Optional[str] = os.environ.get("KAIROS_STACK")
STAY = bool(os.environ.get("KAIROS_STAY"))
HARD = bool(os.environ.get("KAIROS_HARD"))
SIZES = ((1280, 800), (1920, 1200))
LONGEST = 240
"""Seconds; less than `window.py` grants, so that a drive that hangs leaves a picture."""


# The steps


def install() -> None:
    """Install the zip with QGIS's own installer."""
    pyplugin_installer.instance().installFromZipFile(str(ZIP))
    check("kairos" in qgis.utils.plugins, "The plugin is not loaded.")
    check(qgis.utils.isPluginLoaded("kairos"), "The plugin is not started.")
    check("kairos" in qgis.utils.active_plugins, "The plugin is not active.")
    come_from = Path(sys.modules["kairos"].__file__ or "")
    check(OUTPUT in come_from.parents, f"The plugin comes from {come_from}, not from the zip.")


def open_dock() -> None:
    """Click the action Kairos: the dock opens."""
    action().trigger()
    wait(lambda: dock() is not None and dock().isVisible(), "The dock does not open.")


def open_stack() -> None:
    """Open the stack: its dates stand on the time axis, and the clearest day on the canvas."""
    dock().open_folder(Path(STACK or ""))
    wait(lambda: dock().session.info is not None, "The stack does not open.", 60)
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes to the canvas.", 60)


def move_the_slider() -> None:
    """Press the arrow key until a day that was never acquired: its frame comes to the canvas."""
    panel = dock().panel
    widgets = panel.findChildren(QWidget)
    slider = next(w for w in widgets if type(w).__name__ == "DateSlider")
    slider.setFocus()
    acquired = {a.date for a in dock().session.acquisitions()}
    for _ in range(40):
        QTest.keyClick(slider, Qt.Key.Key_Right)
        if panel.date() not in acquired:
            break
    check(panel.date() not in acquired, "The slider never leaves the acquired days.")
    day = panel.date().isoformat()
    layer = dock().frame_layer
    wait(lambda: layer.layer is not None and day in layer.layer.name(), f"No frame of {day}.", 60)


def read_a_curve() -> None:
    """Click the map: the curve of the pixel comes to the plot; click again and pin it."""
    canvas = iface.mapCanvas()
    wait(lambda: not canvas.isDrawing(), "The canvas does not come to rest.")
    centre = canvas.viewport().rect().center()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    wait(lambda: dock().panel.curves(), "No curve comes.", 60)
    dock().panel.export_csv(str(OUTPUT / "curve.csv"))


def remove_clouds() -> None:
    """Click Remove clouds: a group of dated layers comes, and QGIS stays awake meanwhile."""
    beats = [time.monotonic()]
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start(10)
    button = next(b for b in dock().findChildren(QPushButton) if b.text() == "Remove clouds")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    check(dock().task is not None, "No run starts.")
    wait(lambda: dock().task is None, "The run does not end.", 180)
    heart.stop()
    root = QgsProject.instance().layerTreeRoot()
    groups = [g for g in root.findGroups() if "cleaned" in g.name()]
    check(len(groups) == 1, "There is no group of cleaned frames.")
    count = len(dock().session.info["frames"])
    check(len(groups[0].findLayers()) == count, "Not every frame is there.")
    pauses = [b - a for a, b in zip(beats, beats[1:])]
    say(f"longest pause of the window while cleaning: {1000 * max(pauses):.0f} ms")


def cancel_a_run() -> None:
    """Cancel: the dock is idle again within two seconds, and no task is left."""
    dock().remove_clouds()
    QTest.qWait(300)
    start = time.monotonic()
    button = next(b for b in dock().findChildren(QPushButton) if b.text() == "Cancel")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait(lambda: dock().task is None, "The run does not end.", 5)
    say(f"cancelled after {1000 * (time.monotonic() - start):.0f} ms")


def survive_a_dead_worker() -> None:
    """Kill the worker in the middle of a run: the dock says so and goes on."""
    dock().remove_clouds()
    run = dock().task
    wait(lambda: run.worker_process_id, "The worker does not start.")
    os.kill(run.worker_process_id, signal.SIGKILL)
    wait(lambda: dock().task is None, "The run does not end.", 5)
    texts = [item.text() for item in iface.messageBar().items()]
    check(any("unexpectedly" in text for text in texts), f"Nobody says so: {texts}")


def survive_a_new_project() -> None:
    """Start a new project in the middle of a run: the results land in it."""
    dock().remove_clouds()
    QTest.qWait(200)
    iface.newProject(False)
    check(dock().frame_layer.layer is None, "The frame outlived its project.")
    wait(lambda: dock().task is None, "The run does not end.", 180)
    dock().panel.set_date(dock().session.acquisitions()[3].date)
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes after that.", 60)


def survive_bad_layers() -> None:
    """Open a folder without a dated image: a sentence, and the dock goes on."""
    folder = OUTPUT / "undated"
    folder.mkdir(exist_ok=True)
    image = next(f for f in Path(STACK or "").glob("S2*.tif") if "SCL" not in f.name)
    (folder / "image.tif").write_bytes(image.read_bytes())
    iface.messageBar().clearWidgets()
    dock().open_folder(folder)
    wait(lambda: iface.messageBar().items(), "Nobody says that the image has no date.", 30)
    check("date" in iface.messageBar().items()[0].text(), "The sentence is another.")
    dock().open_folder(Path(STACK or ""))
    wait(lambda: dock().session.info is not None, "The stack does not open any more.", 60)


def reload_while_running() -> None:
    """Unload and load the plugin in the middle of a run: nothing crashes, no worker is left."""
    dock().remove_clouds()
    wait(lambda: dock().task.worker_process_id, "The worker does not start.")
    workers = [dock().task.worker_process_id, dock().session.client.process_id]
    reload()
    wait(lambda: not any(map(alive, filter(None, workers))), "A worker is left.", 5)


def take_pictures() -> None:
    """Show the whole window in each size."""
    for width, height in SIZES:
        picture(f"window-{width}x{height}", width, height)
    shutil.copyfile(OUTPUT / "window-1280x800.png", OUTPUT / "kairos.png")


def reload() -> None:
    """Unload the plugin and load it again: nothing is left behind, and nothing is there twice."""
    qgis.utils.reloadPlugin("kairos")
    QTest.qWait(200)
    check(len(actions()) == 1, f"There are {len(actions())} actions after a reload.")
    check(dock() is None, "A dock is left after a reload.")


HARDSHIPS: tuple[Callable[[], None], ...] = (
    cancel_a_run,
    survive_a_dead_worker,
    survive_a_new_project,
    survive_bad_layers,
    reload_while_running,
    open_dock,
)
STEPS: tuple[Callable[[], None], ...] = (
    install,
    open_dock,
    *((open_stack, move_the_slider, read_a_curve, remove_clouds) if STACK else ()),
    take_pictures,
    *(HARDSHIPS if STACK and HARD else ()),
    *(() if STAY else (reload, open_dock)),
)


# What steps are made of


def check(holds: bool, otherwise: str) -> None:
    """Raise where something does not hold."""
    if not holds:
        raise AssertionError(otherwise)


def wait(until: Callable[[], Any], otherwise: str, seconds: float = 10) -> None:
    """Let QGIS work until something holds."""
    end = time.monotonic() + seconds
    while not until():
        check(time.monotonic() < end, otherwise)
        QTest.qWait(20)


def actions() -> list[QAction]:
    """The actions that are named Kairos."""
    found = iface.mainWindow().findChildren(QAction, "KairosAction")
    return [a for a in found if a.text() == "Kairos"]


def action() -> QAction:
    """The action of the toolbar."""
    check(len(actions()) == 1, f"There are {len(actions())} actions named Kairos.")
    return actions()[0]


def dock() -> Any:
    """The dock, or None where there is none yet."""
    return iface.mainWindow().findChild(QDockWidget, "KairosDock")


def alive(process: int) -> bool:
    """Whether a process still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def picture(name: str, width: int, height: int) -> None:
    """Save the whole window at a size; without a window manager, nobody else sets it."""
    window = iface.mainWindow()
    window.showNormal()
    window.setGeometry(0, 0, width, height)
    QTest.qWait(500)
    shot = window.grab()
    size = (shot.width(), shot.height())
    check(STAY or size == (width, height), f"The window has {size}, not {(width, height)}.")
    check(shot.save(str(OUTPUT / f"{name}.png")), f"{name}.png cannot be written.")


# The frame


def go() -> None:
    """Take the steps."""
    try:
        for step in STEPS:
            start = time.monotonic()
            step()
            say(f"{step.__name__}: {time.monotonic() - start:.1f} s")
    except BaseException:  # noqa: BLE001  # a script that raises leaves QGIS open for ever
        say(traceback.format_exc())
        leave(1)
    else:
        watchdog.stop()
        QgsApplication.messageLog().messageReceived.disconnect(heard)
        if not STAY:
            QgsApplication.exit(0)


def heard(message: str, tag: str, level: int) -> None:
    """End at an error in the plugin; QGIS catches it and would only show it."""
    if tag == "Python error":
        say(message)
        leave(1)


def hung() -> None:
    """Tell where a step hangs; it may be in a dialog that nobody answers."""
    say("".join(traceback.format_stack()))
    leave(3)


def leave(code: int) -> None:
    """End QGIS, with a picture of the screen."""
    QgsApplication.primaryScreen().grabWindow(0).save(str(OUTPUT / "failed.png"))
    os._exit(code)


def say(text: str) -> None:
    """A line for the log."""
    sys.stderr.write(f"drive: {text}\n")
    sys.stderr.flush()


QgsApplication.messageLog().messageReceived.connect(heard)
faulthandler.enable()
watchdog = QTimer()
watchdog.setSingleShot(True)
watchdog.timeout.connect(hung)
watchdog.start(LONGEST * 1000)
QTimer.singleShot(500, go)
