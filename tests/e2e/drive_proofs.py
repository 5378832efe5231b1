"""Drives Prove it and the brush in the real QGIS and takes pictures; see `proofs.py`."""

from __future__ import annotations

import os
import sys
import traceback

sys.path.insert(0, os.environ["KAIROS_DRIVE"])

import acts
import proofs
from hands import OUTPUT, picture, say
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer


def go() -> None:
    """Take the steps and end QGIS."""
    try:
        acts.install()
        acts.open_dock()
        picture("start-1280x800", *proofs.SIZES[0])
        for step in (proofs.open_copy, proofs.clean, *proofs.STEPS):
            step()
            say(step.__name__)
    except BaseException:  # noqa: BLE001  # a script that raises leaves QGIS open for ever
        say(traceback.format_exc())
        QgsApplication.primaryScreen().grabWindow(0).save(str(OUTPUT / "failed.png"))
        os._exit(1)
    QgsApplication.exit(0)


def heard(message: str, tag: str, level: int) -> None:
    """End at an error in the plugin; QGIS catches it and would only show it."""
    if tag == "Python error":
        say(message)
        os._exit(1)


QgsApplication.messageLog().messageReceived.connect(heard)
QTimer.singleShot(500, go)
