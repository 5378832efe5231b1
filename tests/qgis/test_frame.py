"""The ground that tests inside QGIS stand on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from osgeo import gdal
from qgis.core import Qgis, QgsApplication

import kairos


def test_qgis_is_new_enough():
    assert Qgis.versionInt() >= 32200


def test_the_person_s_profile_is_left_alone(root):
    settings = Path(QgsApplication.qgisSettingsDirPath()).resolve()
    assert root in settings.parents


def test_gdal_and_rasterio_read_the_same(sample, frames_of, read):
    file = frames_of(sample)[0]
    assert (gdal.Open(str(file)).ReadAsArray() == read(file)).all()


def test_the_class_factory_makes_the_plugin(qgis_iface):
    plugin = kairos.classFactory(qgis_iface)
    assert type(plugin).__name__ == "KairosPlugin"


@pytest.mark.parametrize("name", ["QT_QPA_PLATFORM"])
def test_no_window_is_opened(name):
    assert os.environ[name] == "offscreen"
