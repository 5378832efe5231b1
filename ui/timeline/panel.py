"""The right side of the dock: the date, the slider and the curves on one time axis."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Optional, Sequence

from qgis.PyQt.QtCore import QEvent, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QGuiApplication, QPalette
from qgis.PyQt.QtWidgets import QFrame, QLabel, QStackedLayout, QVBoxLayout, QWidget

from ..curve.export import as_text
from ..curve.plot import CurvePlot
from ..curve.row import CurveRow
from ..model import Acquisition, Curve
from .axis import TimeAxis
from .date_row import DateRow
from .date_slider import DateSlider
from .play import ACQUISITION, MONTH, Player

_SETTLE_MS = 150


class TimePanel(QWidget):
    """All that stands on the time axis. The slider owns the date; all else follows it."""

    dateChanged = pyqtSignal(object)
    """The date, at every move."""
    dateSettled = pyqtSignal(object)
    """The date, once it has rested."""
    indexChanged = pyqtSignal(str)
    pinRequested = pyqtSignal()
    """The person wants to keep the curve that they see."""
    includeToggled = pyqtSignal(object, bool)
    """The person wants an acquisition to take part, or not."""
    exported = pyqtSignal(str)
    """A file was written here."""
    exportFailed = pyqtSignal(str)
    """Why a file was not written."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.axis = TimeAxis(self)
        self.date_row = DateRow()
        self.slider = DateSlider(self.axis)
        self.plot = CurvePlot(self.axis)
        self.curve_row = CurveRow()
        self.player = Player(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect()
        self._measure()

    def _build(self) -> None:
        card = QFrame()  # one ground for all that shares the axis
        card.setFrameShape(QFrame.Shape.StyledPanel)
        card.setBackgroundRole(QPalette.ColorRole.Base)
        card.setAutoFillBackground(True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.slider)
        inside.addWidget(self.plot, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height() // 3)
        layout.addWidget(self.date_row)
        layout.addWidget(card, 1)
        layout.addWidget(self.curve_row)
        nothing = QLabel(self.tr("The days of a stack appear here once you choose one."))
        nothing.setWordWrap(True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setMargin(self.fontMetrics().height())
        self._pages = QStackedLayout(self)
        self._pages.addWidget(nothing)
        self._pages.addWidget(content)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self._moved)
        self.slider.playToggled.connect(self._play)
        self.slider.touched.connect(self.player.pause)
        self.plot.dayPicked.connect(lambda _: self.player.pause())
        self.date_row.playClicked.connect(self._play)
        self.date_row.stepChosen.connect(self.player.set_step)
        self.player.toggled.connect(self.date_row.set_playing)
        self.player.stepped.connect(self._step)
        self.slider.includeToggled.connect(self.includeToggled)
        self.plot.dayPicked.connect(self.slider.setValue)
        self.plot.view.daysStepped.connect(self.slider.wheelEvent)
        self.date_row.dayStepped.connect(lambda n: self.slider.setValue(self.slider.value() + n))
        self.date_row.acquisitionStepped.connect(self.slider.step_acquisition)
        self.curve_row.indexChanged.connect(self.indexChanged)
        self.curve_row.pinRequested.connect(self.pinRequested)
        self.curve_row.unpinRequested.connect(self.clear_pins)
        self.curve_row.pinRemoved.connect(self.plot.unpin)
        self.curve_row.pinRenamed.connect(self.plot.rename_pin)
        self.curve_row.radarToggled.connect(self.plot.set_radar)
        self.curve_row.seasonsToggled.connect(self.plot.set_seasons)
        self.curve_row.copyRequested.connect(self.copy)
        self.plot.curvesChanged.connect(self._offer)
        self.curve_row.csvRequested.connect(lambda path: self._export(self.export_csv, path))
        self.curve_row.pngRequested.connect(lambda path: self._export(self.export_png, path))
        self._settle.timeout.connect(self._settled)  # a lambda would outlive the panel

    # The date

    def set_acquisitions(self, acquisitions: Sequence[Acquisition]) -> None:
        """Show the days of a stack. The date stays if it is among them, else the clearest."""
        before = self.date()
        self._pages.setCurrentIndex(1 if acquisitions else 0)
        self.slider.blockSignals(True)
        self.slider.set_acquisitions(acquisitions)
        clearest = self.slider.bars.clearest()
        first_time = before is None or self.slider.date() != before
        if clearest is not None and first_time:
            self.slider.set_date(clearest)
        self.slider.blockSignals(False)
        self._settle.stop()
        if self.date() != before:
            self._moved()
        else:
            self._follow()

    def date(self) -> Optional[dt.date]:
        """The date of the slider, or None without acquisitions."""
        return self.slider.date() if self.slider.bars.days else None

    def reaches(self, date: dt.date) -> bool:
        """Whether a date is on the slider."""
        reach = (self.slider.minimum(), self.slider.maximum())
        return self.date() is not None and reach[0] <= date.toordinal() <= reach[1]

    def set_date(self, date: dt.date) -> None:
        """Go to a date, or to the nearest end of the window."""
        self.slider.set_date(date)

    def set_status(self, text: str) -> None:
        """Say beside the date what the map shows of it."""
        self.date_row.status.setText(text)

    def _moved(self) -> None:
        self._follow()
        if self.date() is not None:
            self.dateChanged.emit(self.date())
            self._settle.start()

    def _follow(self) -> None:
        """Bring the words, the buttons and the line in step with the slider."""
        if self.date() is None:
            return
        day, bars = self.slider.value(), self.slider.bars
        self.date_row.set_date(self.slider.date())
        self.plot.set_date(self.slider.date())
        for step, end in ((-1, self.slider.minimum()), (1, self.slider.maximum())):
            self.date_row.set_reach(day != end, bars.beside(day, step) is not None, step)

    def _play(self) -> None:
        """Play on, from the beginning where the end was reached; or pause."""
        if not self.player.playing and self.slider.value() == self.slider.maximum():
            self.slider.setValue(self.slider.minimum())
        self.player.toggle()

    def _step(self, step: str) -> None:
        before = self.slider.value()
        if step == ACQUISITION:
            self.slider.step_acquisition(1)
        elif step == MONTH:
            self.slider.step_month(1)
        else:
            self.slider.setValue(before + 1)
        if self.slider.value() == before:
            self.player.pause()

    # Curves

    def set_index_names(self, names: Sequence[str]) -> None:
        """Offer these indices; the one chosen stays if it is among them."""
        self.curve_row.set_index_names(names)

    def index(self) -> str:
        """The index that the person chose."""
        return self.curve_row.index()

    def set_curve(self, curve: Optional[Curve]) -> None:
        """Show the curve of a place; it takes the place of the one before."""
        self.plot.set_curve(curve)

    def set_waiting(self, waiting: bool) -> None:
        """Say that a curve is on its way, or not."""
        self.plot.set_waiting(waiting)

    def show_preview(self, curve: Optional[Curve]) -> None:
        """Show the curve below the moving mouse, or none."""
        self.plot.show_preview(curve)

    def pin(self, curve: Curve) -> None:
        """Keep a curve in a colour of its own."""
        self.plot.pin(curve)

    def clear_pins(self) -> None:
        """Let go of the pinned curves."""
        self.plot.clear_pins()

    def curves(self) -> list[Curve]:
        """The main curve and the pinned ones."""
        return self.plot.curves()

    def export_csv(self, path: Path | str) -> None:
        """Write the curves as a table. Raises OSError."""
        self.plot.export_csv(path)

    def export_png(self, path: Path | str) -> None:
        """Write the plot as a picture. Raises OSError."""
        self.plot.export_png(path)

    def copy(self, picture: bool) -> None:
        """Put the plot, or the table of the curves, on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if picture:
            clipboard.setImage(self.plot.picture())
        else:
            clipboard.setText(as_text(self.curves()))

    def _offer(self) -> None:
        pins = [(f"{curve.index} {curve.label}", color) for curve, color in self.plot.pins()]
        self.curve_row.offer(bool(self.curves()), pins)

    def _settled(self) -> None:
        self.dateSettled.emit(self.slider.date())

    def _export(self, write: Any, path: str) -> None:
        try:
            write(path)
        except OSError as error:
            self.exportFailed.emit(str(error))
        else:
            self.exported.emit(path)

    # Looks

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "axis"):
            self._measure()

    def _measure(self) -> None:
        """Room for the numbers on the left and half a handle on the right."""
        metrics = self.fontMetrics()
        em = metrics.height()
        words = (self.tr("clear"), self.tr("100 %"), "−0.00")
        widest = max(metrics.horizontalAdvance(word) for word in words)
        self.axis.set_margins(widest + em * 3 // 4, em * 3 // 4)
