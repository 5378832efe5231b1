"""The help of Kairos: one page, in the language of QGIS where there is one in it."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

_PAGES = Path(__file__).parents[2] / "resources" / "help"


def help_page(locale: str) -> Path:
    """The page in a language, else in English."""
    page = _PAGES / f"{locale[:2]}.md"
    return page if page.is_file() else _PAGES / "en.md"


def help_dialog(parent: QWidget) -> QDialog:
    """The page in a window that stays open beside the work."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(QCoreApplication.translate("Help", "How Kairos is used"))
    browser = QTextBrowser(dialog)
    browser.setOpenExternalLinks(True)
    browser.setMarkdown(help_page(QgsApplication.locale()).read_text(encoding="utf-8"))
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    box.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.addWidget(browser)
    layout.addWidget(box)
    em = dialog.fontMetrics().height()
    dialog.resize(40 * em, 34 * em)
    return dialog
