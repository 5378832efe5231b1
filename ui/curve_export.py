"""Curves as a table, and the plot as a picture."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path
from typing import Iterable

from qgis.PyQt.QtCore import QPoint, QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QRegion
from qgis.PyQt.QtWidgets import QWidget

from .model import Curve

COLUMNS = ("curve", "index", "date", "value", "lower", "upper", "kind")

SHARPER = 2
"""Pixels of the picture for one of the screen."""


def write_csv(path: Path, curves: Iterable[Curve]) -> None:
    """Write one row per point; the file appears when it is whole. Raises OSError."""
    draft = path.with_name(path.name + ".part")
    with open(draft, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for curve in curves:
            for p in sorted(curve.points, key=lambda p: (p.date, p.kind)):
                numbers = [_number(n) for n in (p.value, p.lower, p.upper)]
                table.writerow([curve.label, curve.index, p.date.isoformat(), *numbers, p.kind])
    os.replace(draft, path)


def write_picture(path: Path, widget: QWidget, ground: QColor) -> None:
    """Write a widget as it stands on the screen, twice as sharp. Raises OSError."""
    edge = widget.fontMetrics().height() // 2
    size = widget.size() + QSize(edge, edge) * 2
    picture = QImage(size * SHARPER, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(SHARPER)
    picture.fill(ground)
    painter = QPainter(picture)
    widget.render(painter, QPoint(edge, edge), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    if not picture.save(str(path)):
        raise OSError(f"The picture could not be written: {path}")


def _number(value: float) -> str:
    return f"{value:.5g}" if math.isfinite(value) else ""
