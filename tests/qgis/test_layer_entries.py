"""Layers of the open project: days from ranges and names, files in folders, groups, archives."""

from __future__ import annotations

import zipfile

import pytest
from osgeo import gdal
from qgis.core import QgsDateTimeRange, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QDateTime

from kairos.engine.api import open_stack
from kairos.engine.simulate.sample import write_sample
from kairos.ui.clean.results import set_day
from kairos.ui.stack.album import Album
from kairos.ui.stack.layer_entries import entries_of
from kairos.ui.stack.source import StackSource


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(32, 32), frames=5, radar_frames=3)
    return sorted(f for f in folder.glob("S2*.tif") if "SCL" not in f.name)


@pytest.fixture
def show(qgis_new_project):
    """Add a file to the project as a layer."""

    def call(source, name="layer", group=None):
        layer = QgsRasterLayer(str(source), name, "gdal")
        assert layer.isValid()
        QgsProject.instance().addMapLayer(layer, group is None)
        if group is not None:
            group.addLayer(layer)
        return layer

    return call


def span(layer, first, last):
    import datetime as dt

    set_day(layer, dt.date(2000, 1, 1))
    times = (QDateTime.fromString(t, "yyyy-MM-dd HH:mm:ss") for t in (first, last))
    layer.temporalProperties().setFixedTemporalRange(QgsDateTimeRange(*times))


def nameless(images, folder, count):
    """Copies without a date in their names, masks beside them."""
    folder.mkdir(parents=True)
    for number, image in enumerate(images[:count]):
        for end in ("", "_SCL"):
            data = image.with_name(f"{image.stem}{end}.tif").read_bytes()
            (folder / f"field{number}{end}.tif").write_bytes(data)
    return [folder / f"field{number}.tif" for number in range(count)]


def opened(entries, tmp_path):
    return open_stack(StackSource.of_entries(entries).prepared(tmp_path / "prepared"))


def test_days_come_from_ranges_names_and_groups(images, show, tmp_path):
    files = nameless(images, tmp_path / "in", 4)
    group = QgsProject.instance().layerTreeRoot().addGroup("Flight of 2021-08-03")
    layers = [
        show(files[0]),
        show(files[1], "Field on 2021-07-11"),
        show(files[2], group=group.addGroup("inner")),
        show(files[3]),
    ]
    span(layers[0], "2021-07-01 00:00:00", "2021-07-02 00:00:00")
    span(layers[3], "2021-09-01 00:00:00", "2021-09-30 23:59:59")
    entries, elsewhere = entries_of(layers)
    assert elsewhere == []
    assert [e.told for e in entries] == ["2021-07-01", "2021-07-11", "2021-08-03", "2021-09-01"]
    assert [e.rule for e in entries] == [
        "temporal range of the layer", "name of the layer", "name of the group",
        "start of the temporal range",
    ]  # fmt: skip
    with opened(entries, tmp_path) as stack:
        assert [str(day) for day in stack.dates] == [e.told for e in entries]
        assert all(frame.mask is not None for frame in stack.frames)
        album = Album(StackSource.of_entries(entries))
        assert [album.day_of(e) for e in entries] == [e.told for e in entries]


def test_a_range_of_one_day_counts_before_the_name_of_the_file(images, show, tmp_path):
    layers = [show(file, file.stem) for file in images[:3]]
    span(layers[1], "2020-02-29 00:00:00", "2020-02-29 23:59:59")
    span(layers[2], "2020-01-01 00:00:00", "2020-12-31 23:59:59")  # of a year: the name counts
    entries, _ = entries_of(layers)
    assert [e.told for e in entries] == [None, "2020-02-29", None]
    edited = StackSource.of_entries(entries).edited(entries[1].file, date="2020-03-01")
    with open_stack(edited.prepared(tmp_path / "p")) as stack:
        assert "2020-03-01" in [str(day) for day in stack.dates]
        assert "2020-02-29" not in [str(day) for day in stack.dates]


def test_layers_from_several_folders_and_as_virtual_rasters(images, show, tmp_path):
    one = nameless(images, tmp_path / "a" / "2021", 2)
    virtual = tmp_path / "b" / "S2_20210901.vrt"
    virtual.parent.mkdir()
    gdal.Translate(str(virtual), str(images[3]), format="VRT")
    layers = [show(one[0], "2021-05-01"), show(one[1], "2021-06-01"), show(virtual)]
    entries, _ = entries_of(layers)
    with opened(entries, tmp_path) as stack:
        assert [str(d) for d in stack.dates] == ["2021-05-01", "2021-06-01", "2021-09-01"]
        assert len(stack.bands) == 10


def test_layers_in_an_archive_bring_their_masks(images, show, tmp_path):
    archive = tmp_path / "images of the year.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for image in images[:3]:
            for end in ("", "_SCL"):
                beside = image.with_name(f"{image.stem}{end}.tif")
                file.write(beside, f"inside/{beside.name}")
    layers = [show(f"/vsizip/{archive}/inside/{image.name}") for image in images[:3]]
    entries, elsewhere = entries_of(layers)
    assert elsewhere == []
    with opened(entries, tmp_path) as stack:
        assert len(stack.frames) == 3
        assert all(frame.mask is not None for frame in stack.frames)
        assert stack.frames[0].raster.descriptions[0] == "B02"
        seen = [stack.read_frame(f, stack.grid.whole)[0] for f in stack.frames]
    with open_stack(images[0].parent) as plain:
        wanted = [plain.read_frame(f, plain.grid.whole)[0] for f in plain.frames[:3]]
    assert all((a == b).all() for a, b in zip(seen, wanted))


def test_masks_radar_and_what_lies_elsewhere_are_no_images(images, show, tmp_path):
    radar = next(images[0].parent.glob("S1*.tif"))
    mask = images[0].with_name(f"{images[0].stem}_SCL.tif")
    layers = [show(file) for file in (images[0], mask, radar)]
    entries, elsewhere = entries_of(layers)
    assert [e.file for e in entries] == [images[0].resolve()]
    assert elsewhere == []
    tiles = QgsRasterLayer("type=xyz&url=http://127.0.0.1:9/{z}", "map of streets", "wms")
    assert entries_of([tiles]) == ([], ["map of streets"])


def test_one_file_in_two_layers_is_one_image(images, show):
    entries, _ = entries_of([show(images[0], "one"), show(images[0], "two")])
    assert len(entries) == 1
