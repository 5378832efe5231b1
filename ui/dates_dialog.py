"""The table of dates: what was found, by which rule, how clear it is; and the person's edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

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

_FORM = "yyyy-MM-dd"


class DatesDialog(QDialog):
    """Lets the person include images or not, and mend their dates."""

    def __init__(self, frames: Sequence[dict[str, Any]], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Dates of the stack"))
        self._frames = list(frames)
        layout = QVBoxLayout(self)
        layout.addWidget(
            QLabel(self.tr("Untick an image to leave it out; edit a date to mend it."))
        )
        self._table = QTableWidget(len(self._frames), 5, self)
        self._table.setHorizontalHeaderLabels(
            [self.tr(t) for t in ("Date", "Clear", "Image", "Date found by", "Clear ground by")]
        )
        self._table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self._table.verticalHeader().hide()
        for row, frame in enumerate(self._frames):
            self._fill(row, frame)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        layout.addWidget(self._table)
        buttons = QDialogButtonBox.StandardButton
        box = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        layout.addWidget(box)
        em = self.fontMetrics().averageCharWidth()
        self.resize(110 * em, 70 * em)

    def edits(self) -> dict[str, tuple[Optional[str], bool]]:
        """For each image that was edited its new date (None: as it was) and whether it counts."""
        changed: dict[str, tuple[Optional[str], bool]] = {}
        for row, frame in enumerate(self._frames):
            item = self._table.item(row, 0)
            date = QDate.fromString(item.text().strip(), _FORM)
            moved = date.isValid() and date.toString(_FORM) != frame["date"]
            included = item.checkState() == Qt.CheckState.Checked
            if moved or not included:
                changed[frame["file"]] = (date.toString(_FORM) if moved else None, included)
        return changed

    def _fill(self, row: int, frame: dict[str, Any]) -> None:
        first = QTableWidgetItem(frame["date"])
        first.setCheckState(Qt.CheckState.Checked)
        self._table.setItem(row, 0, first)
        texts = (f"{frame['clear']:.0%}", frame["file"], frame["date_rule"], frame["mask_rule"])
        for column, text in enumerate(texts, start=1):
            item = QTableWidgetItem(text)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self._table.setItem(row, column, item)
