"""Drives the real QGIS as a person does; QGIS runs it with `--code` (see `window.py`).

Each step is a function and says on standard error that it was done. Whatever happens, QGIS ends:
with 0 when all steps went well, 1 when one did not or the plugin raised, 3 when one hung; then
`failed.png` shows the screen.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import time
import traceback
from collections.abc import Callable

sys.path.insert(0, os.environ["KAIROS_DRIVE"])

import acts
import bad_layers
import bad_workers
import hardships
import proofs
import slider
from hands import HARD, OUTPUT, STACK, STAY, memory, say
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer

LONGEST = 400
"""Seconds; less than `window.py` grants, so that a drive that hangs leaves a picture."""

THREE_ACTS: tuple[Callable[[], None], ...] = (
    acts.open_stack,
    acts.move_the_slider,
    acts.stop_quickly,
    acts.read_a_curve,
    acts.remove_clouds,
    acts.stay_light,
)
HARDSHIPS: tuple[Callable[[], None], ...] = (
    *proofs.STEPS,
    acts.clean_what_is_visible,
    hardships.cancel_at_every_stage,
    hardships.survive_a_dead_worker,
    hardships.survive_removed_layers,
    hardships.survive_a_removed_group,
    hardships.survive_a_new_project,
    bad_layers.survive_undated_layers,
    bad_layers.explain_mixed_layers,
    bad_layers.mend_dates,
    bad_workers.survive_a_hanging_worker,
    bad_workers.survive_nonsense,
    hardships.reload_while_running,
    acts.open_dock,
)
SLIDER = (acts.install, acts.open_dock, *slider.STEPS)
STEPS: tuple[Callable[[], None], ...] = (
    acts.install,
    acts.start_quickly,
    acts.open_dock,
    *(THREE_ACTS if STACK else ()),
    acts.take_pictures,
    *(HARDSHIPS if STACK and HARD else ()),
    *(() if STAY else (acts.reload, acts.open_dock)),
)


def go() -> None:
    """Take the steps."""
    try:
        for step in SLIDER if os.environ.get("KAIROS_SLIDER") else STEPS:
            start = time.monotonic()
            step()
            say(f"{step.__name__}: {time.monotonic() - start:.1f} s, QGIS holds {memory():.0f} MB")
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


QgsApplication.messageLog().messageReceived.connect(heard)
faulthandler.enable()
watchdog = QTimer()
watchdog.setSingleShot(True)
watchdog.timeout.connect(hung)
watchdog.start((LONGEST if not os.environ.get("KAIROS_SLIDER") else 3 * LONGEST) * 1000)
QTimer.singleShot(500, go)
