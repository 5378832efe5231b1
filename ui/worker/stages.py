"""What the engine says that it is doing, in the language of the person."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def stage_words(stage: str) -> str:
    """The word of the engine, translated where it is known."""
    known = {
        "reading": _tr("reading"),
        "learning": _tr("learning"),
        "preparing": _tr("preparing"),
        "filling": _tr("filling"),
        "writing": _tr("writing"),
        "searching": _tr("searching"),
        "fetching": _tr("fetching"),
        "proving": _tr("proving"),
        "done": _tr("done"),
    }
    return known.get(stage, stage)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Stages", text)
