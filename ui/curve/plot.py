"""The curves of places over time, on the time axis that the slider stands on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...engine.curve.indices import INDICES
from ..model import Curve
from ..qtgraph import pg
from ..theme import theme_of
from ..timeline.axis import TimeAxis
from ..timeline.ruler import TimeRuler
from ..timeline.view import TimeView
from .export import SHARPER, picture_of, save_picture, write_csv
from .items import MAIN, PIN, PREVIEW, CurveItems, values
from .legend import legend
from .radar_items import RadarItems
from .read import radar_reading, reading
from .season_items import SeasonItems

_ROOMY = 36
"""Heights of the font from which on the legend explains the signs, too."""
_USUAL = {index.name for index in INDICES.values()}
"""Of these the plot shows 0 to 1 at least, so that places can be compared at a glance."""


class CurvePlot(QWidget):
    """One main curve, a fleeting preview and any number of pins."""

    dayPicked = pyqtSignal(int)
    """The person moved the date line to this ordinal."""
    curvesChanged = pyqtSignal()
    """Other curves are shown, or others are pinned."""

    def __init__(self, axis: TimeAxis, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._axis = axis
        self.view = TimeView(axis, self)
        self.ruler = TimeRuler(axis, self)
        self.legend = QLabel(self)
        self.legend.setWordWrap(True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setToolTip(
            self.tr("Nine times in ten the truth lies in the band around the line.")
        )
        self._hint = self._overlay(self.tr("Click on the map to see how a place changes."))
        self._hint.setWordWrap(True)
        self._reading = self._overlay("")
        self._reading.setTextFormat(Qt.TextFormat.RichText)
        self._reading.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._reading.hide()
        self._hover_line = pg.InfiniteLine(angle=90, movable=False)
        self._hover_line.hide()
        self.view.view.addItem(self._hover_line, ignoreBounds=True)
        self._main = CurveItems(self.view.view, MAIN)
        self._preview = CurveItems(self.view.view, PREVIEW)
        self._pins: list[CurveItems] = []
        self._radar = RadarItems(self.view.view)
        self._seasons = SeasonItems(self.view.view)
        self._with_radar = self._with_seasons = False
        self._words = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.ruler)
        layout.addWidget(self.legend)
        self.view.dayPicked.connect(self.dayPicked)
        self.view.hovered.connect(self._read)
        axis.changed.connect(self._place)
        self._dress()

    def _overlay(self, text: str) -> QLabel:
        label = QLabel(text, self.view)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label

    # Curves

    def set_curve(self, curve: Optional[Curve]) -> None:
        """Show the main curve; it takes the place of the one before."""
        self._preview.show(None)
        self._main.show(curve)
        self._refresh()
        self.curvesChanged.emit()

    def set_waiting(self, waiting: bool) -> None:
        """Say, as long as there is no curve, that one is on its way: the first takes longest."""
        click = self.tr("Click on the map to see how a place changes.")
        self._hint.setText(self.tr("Reading the curve...") if waiting else click)
        self._place()

    def show_preview(self, curve: Optional[Curve]) -> None:
        """Show a curve as long as the mouse is there, or none."""
        if curve is not None or self._preview.curve is not None:
            self._preview.show(curve)
            self._refresh()

    def pin(self, curve: Curve) -> None:
        """Keep a curve in the first colour that is free."""
        taken = {pin.number for pin in self._pins}
        number = next(n for n in range(len(taken) + 1) if n not in taken)
        pin = CurveItems(self.view.view, PIN, number)
        self._pins.append(pin)
        pin.dress(theme_of(self.palette()), self._mark(), self._ratio)
        pin.show(curve)
        self._pins_changed()

    def rename_pin(self, at: int, label: str) -> None:
        """Give a pinned curve another name."""
        curve = self._pins[at].curve
        if curve is not None and label:
            self._pins[at].show(replace(curve, label=label))
            self._pins_changed()

    def unpin(self, at: int) -> None:
        """Let go of one pinned curve."""
        self._pins.pop(at).remove()
        self._pins_changed()

    def clear_pins(self) -> None:
        """Let go of the pinned curves."""
        for pin in self._pins:
            pin.remove()
        self._pins.clear()
        self._pins_changed()

    def _pins_changed(self) -> None:
        self._refresh()
        self.curvesChanged.emit()

    def main(self) -> Optional[Curve]:
        """The main curve."""
        return self._main.curve

    def pins(self) -> list[tuple[Curve, QColor]]:
        """The pinned curves and their colours."""
        theme = theme_of(self.palette())
        return [(p.curve, p.color(theme)) for p in self._pins if p.curve is not None]

    def curves(self) -> list[Curve]:
        """The main curve and the pinned ones."""
        return [items.curve for items in (self._main, *self._pins) if items.curve is not None]

    def has_pins(self) -> bool:
        """Whether curves are pinned."""
        return bool(self._pins)

    def set_radar(self, shown: bool) -> None:
        """Show the radar of the main curve, or not."""
        self._with_radar = shown
        self._refresh()

    def set_seasons(self, shown: bool) -> None:
        """Mark the seasons of the main curve, or not."""
        self._with_seasons = shown
        self._refresh()

    def set_date(self, date: dt.date) -> None:
        """Move the date line."""
        self.view.line.setValue(date.toordinal())

    def export_csv(self, path: Path | str) -> None:
        """Write the curves as a table. Raises OSError."""
        write_csv(Path(path), self.curves())

    def export_png(self, path: Path | str) -> None:
        """Write the plot with its legend as a picture. Raises OSError."""
        save_picture(Path(path), self.picture())

    def picture(self) -> QImage:
        """The plot with its legend, twice as sharp as on the screen."""
        self.show_preview(None)
        self._read(None)
        self._dress(SHARPER)
        try:
            return picture_of(self, theme_of(self.palette()).base)
        finally:
            self._dress()

    # Looks

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and the font."""
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)
        if event.type() in kinds and hasattr(self, "_pins"):
            self._dress()

    def resizeEvent(self, event: Any) -> None:
        """Keep the words in place and the marks apart."""
        super().resizeEvent(event)
        self._dress_curves()
        self._refresh()

    def _dress(self, ratio: float = 0) -> None:
        """Take colours and sizes for a device of this pixel ratio, or for the screen."""
        theme, em = theme_of(self.palette()), self.fontMetrics().height()
        self._ratio = ratio or self.devicePixelRatioF()
        self.view.dress(theme, self._ratio)
        self.view.fit()
        self._dress_curves()
        r, g, b = theme.base.getRgb()[:3]
        ground = f"background: rgba({r}, {g}, {b}, 85%); padding: {em // 6}px {em // 3}px"
        self._hint.setStyleSheet(f"color: {theme.muted.name()}; background: transparent")
        self._hover_line.setPen(pg.mkPen(theme.bar, width=self._ratio))
        self._reading.setStyleSheet(
            f"color: {theme.text.name()}; {ground};"
            f" border: 1px solid {theme.bar.name()}; border-radius: {em // 5}px;"
            f" font-size: {round(em * 0.66)}px"
        )
        self._refresh()

    def _dress_curves(self) -> None:
        theme, mark = theme_of(self.palette()), self._mark()
        for items in (self._main, self._preview, *self._pins, self._radar):
            items.dress(theme, mark, self._ratio)
        self._seasons.dress(theme, mark)

    def _mark(self) -> float:
        """The size of marks: the font's, less where the plot is narrow."""
        em = self.fontMetrics().height()
        room = self._axis.length(self.view.width()) / (40 * em)
        return float(em * min(max(room, 0.55), 1.0))

    def _refresh(self) -> None:
        shown = [i for i in (self._main, *self._pins, self._preview) if i.curve is not None]
        usual = all(i.curve.index in _USUAL for i in shown if i.curve is not None)
        heights = (v for items in shown if items.curve is not None for v in values(items.curve))
        self.view.set_values(heights, 1.0 if usual else 0.05)
        self._hint.setVisible(not shown)
        main = self._main.curve
        self._radar.place(*self.view.heights, self._axis.span[1])
        self._radar.show(main if self._with_radar else None)
        self._seasons.show(main if self._with_seasons else None)
        self.legend.setVisible(bool(self.curves()))
        theme, radar = theme_of(self.palette()), self._radar.curve is not None
        roomy = self.width() > _ROOMY * self.fontMetrics().height()
        found = self._seasons.seasons
        words = legend(theme, self._main, self._pins, radar, found, roomy)
        if words != self._words:
            self._words = words
            self.legend.setText(words)
        self._place()

    def _place(self) -> None:
        width, em = self.view.width(), self.fontMetrics().height()
        room = max(self._axis.length(width) - em, em)
        self._hint.setFixedWidth(
            min(room, self.fontMetrics().horizontalAdvance(self._hint.text()) + 2 * em)
        )
        self._hint.adjustSize()
        rest = self._axis.length(width) - self._hint.width(), self.view.height()
        self._hint.move(self._axis.left + rest[0] // 2, (rest[1] - self._hint.height()) // 2)
        left = self._axis.left if width > 30 * em else em // 2
        self.legend.setContentsMargins(left, em // 6, self._axis.right, em // 4)

    def _read(self, day: Optional[int]) -> None:
        """Say the values of a day next to the mouse."""
        theme = theme_of(self.palette())
        shown = (self._main, *self._pins, self._preview)
        curves = [(i.color(theme), i.curve) for i in shown if i.curve is not None]
        lines = reading(day, curves) if day is not None else []
        if lines and day is not None and self._radar.curve is not None:
            lines += [words for words in [radar_reading(day, self._radar.curve.radar)] if words]
        self._reading.setVisible(bool(lines))
        self._hover_line.setVisible(bool(lines))
        if not lines or day is None:
            return
        self._hover_line.setValue(day)
        self._reading.setText("<br>".join(lines))
        self._reading.adjustSize()
        gap, width = self.fontMetrics().height(), self._reading.width()
        x = round(self._axis.x(day, self.view.width()))
        fits = x + gap + width <= self.view.width()
        left = x + gap if fits else max(x - gap - width, 0)
        self._reading.move(left, self.fontMetrics().height() // 2)
