"""Prove it and the brush for masks, by hand in a real window.

window.py OUTPUT --drive drive_proofs.py --stack STACK [--dark]
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from hands import OUTPUT, STACK, check, dock, messages, picture, press, say, told, wait
from qgis.core import QgsPointXY, QgsProject
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolButton
from qgis.utils import iface

SIZES = ((1280, 800), (1920, 1200))
PROOF_S = 60


def open_copy() -> None:
    """Open a copy of the stack, which may be painted on."""
    copy = OUTPUT / "painted" / Path(STACK or "").name
    shutil.rmtree(copy.parent, ignore_errors=True)
    shutil.copytree(STACK or "", copy)
    dock().open_folder(copy)
    wait(lambda: dock().session.info is not None, "The stack does not open.", 60)
    wait(lambda: dock().frame_layer.layer is not None, "No frame comes to the canvas.", 120)
    _rest()


def clean() -> None:
    """Press Remove clouds, so that there is something to update."""
    press("Remove clouds")
    wait(lambda: dock().task is None, "The run does not end.", 180)


def prove_it() -> None:
    """Press Prove it: a map of the error with a legend, a sentence, and a report."""
    iface.messageBar().clearWidgets()
    start = time.monotonic()
    press("Prove it", QToolButton)
    check(dock().tools.proving.task is not None, "No proof starts.")
    wait(lambda: dock().tools.proving.task is None, "The proof does not end.", PROOF_S)
    spent = time.monotonic() - start
    wait(lambda: any("Kairos is off by" in text for text in messages()), "Nobody says it.")
    say(f"proved in {spent:.1f} s: {messages()}")
    _rest()
    for width, height in SIZES:
        _shot(f"proof-{width}x{height}", width, height)
    iface.messageBar().clearWidgets()
    dock().tools.proving.layers.remove()


def paint_a_mask() -> None:
    """Paint cloud and clear ground with the mouse, undo, redo, save; all layers show it."""
    cloudy = min(dock().album.acquisitions(), key=lambda a: abs(a.clear - 0.7))
    dock().panel.set_date(cloudy.date)
    QTest.qWait(1000)
    press("Paint mask", QToolButton)
    brushing = dock().tools.brushing
    wait(lambda: brushing.tool is not None and brushing.tool.is_allowed, "No mask comes.", 60)
    iface.mapCanvas().setExtent(dock().frame_layer.layer.extent())
    _rest()
    middle = iface.mapCanvas().viewport().rect().center()
    step = min(middle.x(), middle.y()) // 3
    _drag(middle - QPoint(step, step), middle + QPoint(step, -step))
    press("Clear", QToolButton)
    _drag(middle + QPoint(-step // 2, step), middle + QPoint(step // 2, step))
    canvas, day = iface.mapCanvas(), dock().panel.date()
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    check(len(brushing.strokes.of(day)) == 1, "Ctrl+Z takes nothing back.")
    press("Redo", QToolButton)
    check(len(brushing.strokes.of(day)) == 2, "Redo puts nothing down.")
    _hover(middle)
    for width, height in reversed(SIZES):
        _shot(f"brush-{width}x{height}", width, height)
    press("Save the mask")
    sentence = told("is saved", 120)
    say(sentence)
    check(not brushing.is_open, "The brush stays in the hand.")
    name = next(f["file"] for f in dock().session.info["frames"] if f["date"] == day.isoformat())
    file = dock().session.folder / f"{Path(name).stem}_BRUSH.tif"
    check(file.exists(), f"There is no {file.name}.")
    press("Paint mask", QToolButton)
    wait(lambda: brushing.tool is not None and brushing.tool.is_allowed, "No mask comes.", 60)
    _rest()
    _shot("brush-saved-1280x800", *SIZES[0])
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    check(not brushing.is_open, "Escape does not put the brush away.")
    file.unlink()


def paint_elsewhere() -> None:
    """On a turned canvas in degrees, on a day without an image, and with the layers removed."""
    canvas, brushing = iface.mapCanvas(), dock().tools.brushing
    layer = dock().frame_layer.layer
    before = canvas.mapSettings().destinationCrs()
    canvas.setDestinationCrs(type(before)("EPSG:4326"))
    canvas.setRotation(25)
    canvas.setExtent(canvas.mapSettings().layerExtentToOutputExtent(layer, layer.extent()))
    press("Paint mask", QToolButton)
    wait(lambda: brushing.tool is not None and brushing.tool.is_allowed, "No mask comes.", 60)
    _rest()
    info = dock().session.info
    spot = (info["width"] * 0.4, info["height"] * 0.4)
    a, _, c, _, e, f = info["transform"]
    there = canvas.mapSettings().layerToMapCoordinates(
        layer, QgsPointXY(c + a * spot[0], f + e * spot[1])
    )
    at = canvas.getCoordinateTransform().transform(there).toQPointF().toPoint()
    _drag(at, at)
    stroke = brushing.strokes.of(dock().panel.date())[0]
    apart = max(abs(found - wanted) for found, wanted in zip(stroke.points[0], spot))
    check(apart < 1, f"The stroke is off by {apart} pixels.")
    _shot("brush-turned-1280x800", *SIZES[0])
    QgsProject.instance().removeAllMapLayers()
    QgsProject.instance().layerTreeRoot().removeAllChildren()
    _drag(at, at + QPoint(20, 0))
    check(len(brushing.strokes.of(dock().panel.date())) == 2, "It paints no more.")
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    told("not saved")
    press("Discard")
    check(not brushing.is_open, "The brush stays in the hand.")
    canvas.setRotation(0)
    canvas.setDestinationCrs(before)
    dock().panel.dateSettled.emit(dock().panel.date())
    wait(lambda: dock().frame_layer.layer is not None, "The frame does not come back.", 60)


STEPS = (prove_it, paint_a_mask, paint_elsewhere)


def _shot(name: str, width: int, height: int) -> None:
    """A picture once the map has found its new size."""
    picture(name, width, height)
    _rest()
    picture(name, width, height)


def _rest() -> None:
    QTest.qWait(700)
    wait(lambda: not iface.mapCanvas().isDrawing(), "The canvas does not come to rest.", 30)


def _hover(at: QPoint) -> None:
    _move(at, held=False)
    QTest.qWait(100)


def _drag(start: QPoint, end: QPoint) -> None:
    """Draw with the left button from one place of the canvas to another."""
    view = iface.mapCanvas().viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for n in range(1, 16):
        _move(start + (end - start) * (n / 15), held=True)
        QTest.qWait(5)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def _move(at: QPoint, *, held: bool) -> None:
    view = iface.mapCanvas().viewport()
    button = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(view.mapToGlobal(at)),
        Qt.MouseButton.NoButton, button, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
