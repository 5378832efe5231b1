"""pyqtgraph, made to live with QGIS's Qt: import it from here and nowhere else."""

from __future__ import annotations

import functools
import os
from typing import Any, Callable

from qgis.PyQt.QtCore import PYQT_VERSION_STR, QVariant

# pyqtgraph takes the first Qt that it finds unless told which one QGIS runs on.
os.environ.setdefault("PYQTGRAPH_QT_LIB", f"PyQt{PYQT_VERSION_STR.split('.')[0]}")

import pyqtgraph as pg

__all__ = ["pg"]


def _without_variants(item_change: Callable[..., Any]) -> Callable[..., Any]:
    """QGIS makes PyQt hand out null QVariants, which Qt does not take back as an item."""

    @functools.wraps(item_change)
    def wrapped(self: Any, change: Any, value: Any) -> Any:
        answer = item_change(self, change, None if isinstance(value, QVariant) else value)
        return None if isinstance(answer, QVariant) else answer

    wrapped.of_kairos = True  # type: ignore[attr-defined]
    return wrapped


for _class in (pg.GraphicsObject, pg.ViewBox):
    if not hasattr(_class.itemChange, "of_kairos"):  # the plugin may be loaded again
        _class.itemChange = _without_variants(_class.itemChange)
