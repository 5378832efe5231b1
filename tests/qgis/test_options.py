"""Settings: the page, what the worker gets of them, the help, the entry in menus."""

from __future__ import annotations

import pytest
from qgis.core import QgsProject, QgsRasterLayer, QgsSettings
from qgis.gui import QgsLayerTreeView, QgsLayerTreeViewMenuProvider
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtGui import QContextMenuEvent, QIcon
from qgis.PyQt.QtWidgets import QApplication, QMainWindow, QMenu, QTextBrowser

from kairos.engine.clear import SCL_USABLE, chosen_classes
from kairos.ui.project.help import help_dialog, help_page
from kairos.ui.project.options_page import OptionsPage
from kairos.ui.project.settings import TOLD, number_of, setting
from kairos.ui.stack.layer_menu import LayerMenu
from kairos.ui.worker.python_env import engine_environment


@pytest.fixture
def page(qtbot):
    made = OptionsPage()
    qtbot.addWidget(made)
    return made


def test_nothing_is_set_at_first_and_nothing_is_told(page, qtbot):
    with qtbot.assertNotEmitted(TOLD.changed):
        page.apply()
    assert setting("memory") is None
    assert not engine_environment().contains("KAIROS_CLEAR_CLASSES")


def test_what_is_set_is_kept_told_and_reaches_the_worker(page, qtbot, monkeypatch):
    monkeypatch.delenv("KAIROS_DEVICE", raising=False)  # it comes before the settings
    page.memory.setValue(3.5)
    page.device.setCurrentIndex(page.device.findData("cpu"))
    page.method.setCurrentIndex(page.method.findData("linear"))
    page.classes[11].setChecked(True)
    with qtbot.waitSignal(TOLD.changed, timeout=1000):
        page.apply()
    assert number_of("memory") == 3.5
    assert setting("method") == "linear"
    environment = engine_environment()
    assert environment.value("KAIROS_DEVICE") == "cpu"
    classes = environment.value("KAIROS_CLEAR_CLASSES")
    assert classes == "4,5,6,7,11"
    monkeypatch.setenv("KAIROS_CLEAR_CLASSES", classes)
    assert chosen_classes() == (4, 5, 6, 7, 11)
    again = OptionsPage()
    qtbot.addWidget(again)
    assert again.classes[11].isChecked()
    assert again.memory.value() == 3.5
    assert again.method.currentData() == "linear"


def test_nonsense_in_the_settings_is_no_setting(monkeypatch):
    QgsSettings().setValue("kairos/memory", "much")
    assert number_of("memory") is None
    monkeypatch.setenv("KAIROS_CLEAR_CLASSES", "some, -1")
    assert chosen_classes() == SCL_USABLE


def test_the_help_is_in_the_language_or_in_english(qtbot):
    assert help_page("de_AT").name == "de.md"
    assert help_page("fr").name == "en.md"
    window = QMainWindow()
    qtbot.addWidget(window)
    browser = help_dialog(window).findChild(QTextBrowser)
    assert "slider" in browser.toPlainText()


class Panel(QObject):
    """The part of QGIS's interface that the menu needs, with a real Layers panel."""

    def __init__(self, view, window):
        super().__init__()
        self._view, self._window, self.actions = view, window, []

    def mainWindow(self):
        return self._window

    def layerTreeView(self):
        return self._view

    def addCustomActionForLayerType(self, action, menu, kind, all_layers):
        self.actions.append(action)

    def removeCustomActionForLayerType(self, action):
        self.actions.remove(action)


class Menus(QgsLayerTreeViewMenuProvider):
    def createContextMenu(self):
        self.menu = QMenu()  # Python would let go of it
        return self.menu


def test_a_group_of_rasters_has_the_entry_in_its_menu(
    qgis_new_project, qgis_canvas, qtbot, make_stack, tmp_path
):
    from qgis.core import QgsLayerTreeModel

    made = make_stack(tmp_path / "stack", count=2)
    root = QgsProject.instance().layerTreeRoot()
    group, empty = root.addGroup("images"), root.addGroup("nothing")
    layer = QgsRasterLayer(str(made.files[0]), "one")
    QgsProject.instance().addMapLayer(layer, False)
    group.addLayer(layer)
    window = QMainWindow()
    qtbot.addWidget(window)
    view = QgsLayerTreeView(window)
    model = QgsLayerTreeModel(root)
    view.setModel(model)
    view.setMenuProvider(Menus())
    window.setCentralWidget(view)
    window.show()
    opened, panel = [], Panel(view, window)
    menu = LayerMenu(panel, QIcon(), lambda: opened.append(True))
    assert panel.actions == [menu.action]

    def ask(node):
        seen = []

        def look():
            shown = QApplication.activePopupWidget()
            if shown is not None:
                seen.extend(action.text() for action in shown.actions())
                shown.actions()[-1].trigger()
                shown.close()

        timer = QTimer()
        timer.timeout.connect(look)
        timer.start(20)
        at = view.visualRect(view.node2index(node)).center()
        event = QContextMenuEvent(QContextMenuEvent.Mouse, at, view.viewport().mapToGlobal(at))
        return menu.eventFilter(view.viewport(), event), seen

    assert ask(group) == (True, ["", "Open in Kairos"])
    assert opened == [True]
    assert ask(empty) == (False, [])
    menu.close()
    assert panel.actions == []
