"""Drives the real QGIS with layers of which each is one band of one day, and takes a picture.

window.py OUTPUT --drive drive_bands.py --stack STACK

STACK is a folder of files such as `T32UQD_20210615_B04_10m.tif`. Leaves `bands.png` in OUTPUT.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

sys.path.insert(0, os.environ["KAIROS_DRIVE"])

import acts
from bad_layers import _action as action_named
from hands import OUTPUT, STACK, check, dock, picture, say, wait
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QItemSelectionModel, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface


def take_the_layers() -> None:
    """All files become layers; all of them are selected and taken."""
    project, view = QgsProject.instance(), iface.layerTreeView()
    there = (f for f in Path(STACK or "").iterdir() if f.suffix in (".tif", ".jp2"))
    files = sorted(f for f in there if "_SCL" not in f.name)
    layers = [QgsRasterLayer(str(file), file.stem) for file in files]
    project.addMapLayers(layers)
    view.selectionModel().clear()
    for layer in layers:
        index = view.node2index(project.layerTreeRoot().findLayer(layer.id()))
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
    action_named("Use the selected layers").trigger()
    wait(lambda: dock().session.info is not None, "The layers do not open.", 60)
    info = dock().session.info
    days = {file.name.split("_")[1] for file in files}
    check(len(info["frames"]) == len(days), f"{len(info['frames'])} images of {len(days)} days.")
    check(all(frame["mask"] for frame in info["frames"]), "A mask is missing.")
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes to the canvas.", 120)
    wait(lambda: dock().following.preview.complete, "The key frames are not all there.", 120)
    QTest.qWait(2000)
    wait(lambda: not iface.mapCanvas().isDrawing(), "The canvas does not come to rest.")
    say(f"{len(layers)} layers are {len(days)} images in bands {', '.join(info['bands'])}")


def go() -> None:
    """Take the steps, then end QGIS."""
    try:
        acts.install()
        acts.open_dock()
        take_the_layers()
        picture("bands", 1600, 1000)
    except BaseException:  # noqa: BLE001  # a script that raises leaves QGIS open for ever
        say(traceback.format_exc())
        QgsApplication.primaryScreen().grabWindow(0).save(str(OUTPUT / "failed.png"))
        os._exit(1)
    QgsApplication.exit(0)


QTimer.singleShot(500, go)
