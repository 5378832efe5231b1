"""The three acts, one step each, and what they may cost."""

from __future__ import annotations

import gc
import importlib
import shutil
import sys
import time
from pathlib import Path

import pyplugin_installer
import qgis.utils
from hands import (
    OUTPUT,
    STACK,
    ZIP,
    action,
    actions,
    check,
    dock,
    inner,
    longest,
    memory,
    pauses,
    picture,
    press,
    say,
    wait,
)
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QRadioButton
from qgis.utils import iface

SIZES = ((1280, 800), (1920, 1200))
START_MS, STOP_MS, PAUSE_MS, GROWTH_MB = 50, 500, 100, 60
"""What a start of QGIS, a stop of the slider, a run's longest pause and all of it may cost."""

_before = 0.0


def install() -> None:
    """Install the zip with QGIS's own installer."""
    pyplugin_installer.instance().installFromZipFile(str(ZIP))
    check("kairos" in qgis.utils.plugins, "The plugin is not loaded.")
    check(qgis.utils.isPluginLoaded("kairos"), "The plugin is not started.")
    check("kairos" in qgis.utils.active_plugins, "The plugin is not active.")
    come_from = Path(sys.modules["kairos"].__file__ or "")
    check(OUTPUT in come_from.parents, f"The plugin comes from {come_from}, not from the zip.")


def start_quickly() -> None:
    """Load and start the plugin as QGIS does when it starts; pyqtgraph is not touched by it."""
    spent = []
    for _ in range(5):
        qgis.utils.unloadPlugin("kairos")
        QTest.qWait(20)
        for name in [n for n in sys.modules if n.split(".")[0] == "kairos"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        gc.collect()
        start = time.perf_counter()
        check(qgis.utils.loadPlugin("kairos"), "The plugin does not load.")
        check(qgis.utils.startPlugin("kairos"), "The plugin does not start.")
        spent.append(1000 * (time.perf_counter() - start))
    say(f"import, classFactory and initGui: {min(spent):.1f} ms (the best of {len(spent)})")
    check(min(spent) < START_MS, "QGIS starts slower with the plugin.")
    iface.messageBar().clearWidgets()  # of the installer
    for early in ("pyqtgraph", "kairos.engine", "kairos.ui.dock", "kairos.ui.worker.client"):
        check(early not in sys.modules, f"{early} is imported before anybody wants it.")


def open_dock() -> None:
    """Click the action Kairos: the dock opens."""
    global _before
    _before = _before or memory()
    action().trigger()
    wait(lambda: dock() is not None and dock().isVisible(), "The dock does not open.")


def open_stack() -> None:
    """Open the stack: its dates stand on the time axis, and the clearest day on the canvas."""
    picture("empty-1280x800", *SIZES[0])
    dock().open_folder(Path(STACK or ""))
    wait(lambda: dock().session.info is not None, "The stack does not open.", 60)
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes to the canvas.", 60)


def move_the_slider() -> None:
    """Press the arrow key until a day that was never acquired: its frame comes to the canvas."""
    acquired = {a.date for a in dock().album.acquisitions()}
    for _ in range(40):
        if _stop(Qt.Key.Key_Right) and dock().panel.date() not in acquired:
            break
    check(dock().panel.date() not in acquired, "The slider never leaves the acquired days.")


def stop_quickly() -> None:
    """From the key to the new frame in the layer, on days that were not asked for before."""
    before = dock().panel.date()
    keys = [Qt.Key.Key_Left] * 4 + [Qt.Key.Key_PageUp] * 4
    spent = sorted(_stop(key) for key in keys)
    dock().panel.set_date(before)
    layer = dock().frame_layer.layer
    wait(lambda: before.isoformat() in layer.name(), "The slider does not go back.")
    info = dock().session.info
    say(
        f"a stop of the slider on {info['width']} x {info['height']} pixels: best {spent[0]:.0f}, "
        f"median {spent[len(spent) // 2]:.0f}, worst {spent[-1]:.0f} ms"
    )
    if info["width"] * info["height"] <= 256 * 256:
        check(spent[0] < STOP_MS, "The slider stops too slowly.")


def _stop(key: Qt.Key) -> float:
    """Milliseconds from a key to the frame of the day; 0 where the slider did not move."""
    slider, panel, layer = inner("DateSlider"), dock().panel, dock().frame_layer
    slider.setFocus()
    before, start = panel.date(), time.perf_counter()
    QTest.keyClick(slider, key)
    day = panel.date().isoformat()
    wait(lambda: layer.layer is not None and day in layer.layer.name(), f"No frame of {day}.", 60)
    return 1000 * (time.perf_counter() - start) if panel.date() != before else 0.0


def read_a_curve() -> None:
    """Click the map: the curve of the pixel comes to the plot."""
    canvas = iface.mapCanvas()
    wait(lambda: not canvas.isDrawing(), "The canvas does not come to rest.")
    centre = canvas.viewport().rect().center()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    wait(lambda: dock().panel.curves(), "No curve comes.", 60)
    dock().panel.export_csv(str(OUTPUT / "curve.csv"))


def remove_clouds() -> None:
    """Click Remove clouds: a group of dated layers comes, and QGIS stays awake meanwhile."""
    with pauses() as beats:
        press("Remove clouds")
        check(dock().task is not None, "No run starts.")
        wait(lambda: dock().task is None, "The run does not end.", 180)
    root = QgsProject.instance().layerTreeRoot()
    groups = [g for g in root.findGroups() if "cleaned" in g.name()]
    check(len(groups) == 1, "There is no group of cleaned frames.")
    count = len(dock().session.info["frames"])
    check(len(groups[0].findLayers()) == count, "Not every frame is there.")
    say(f"longest pause of the window while cleaning: {longest(beats):.0f} ms")
    check(longest(beats) < 5 * PAUSE_MS, "The window stands still while a run goes on.")


def clean_what_is_visible() -> None:
    """Zoom in and clean only that: the images come cut to it, on the same ground."""
    canvas, root = iface.mapCanvas(), QgsProject.instance().layerTreeRoot()
    canvas.zoomByFactor(0.25)
    wait(lambda: not canvas.isDrawing(), "The canvas does not come to rest.")
    press("What is visible", QRadioButton)
    press("Remove clouds")
    wait(lambda: dock().task is None, "The run does not end.", 180)
    press("All of the images", QRadioButton)
    group = next(g for g in root.findGroups() if "cleaned" in g.name())
    part, info = group.findLayers()[0].layer(), dock().session.info
    check(part.width() < info["width"], "The images are not cut.")
    check(dock().frame_layer.layer.extent().contains(part.extent()), "It is other ground.")
    root.removeChildNode(group)
    canvas.setExtent(dock().frame_layer.layer.extent())


def stay_light() -> None:
    """QGIS's own process has not grown by much over the three acts."""
    growth = memory() - _before
    say(f"QGIS grew from {_before:.0f} MB by {growth:.0f} MB over the three acts")
    check(growth < GROWTH_MB, "QGIS grows too much.")


def take_pictures() -> None:
    """Show the whole window in each size, and with the dock at a side."""
    for width, height in SIZES:
        picture(f"window-{width}x{height}", width, height)
    shutil.copyfile(OUTPUT / "window-1280x800.png", OUTPUT / "kairos.png")
    window = iface.mainWindow()
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock())
    picture("side-1280x800", *SIZES[0])
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock())


def reload() -> None:
    """Unload the plugin and load it again: nothing is left behind, and nothing is there twice."""
    qgis.utils.reloadPlugin("kairos")
    QTest.qWait(200)
    check(len(actions()) == 1, f"There are {len(actions())} actions after a reload.")
    check(dock() is None, "A dock is left after a reload.")
