"""Curves as a table, and the plot as a picture."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path
from typing import Iterable, Iterator, Sequence

from qgis.PyQt.QtCore import QCoreApplication, QPoint, QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QRegion
from qgis.PyQt.QtWidgets import QWidget

from ..model import Curve

COLUMNS = ("curve", "index", "date", "value", "lower", "upper", "kind")

SHARPER = 2
"""Pixels of the picture for one of the screen."""


def write_csv(path: Path, curves: Iterable[Curve]) -> None:
    """Write one row per point; the file appears when it is whole. Raises OSError."""
    draft = path.with_name(path.name + ".part")
    with open(draft, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows_of(curves)])
    os.replace(draft, path)


def as_text(curves: Iterable[Curve]) -> str:
    """The same table for the clipboard, between tabs: a spreadsheet takes it as it is."""
    return "\n".join("\t".join(row) for row in [COLUMNS, *rows_of(curves)]) + "\n"


def rows_of(curves: Iterable[Curve]) -> Iterator[Sequence[str]]:
    """One row per point, the radar of a curve after its points."""
    for curve in curves:
        for p in sorted(curve.points, key=lambda p: (p.date, p.kind)):
            numbers = [_number(n) for n in (p.value, p.lower, p.upper)]
            yield [curve.label, curve.index, p.date.isoformat(), *numbers, p.kind]
        for r in curve.radar:
            for name, decibel in (("VV", r.vv), ("VH", r.vh)):
                yield [curve.label, name, r.date.isoformat(), _number(decibel), "", "", "radar"]


def picture_of(widget: QWidget, ground: QColor) -> QImage:
    """A widget as it stands on the screen, twice as sharp."""
    edge = widget.fontMetrics().height() // 2
    size = widget.size() + QSize(edge, edge) * 2
    picture = QImage(size * SHARPER, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(SHARPER)
    picture.fill(ground)
    painter = QPainter(picture)
    widget.render(painter, QPoint(edge, edge), QRegion(), QWidget.RenderFlag.DrawChildren)
    painter.end()
    return picture


def save_picture(path: Path, picture: QImage) -> None:
    """Write a picture. Raises OSError."""
    if not picture.save(str(path)):
        raise OSError(
            QCoreApplication.translate(
                "CurveExport", "The picture could not be written: {}"
            ).format(path)
        )


def _number(value: float) -> str:
    return f"{value:.5g}" if math.isfinite(value) else ""
