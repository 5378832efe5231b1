"""The table of dates: what was found, by which rule, how clear it is; and the person's edits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape
from typing import Optional, Sequence

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QDate, QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from ...engine.rasters.dates import date_in_name
from ..clean.results import Stretch, set_day
from ..worker.words import rule_in_own_language
from .album import Album
from .sensor import sensor_of
from .source import Entry, StackSource, file_of
from .thumbnail import tooltip

_FORM = "yyyy-MM-dd"
_FEWEST = 2
"""Images that a stack needs."""


class DatesDialog(QDialog):
    """Lets the person include images or not, and give them their dates."""

    def __init__(
        self,
        album: Album,
        parent: Optional[QWidget] = None,
        bands: Sequence[int] = (),
        stretch: Optional[Stretch] = None,
    ) -> None:
        """Bands and stretch: how the thumbnails look; none without them."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Dates of the stack"))
        self._album = album
        self._bands = tuple(bands)
        self._look = tuple((band, *span) for band, span in (stretch or {}).items())
        self._entries = sorted(album.source.entries, key=lambda e: (album.day_of(e), e.file))
        layout = QVBoxLayout(self)
        words = QLabel(
            self.tr(
                "Untick an image to leave it out. Double-click a date to mend it; clear it to go "
                "back to the date that was found. Rest on an image to see it."
            )
        )
        words.setWordWrap(True)
        layout.addWidget(words)
        self._table = self._build_table()
        layout.addWidget(self._table)
        buttons = QDialogButtonBox.StandardButton
        self._box = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self._set = self._box.addButton(
            self.tr("Set the layers to their days"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self._set.setToolTip(
            self.tr(
                "Give the layers of these images in the project the temporal range of their day"
            )
        )
        self._set.clicked.connect(self._set_layers)
        self._said = QLabel()
        layout.addWidget(self._said)
        self._box.accepted.connect(self.accept)
        self._box.rejected.connect(self.reject)
        layout.addWidget(self._box)
        em = self.fontMetrics().averageCharWidth()
        self.resize(110 * em, 70 * em)
        self._table.itemChanged.connect(self._mend)
        self._offer()

    def edited(self) -> StackSource:
        """The source with the edits of the person."""
        source = self._album.source
        for row, entry in enumerate(self._entries):
            item = self._table.item(row, 0)
            text = item.text()
            date = text if text and text != self._found(entry) else None
            included = item.checkState() == Qt.CheckState.Checked
            source = source.edited(entry.file, date=date, included=included)
        return source

    def _build_table(self) -> QTableWidget:
        titles = [
            self.tr("Date"),
            self.tr("Clear"),
            self.tr("Image"),
            self.tr("Date found by"),
            self.tr("Clear ground by"),
            self.tr("Sensor"),
        ]
        table = QTableWidget(len(self._entries), len(titles), self)
        table.setHorizontalHeaderLabels(titles)
        edit = QAbstractItemView.EditTrigger
        table.setEditTriggers(edit.DoubleClicked | edit.EditKeyPressed)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        for row, entry in enumerate(self._entries):
            for column, text in enumerate(self._texts(entry)):
                item = QTableWidgetItem(text)
                if column == 0:
                    used = Qt.CheckState.Checked if entry.included else Qt.CheckState.Unchecked
                    item.setCheckState(used)
                    item.setToolTip(self.tr("Year-month-day, such as 2019-02-08"))
                else:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                    item.setToolTip(str(entry.file) if column == 2 else "")
                table.setItem(row, column, item)
        table.setMouseTracking(True)
        table.viewport().installEventFilter(self)
        header = table.horizontalHeader()
        header.moveSection(len(titles) - 1, 2)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        return table

    def _texts(self, entry: Entry) -> tuple[str, ...]:
        known = self._album.known.get(entry.file)
        share = f"{known['clear']:.0%}" if known else ""
        mask = rule_in_own_language(known["mask_rule"]) if known else ""
        name = entry.file.name
        day, rule = self._album.day_of(entry), self._rule(entry)
        return day, share, name, rule, mask, sensor_of(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Show the image below the cursor."""
        if event.type() != QEvent.Type.ToolTip or not self._bands:
            return False
        row = self._table.rowAt(event.pos().y())
        if row < 0 or self._table.columnAt(event.pos().x()) == 0:
            return False  # the date says how it is written
        file = self._entries[row].file
        picture = tooltip(file, self._bands, self._look)
        QToolTip.showText(event.globalPos(), f"{picture}<br>{escape(str(file))}", self._table)
        return True

    def _set_layers(self) -> None:
        """Write the days of the table into the layers of the project."""
        days = {self._entries[row].file: self._table.item(row, 0).text() for row in self._rows()}
        count = 0
        for layer in QgsProject.instance().mapLayers().values():
            file = file_of(layer) if isinstance(layer, QgsRasterLayer) else None
            day = days.get(file.resolve()) or days.get(file) if file is not None else None
            if day:
                set_day(layer, dt.date.fromisoformat(day))
                count += 1
        if count:
            QgsProject.instance().setDirty(True)
        words = self.tr("{} layers of the project are set to their days.").format(count)
        none = self.tr("None of these images is a layer of the project.")
        self._said.setText(words if count else none)

    def _rows(self) -> range:
        return range(self._table.rowCount())

    def _rule(self, entry: Entry) -> str:
        """What told the date."""
        if entry.date:
            return self.tr("you")
        if entry.told:
            return rule_in_own_language(entry.rule)
        found = date_in_name(entry.file.name)
        if found is None:
            return self.tr("nothing yet")
        return self.tr("{} in the name").format(rule_in_own_language(found[1]))

    def _found(self, entry: Entry) -> str:
        """The day that was found without the person."""
        return self._album.day_of(replace(entry, date=None))

    def _mend(self, item: QTableWidgetItem) -> None:
        """Take what is a date, and nothing else."""
        if item.column() != 0:
            return
        entry, text = self._entries[item.row()], item.text().strip()
        valid = QDate.fromString(text, _FORM).isValid()
        self._table.blockSignals(True)
        item.setText(text if valid else self._found(entry))
        given = item.text() if item.text() != self._found(entry) else None
        self._table.item(item.row(), 3).setText(self._rule(replace(entry, date=given)))
        self._table.blockSignals(False)
        self._offer()

    def _offer(self) -> None:
        """A stack needs two images."""
        ticked = Qt.CheckState.Checked
        checked = [self._table.item(row, 0).checkState() == ticked for row in self._rows()]
        okay = self._box.button(QDialogButtonBox.StandardButton.Ok)
        okay.setEnabled(sum(checked) >= _FEWEST)
        okay.setToolTip("" if okay.isEnabled() else self.tr("At least two images must take part"))
