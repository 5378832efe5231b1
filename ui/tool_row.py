"""What else can be done with a stack: small buttons below Remove clouds, two in a row."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAction, QGridLayout, QSizePolicy, QToolButton, QWidget

_IN_A_ROW = 2


class ToolRow(QWidget):
    """Shows actions as buttons."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        gap = self.fontMetrics().averageCharWidth() // 2
        self._grid.setSpacing(gap)

    def add(self, action: QAction) -> QToolButton:
        """Add an action after the others; its tooltip says what it does."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        place = self._grid.count()
        self._grid.addWidget(button, place // _IN_A_ROW, place % _IN_A_ROW)
        return button
