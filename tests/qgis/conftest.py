"""What tests inside QGIS share. pytest-qgis has started it, with settings of its own."""

from __future__ import annotations

import os
import shutil

import pytest
from qgis.core import QgsProcessingUtils, QgsSettings
from qgis.PyQt.QtCore import PYQT_VERSION_STR

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
