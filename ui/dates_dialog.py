"""The table of dates: what was found, by which rule, how clear it is; and the person's edits."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..engine.dates import date_in_name
from .album import Album
from .stack_source import Entry, StackSource

_FORM = "yyyy-MM-dd"
_FEWEST = 2
"""Images that a stack needs."""


class DatesDialog(QDialog):
    """Lets the person include images or not, and give them their dates."""

    def __init__(self, album: Album, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Dates of the stack"))
        self._album = album
        self._entries = sorted(album.source.entries, key=lambda e: (album.day_of(e), e.file))
        layout = QVBoxLayout(self)
        words = QLabel(
            self.tr(
                "Untick an image to leave it out. Double-click a date to mend it; clear it to go "
                "back to the date that was found."
            )
        )
        words.setWordWrap(True)
        layout.addWidget(words)
        self._table = self._build_table()
        layout.addWidget(self._table)
        buttons = QDialogButtonBox.StandardButton
        self._box = QDialogButtonBox(buttons.Ok | buttons.Cancel)
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
        table = QTableWidget(len(self._entries), 5, self)
        titles = ("Date", "Clear", "Image", "Date found by", "Clear ground by")
        table.setHorizontalHeaderLabels([self.tr(title) for title in titles])
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
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        return table

    def _texts(self, entry: Entry) -> tuple[str, ...]:
        known = self._album.known.get(entry.file)
        share = f"{known['clear']:.0%}" if known else ""
        mask = known["mask_rule"] if known else ""
        return self._album.day_of(entry), share, entry.file.name, self._rule(entry), mask

    def _rule(self, entry: Entry) -> str:
        """What told the date."""
        if entry.date:
            return self.tr("you")
        if entry.told:
            return entry.rule
        found = date_in_name(entry.file.name)
        return self.tr("{} in the name").format(found[1]) if found else self.tr("nothing yet")

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
        rows = range(self._table.rowCount())
        checked = [self._table.item(r, 0).checkState() == Qt.CheckState.Checked for r in rows]
        okay = self._box.button(QDialogButtonBox.StandardButton.Ok)
        okay.setEnabled(sum(checked) >= _FEWEST)
        okay.setToolTip("" if okay.isEnabled() else self.tr("At least two images must take part"))
