"""What a proof says to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.PyQt.QtCore import QCoreApplication


def sentence_of(result: Mapping[str, Any]) -> str:
    """What a `ProveResult` says, for a person, in a line."""
    whole = result["part"] != "part"
    ground = _tr("On your images") if whole else _tr("In this view")
    ours, line = f"{result['mae']:.3f}", f"{result['linear']:.3f}"
    if result["ratio"] >= 1:
        text = _tr("{} Kairos is off by {} reflectance, no less than plain interpolation ({}).")
    else:
        text = _tr("{} Kairos is off by {} reflectance; plain interpolation by {}.")
    return text.format(ground, ours, line)


def details_of(result: Mapping[str, Any]) -> str:
    """How sure it is, and what was looked at."""
    days = _tr("one day") if result["dates"] == 1 else _tr("{} days").format(result["dates"])
    seen = {
        "whole": _tr("all of the images"),
        "part": _tr("what the map showed"),
        "blocks": _tr("blocks spread evenly over the images"),
    }[result["part"]]
    text = _tr("The ratio is {:.2f}, nine times in ten {:.2f} to {:.2f}; seen on {}, on {}.")
    return text.format(result["ratio"], result["low"], result["high"], days, seen)


def _tr(text: str) -> str:
    return str(QCoreApplication.translate("ProveWords", text))
