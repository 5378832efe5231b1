"""What tests inside QGIS share. pytest-qgis has started it, with settings of its own."""

from __future__ import annotations

import os
import shutil

import pytest
from qgis.core import QgsProcessingUtils, QgsSettings
from qgis.PyQt.QtCore import PYQT_VERSION_STR, QSize

from kairos.engine.simulate.sample import write_sample

from .dock_data import show

# pyqtgraph must not choose another Qt than QGIS's.
os.environ["PYQTGRAPH_QT_LIB"] = f"PyQt{PYQT_VERSION_STR.split('.')[0]}"


@pytest.fixture(scope="session", autouse=True)
def no_traces(qgis_app):
    """Without Processing's own plugin nobody deletes the temporary folder of QGIS."""
    yield
    shutil.rmtree(QgsProcessingUtils.tempFolder(), ignore_errors=True)


@pytest.fixture(autouse=True)
def settings():
    """The settings of Kairos: none before each test."""
    values = QgsSettings()
    values.remove("kairos")
    return values


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A small stack that changes slowly enough to be followed."""
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(60, 60), frames=10, radar_frames=0)
    return folder


@pytest.fixture
def dock(qtbot, qgis_iface, qgis_canvas, qgis_new_project, stack):
    """The dock with that stack open and shown, the pictures of its slider ready."""
    from kairos.ui.dock import KairosDock  # pyqtgraph looks for Qt when it is imported

    qgis_canvas.resize(QSize(400, 300))
    qgis_canvas.show()
    made = KairosDock(qgis_iface)
    made.open_folder(stack)
    qtbot.waitUntil(lambda: made.frame_layer.layer is not None, timeout=30_000)
    show(made, qgis_canvas)
    qtbot.waitUntil(lambda: made.following.preview.complete, timeout=30_000)
    yield made
    qgis_canvas.setRotation(0)
    made.close_all()
    made.deleteLater()
