"""The window speaks German where QGIS does: all of it, and with every gap for a number kept."""

from __future__ import annotations

import ast
import importlib.util
import re

import pytest
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel

from kairos.plugin import install_translator
from kairos.ui.dock import KairosDock
from kairos.ui.project.options_page import OptionsPage


@pytest.fixture(scope="module")
def tool(root):
    """The script that keeps the translations."""
    spec = importlib.util.spec_from_file_location("translations", root / ".ci" / "translations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def german(tool):
    return tool.read(tool.FOLDER / "kairos_de.ts")


@pytest.fixture
def in_german(qgis_app):
    translator = install_translator("de_DE")
    yield
    QCoreApplication.removeTranslator(translator)


def test_all_texts_are_translated_and_none_is_left_over(tool, german):
    """Run `.ci/translations.py` and translate what it names."""
    assert tool.sources() - set(german) == set()
    assert set(german) - tool.sources() == set()
    assert [key for key, text in german.items() if not text] == []


def test_gaps_for_numbers_and_spaces_at_the_ends_are_kept(german):
    for (_, source), text in german.items():
        assert sorted(re.findall(r"{[^}]*}", source)) == sorted(re.findall(r"{[^}]*}", text)), text
        assert (source[:1] == " ", source[-1:] == " ") == (text[:1] == " ", text[-1:] == " "), text


def test_what_is_loaded_is_what_was_written(in_german, german):
    stale = [k for k, text in german.items() if QCoreApplication.translate(*k) != text]
    assert stale == []


def test_no_class_inherits_its_texts(root):
    """PyQt looks a text up under the class of the object, not under that of the code."""
    with_tr, bases = set(), set()
    for file in (root / "ui").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases |= {ast.unparse(base) for base in node.bases}
                if "self.tr(" in ast.unparse(node):
                    with_tr.add(node.name)
    assert with_tr & bases == set()


def test_the_dock_is_german_where_the_locale_is(in_german, qgis_iface, qgis_new_project, qtbot):
    dock = KairosDock(qgis_iface)
    texts = {w.text() for w in dock.findChildren((QAbstractButton, QLabel)) if w.text()}
    assert {"Wolken entfernen", "Gewählte Layer verwenden", "Anheften"} <= texts
    english = {"Remove clouds", "Use the selected layers", "Pin", "Show", "Export..."}
    assert not texts & english
    assert "Klicken Sie auf die Karte" in dock.panel.plot._hint.text()
    dock.panel.set_index_names(["NDVI"])
    assert dock.panel.curve_row._indices.itemText(1) == "Formel…"
    dock.close_all()
    page = OptionsPage()
    qtbot.addWidget(page)
    assert "Offener Boden" in page.classes[5].text()


def test_an_unknown_language_is_english(qgis_app):
    assert install_translator("xx_XX") is None


def test_the_translation_is_in_the_zip(root):
    spec = importlib.util.spec_from_file_location("package", root / ".ci" / "package.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "resources/translations/kairos_de.qm" in {f.as_posix() for f in module.shipped(root)}
