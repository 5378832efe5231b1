"""The slider by hand in a real window: how quickly the canvas follows, and what it costs.

Driven by `window.py --slider --stack STACK`; the figures go to slider.json in the output folder.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hands import (
    OUTPUT,
    STACK,
    Beat,
    Metronome,
    busiest,
    check,
    dock,
    inner,
    longest,
    memory,
    pauses,
    picture,
    say,
    wait,
)
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface

SIDE = 512
"""Screen pixels that the images cover."""
HOUR = 36_000
"""Moves in an hour of dragging, ten a second."""
HOUR_S = float(os.environ.get("KAIROS_HOUR_S", "450"))
"""Seconds after which it is enough."""
FOLLOW_MS, REST_MS, GROWTH_MB = 120, 1000, 150

figures: dict[str, Any] = {}
metronome = Metronome()


def open_stack() -> None:
    """Open the stack and let it cover a square of the screen."""
    picture("empty", 1920, 1200)
    dock().open_folder(Path(STACK or ""))
    start = time.monotonic()
    wait(lambda: dock().frame_layer.layer is not None, "Nothing comes to the canvas.", 300)
    figures["first_seen_s"] = round(time.monotonic() - start, 1)
    _square()


def prepare() -> None:
    """Wait until there is a picture of every acquired day."""
    start, preview = time.monotonic(), dock().following.preview
    wait(lambda: preview.complete, "The pictures never come.", 200)
    figures["prepared_s"] = round(time.monotonic() - start, 1)
    figures["view"] = preview.view.size
    figures["images"] = len(dock().session.info["dates"])
    say(f"{figures['images']} pictures of {preview.view.size} after {figures['prepared_s']} s")


def idle() -> None:
    """What others on this machine cost: the longest pause of a window that does nothing."""
    metronome.start()
    with pauses() as beats:
        QTest.qWait(15_000)
    figures["idle_pause_ms"] = round(longest(beats), 1)


def drag_across_a_year() -> None:
    """Drag the handle over all days, there and back; every move is timed until it is painted."""
    spent, beats = _across()
    picture("dragging-1920x1200", 1920, 1200)
    _release(inner("DateSlider"))
    figures["moves"] = len(spent)
    figures["follow_p50_ms"] = round(statistics.median(spent), 1)
    figures["follow_p95_ms"] = round(statistics.quantiles(spent, n=20)[-1], 1)
    figures["follow_worst_ms"] = round(max(spent), 1)
    figures["longest_pause_ms"] = round(longest(beats), 1)
    figures["busiest_ms"] = round(busiest(beats), 1)
    say(f"dragging: {figures}")
    check(figures["follow_p95_ms"] < FOLLOW_MS, "The canvas does not keep up.")


def drag_below_fields() -> None:
    """The same below a vector layer, which stays seen."""
    extent = dock().frame_layer.layer.extent()
    fields = QgsVectorLayer(f"Polygon?crs={dock().frame_layer.layer.crs().authid()}", "", "memory")
    side = extent.width() / 12
    for n in range(100):
        x, y = extent.xMinimum() + side * (1 + n // 10), extent.yMinimum() + side * (1 + n % 10)
        field = QgsFeature()
        field.setGeometry(QgsGeometry.fromRect(QgsRectangle(x, y, x + side / 2, y + side / 2)))
        fields.dataProvider().addFeature(field)
    QgsProject.instance().addMapLayer(fields, False)
    QgsProject.instance().layerTreeRoot().insertLayer(0, fields)
    QTest.qWait(1000)
    dock().following.preview.hide()
    spent, beats = _across()
    picture("dragging-below-1920x1200", 1920, 1200)
    _release(inner("DateSlider"))
    figures["below_p50_ms"] = round(statistics.median(spent), 1)
    figures["below_p95_ms"] = round(statistics.quantiles(spent, n=20)[-1], 1)
    figures["below_busiest_ms"] = round(busiest(beats), 1)
    QgsProject.instance().removeMapLayer(fields.id())
    check(figures["below_p95_ms"] < FOLLOW_MS, "The canvas does not keep up below a layer.")


def rest() -> None:
    """Stop on days of which there is no picture: until that of the day itself is shown."""
    preview, spent, pause = dock().following.preview, [], []
    acquired = {a.date for a in dock().album.acquisitions()}
    first = min(acquired)
    busy, shown = [], []
    preview.shown.connect(shown.append)
    for number in range(40, 320, 14):
        day = first + dt.timedelta(number)
        if day in acquired:
            continue
        with pauses() as beats:
            start = time.perf_counter()
            dock().panel.set_date(day)
            wait(lambda day=day: day in shown, "The day itself does not come.", 20)
            spent.append(1000 * (time.perf_counter() - start))
            QTest.qWait(100)
        pause.append(longest(beats))
        busy.append(busiest(beats))
    preview.shown.disconnect()
    figures["rest_p50_ms"] = round(statistics.median(spent))
    figures["rest_worst_ms"] = round(max(spent))
    figures["rest_pause_ms"] = round(max(pause), 1)
    figures["rest_busiest_ms"] = round(max(busy), 1)
    say(f"at rest: best {min(spent):.0f}, {figures['rest_p50_ms']}, {figures['rest_worst_ms']} ms")
    check(figures["rest_p50_ms"] < REST_MS, "The frame at rest comes too late.")


def full_resolution() -> None:
    """The frame of the whole visible part in full resolution follows quietly."""
    start, layer = time.monotonic(), dock().frame_layer
    day = dock().panel.date().isoformat()
    with pauses() as beats:
        wait(lambda: layer.layer and day in layer.layer.name(), "No full resolution.", 250)
        wait(lambda: not dock().following.preview.visible, "The preview stays.", 20)
    figures["full_s"] = round(time.monotonic() - start, 1)
    figures["full_pause_ms"] = round(longest(beats), 1)
    figures["full_busiest_ms"] = round(busiest(beats), 1)
    figures["machine_pauses"], figures["machine_pause_ms"] = metronome.stop()
    say(f"full resolution after {figures['full_s']} s, pause {figures['full_pause_ms']} ms")


def an_hour() -> None:
    """As many moves as an hour of dragging has; QGIS's memory before and after."""
    slider = inner("DateSlider")
    _press(slider, slider.minimum())
    span, before, most = slider.maximum() - slider.minimum(), memory(), 0.0
    start = time.monotonic()
    for n in range(HOUR):
        step = n % (2 * span)
        _move(slider, slider.minimum() + (step if step < span else 2 * span - step))
        QCoreApplication.processEvents()
        if n % 1000 == 0:
            most = max(most, memory())
        if time.monotonic() - start > HOUR_S:
            break
    _release(slider)
    figures["hour_moves"] = n + 1
    figures["grown_mb"] = round(max(most, memory()) - before, 1)
    say(f"{n + 1} moves in {time.monotonic() - start:.0f} s: QGIS grew by {figures['grown_mb']} MB")
    check(figures["grown_mb"] < GROWTH_MB, "QGIS grows while the slider is dragged.")


def explain() -> None:
    """The swipe, a layer of trust, the second map: each with its picture."""
    looking = dock().looking
    if dock().session.is_large:
        return  # full resolution takes its time there
    frames = dock().session.info["frames"]
    day = dt.date.fromisoformat(min(frames, key=lambda f: abs(f["clear"] - 0.5))["date"])
    dock().panel.set_date(day)
    layer = dock().frame_layer
    wait(lambda: day.isoformat() in layer.layer.name(), "No frame of a cloudy day.", 250)
    wait(lambda: not dock().following.preview.visible, "The preview stays.", 20)
    looking.compare.swipe_action.trigger()
    wait(lambda: looking.compare.swipe.item.image is not None, "No original.", 20)
    picture("swipe-1280x800", 1280, 800)
    picture("swipe-1920x1200", 1920, 1200)
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_Escape)
    looking.compare.second_action.trigger()
    QTest.qWait(1500)
    picture("second-map-1920x1200", 1920, 1200)
    looking.compare.second_action.trigger()
    for panel in iface.mainWindow().findChildren(type(dock()).__mro__[1], "Layers"):
        panel.show()
    for kind in ("doubt", "days", "source"):
        looking.trust.actions[kind].trigger()
        wait(lambda kind=kind: looking.trust.layers.layer(kind) is not None, "No trust.", 250)
        QTest.qWait(1500)
        picture(f"trust-{kind}-1280x800", 1280, 800)
        looking.trust.actions[kind].trigger()


def take_pictures() -> None:
    """The window in both sizes."""
    for width, height in ((1280, 800), (1920, 1200)):
        picture(f"slider-{width}x{height}", width, height)


def keep_figures() -> None:
    """Write the figures down."""
    text = json.dumps(figures, indent=1)
    (OUTPUT / "slider.json").write_text(text, encoding="utf-8")
    sys.stderr.write(text + "\n")


def _square() -> None:
    """Show the images in a square of the screen in the middle of the canvas."""
    canvas = iface.mapCanvas()
    for name in ("Layers", "Browser"):
        for panel in iface.mainWindow().findChildren(type(dock()).__mro__[1], name):
            panel.hide()
    dock().canvas.zoom_to_stack(dock().session.info)
    extent = canvas.extent()
    a, _, c, _, e, f = dock().session.info["transform"]
    extent.set(c, f + e * dock().session.info["height"], c + a * dock().session.info["width"], f)
    crs = canvas.mapSettings().destinationCrs().authid()
    say(f"canvas {canvas.size()} in {crs}, {canvas.mapUnitsPerPixel():.1f} to a pixel")
    canvas.zoomByFactor(extent.width() / SIDE / canvas.mapUnitsPerPixel())
    wait(lambda: dock().following.preview.view is not None, "Nothing is prepared.", 60)
    QTest.qWait(1000)
    say(f"the images cover {dock().following.preview.view.size} pixels of the screen")


def _across() -> tuple[list[float], list[Beat]]:
    """Milliseconds of each move over all days and back, and the window's beats meanwhile."""
    slider, item, spent = inner("DateSlider"), dock().following.preview.item, []
    _press(slider, slider.minimum())
    days = range(slider.minimum() + 1, slider.maximum() + 1)
    with pauses() as beats:
        for day in (*days, *reversed(days)):
            if slider.value() == day:
                continue
            before, start = item.painted, time.perf_counter()
            _move(slider, day)
            while item.painted == before and time.perf_counter() - start < 1:
                QCoreApplication.processEvents()
            spent.append(1000 * (time.perf_counter() - start))
    return spent, beats


def _press(slider: Any, day: int) -> None:
    _event(slider, QEvent.Type.MouseButtonPress, day, Qt.MouseButton.LeftButton)


def _move(slider: Any, day: int) -> None:
    _event(slider, QEvent.Type.MouseMove, day, Qt.MouseButton.NoButton)


def _release(slider: Any) -> None:
    _event(slider, QEvent.Type.MouseButtonRelease, slider.value(), Qt.MouseButton.LeftButton)


def _event(slider: Any, kind: QEvent.Type, day: int, button: Qt.MouseButton) -> None:
    """A mouse event on the groove at a day, with the button held."""
    x = slider.bars._axis.x(day, slider.width())
    at = QPointF(round(x), slider.height() - 8)
    event = QMouseEvent(
        kind, at, QPointF(slider.mapToGlobal(at.toPoint())), button, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QCoreApplication.sendEvent(slider, event)


STEPS: tuple[Callable[[], None], ...] = (
    open_stack,
    prepare,
    idle,
    drag_across_a_year,
    drag_below_fields,
    rest,
    full_resolution,
    explain,
    take_pictures,
    an_hour,
    keep_figures,
)
