"""What the steps of a drive are made of: eyes and hands in the real QGIS."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QDialog,
    QDockWidget,
    QPushButton,
    QWidget,
)
from qgis.utils import iface

OUTPUT = Path(os.environ["KAIROS_OUTPUT"])
ZIP = Path(os.environ["KAIROS_ZIP"])
STACK: Optional[str] = os.environ.get("KAIROS_STACK")
STAY = bool(os.environ.get("KAIROS_STAY"))
HARD = bool(os.environ.get("KAIROS_HARD"))


def say(text: str) -> None:
    """A line for the log."""
    sys.stderr.write(f"drive: {text}\n")
    sys.stderr.flush()


def check(holds: bool, otherwise: str) -> None:
    """Raise where something does not hold."""
    if not holds:
        raise AssertionError(otherwise)


def wait(until: Callable[[], Any], otherwise: str, seconds: float = 10) -> None:
    """Let QGIS work until something holds."""
    end = time.monotonic() + seconds
    while not until():
        check(time.monotonic() < end, otherwise)
        QTest.qWait(5)


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


def inner(name: str) -> QWidget:
    """The widget of the dock whose class has this name."""
    return next(w for w in dock().findChildren(QWidget) if type(w).__name__ == name)


def press(text: str, kind: type[QAbstractButton] = QPushButton) -> None:
    """Click a button of the dock or of the message bar."""
    for place in (dock(), iface.messageBar()):
        for button in place.findChildren(kind):
            if button.text() == text and button.isVisible():
                check(button.isEnabled(), f"{text} is disabled.")
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                return
    raise AssertionError(f"There is no button {text}.")


def messages() -> list[str]:
    """The sentences in the message bar."""
    return [item.text() for item in iface.messageBar().items()]


def told(word: str, seconds: float = 30) -> str:
    """Wait for a sentence with this word in the message bar; all sentences go away."""
    wait(lambda: any(word in text for text in messages()), f"Nobody says '{word}'.", seconds)
    text = next(text for text in messages() if word in text)
    iface.messageBar().clearWidgets()
    return text


def in_dialog(do: Callable[[QDialog], None]) -> QTimer:
    """Do something in the next dialog that opens; keep the timer until then."""
    timer = QTimer()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            timer.stop()
            do(dialog)

    timer.timeout.connect(look)
    timer.start(50)
    return timer


Beat = tuple[float, float]
"""Seconds on the clock, and seconds that the window's thread has worked."""


@contextmanager
def pauses() -> Iterator[list[Beat]]:
    """Beats of the window, every 10 ms unless something holds it up."""

    def beat() -> Beat:
        return time.monotonic(), time.thread_time()

    beats = [beat()]
    heart = QTimer()
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(beat()))
    heart.start(10)
    try:
        yield beats
    finally:
        heart.stop()


def longest(beats: list[Beat]) -> float:
    """The longest pause, in milliseconds."""
    return 1000 * max(b[0] - a[0] for a, b in zip(beats, beats[1:]))


def busiest(beats: list[Beat]) -> float:
    """The most that the window's own thread worked in one pause, in milliseconds: what would be
    left of it on a machine that does nothing else."""
    return 1000 * max(b[1] - a[1] for a, b in zip(beats, beats[1:]))


class Metronome:
    """A process beside QGIS that does nothing but beat: how long the machine lets anybody wait."""

    def start(self) -> None:
        """Begin to beat."""
        script = Path(__file__).with_name("metronome.py")
        self._process = subprocess.Popen(
            ("python3", script, "0.03"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def stop(self) -> tuple[int, float]:
        """How many pauses of more than 30 ms there were, and the longest in milliseconds."""
        found = [float(line) for line in self._process.communicate()[0].split()]
        return len(found), max(found, default=0.0)


def alive(process: int) -> bool:
    """Whether a process still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def memory() -> float:
    """What QGIS's own process holds, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.split("VmRSS:")[1].split()[0]) / 1024


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
