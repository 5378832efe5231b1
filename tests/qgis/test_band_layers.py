"""Layers of the project of which each is one band of one day: one image together."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine
from qgis.core import QgsProject, QgsRasterLayer

from kairos.engine.api import open_stack
from kairos.ui.project.state import State, images_of
from kairos.ui.stack.album import Album
from kairos.ui.stack.layer_entries import entries_of
from kairos.ui.stack.source import StackSource

DAYS = ("20210615", "20210620", "20220705")
BANDS = {"B02": 10, "B04": 10, "B08": 10, "B11": 20}
SIDE = 24


def numbers(band, t, side=SIDE):
    return np.full((side, side), 1500 + 100 * sorted(BANDS).index(band) + t, "uint16")


def put(file, pixels, metres):
    file.parent.mkdir(parents=True, exist_ok=True)
    jp2 = file.suffix == ".jp2"
    more = {"QUALITY": "100", "REVERSIBLE": "YES"} if jp2 else {}
    with rasterio.open(
        file, "w", driver="JP2OpenJPEG" if jp2 else "GTiff", count=1, height=len(pixels),
        width=len(pixels), dtype=pixels.dtype, crs="EPSG:32632",
        transform=Affine(metres, 0, 600000, 0, -metres, 5700000), **more,
    ) as image:  # fmt: skip
        image.write(pixels, 1)
    return file


@pytest.fixture
def layers(tmp_path, qgis_new_project):
    """Add a layer for each band of each day; names as given."""

    def call(form, scl=None, days=DAYS):
        made = []
        for t, day in enumerate(days):
            says = {"day": day, "iso": f"{day[:4]}-{day[4:6]}-{day[6:]}"}
            for band, metres in BANDS.items():
                name = form.format(band=band, metres=metres, **says)
                file = put(tmp_path / name, numbers(band, t, SIDE * 10 // metres), metres)
                layer = QgsRasterLayer(str(file), file.stem, "gdal")
                assert layer.isValid()
                QgsProject.instance().addMapLayer(layer)
                made.append(layer)
            if scl:
                classes = np.full((SIDE // 2, SIDE // 2), 4, "uint8")
                classes[:3] = 9
                put(tmp_path / scl.format(**says), classes, 20)
        return made

    return call


@pytest.mark.parametrize(
    ("form", "scl"),
    [
        ("T32UQD_{day}_{band}_{metres}m.tif", "T32UQD_{day}_SCL_20m.tif"),
        ("T32UQD_{day}T101031_{band}_{metres}m.jp2", "T32UQD_{day}T101031_SCL_20m.jp2"),
        ("{day}/R{metres}m/T32UQD_{day}T101031_{band}_{metres}m.jp2",
         "{day}/R20m/T32UQD_{day}T101031_SCL_20m.jp2"),
        ("{iso}/{band}.tif", "{iso}/SCL.tif"),
        ("S2_{day}_{band}.tif", None),
    ],
)  # fmt: skip
def test_layers_of_one_band_each_are_images(form, scl, layers, tmp_path):
    entries, elsewhere = entries_of(layers(form, scl))
    assert elsewhere == []
    assert len(entries) == 3
    with open_stack(StackSource.of_entries(entries).prepared(tmp_path / "s")) as stack:
        assert [str(d).replace("-", "") for d in stack.dates] == list(DAYS)
        assert stack.bands == tuple(BANDS)
        assert stack.grid.transform.a == 10
        assert all((f.mask is not None) == (scl is not None) for f in stack.frames)
        for t, frame in enumerate(stack.frames):
            seen, usable = stack.read_reflectance(frame, stack.grid.whole)
            if scl:
                assert not usable[:6].any()
                assert usable[6:].all()
            offset = 0.1 if "T101031" in form and DAYS[t] > "2022" else 0
            for i, band in enumerate(BANDS):
                assert np.allclose(seen[i], numbers(band, t)[0, 0] / 1e4 - offset, atol=1e-5)


def test_some_of_the_days_that_lie_in_a_folder(layers, tmp_path):
    chosen = layers("T32UQD_{day}_{band}_{metres}m.tif")[: 2 * len(BANDS)]
    source = StackSource.of_entries(entries_of(chosen)[0])
    assert sorted(source.names()) == ["T32UQD_20210615.tif", "T32UQD_20210620.tif"]
    edited = source.edited(source.entries[0].file, included=False)
    with open_stack(edited.prepared(tmp_path / "s")) as stack:
        assert [str(d) for d in stack.dates] == ["2021-06-20"]
        assert stack.bands == tuple(BANDS)


def test_a_project_remembers_them(layers, tmp_path):
    source = StackSource.of_entries(entries_of(layers("S2_{day}_{band}.tif"))[0])
    project = QgsProject.instance()
    project.setFileName(str(tmp_path / "project.qgs"))
    images = images_of(Album(source), project)
    again = State(str(source.folder), images=images).source(project)
    assert again is not None
    assert again.names().keys() == source.names().keys()
    with open_stack(again.prepared(tmp_path / "s")) as stack:
        assert stack.bands == tuple(BANDS)


def test_single_band_images_stay_apart(tmp_path, qgis_new_project):
    files = [put(tmp_path / f"NDVI_{day}.tif", numbers("B04", 0), 10) for day in DAYS]
    files.append(put(tmp_path / "S2_20230101_B04.tif", numbers("B04", 0), 10))
    made = [QgsRasterLayer(str(file), file.stem, "gdal") for file in files]
    entries, _ = entries_of(made)
    assert [entry.parts for entry in entries] == [()] * 4
