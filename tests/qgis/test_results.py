from __future__ import annotations

import datetime as dt

import pytest
from qgis.core import QgsProject

from kairos.engine.simulate.sample import write_sample
from kairos.ui.canvas.frame_layer import FrameLayer
from kairos.ui.clean.results import add_frames, open_layer, shown_bands, stretch_of


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(32, 32), frames=6, radar_frames=4)
    return sorted(f for f in folder.glob("S2*.tif") if "SCL" not in f.name)


def test_true_colour_where_there_is():
    assert shown_bands(["B02", "B03", "B04", "B08"]) == (3, 2, 1)
    assert shown_bands(["B04", "B08"]) == (2, 1, 1)
    assert shown_bands(["B05"]) == (1,)


def test_a_group_of_dated_layers_with_one_stretch(images, qgis_new_project):
    bands = (3, 2, 1)
    stretch = stretch_of(images[0], bands)
    days = [dt.date(2021, 3, 1) + dt.timedelta(days=10 * i) for i in range(len(images))]
    *_, group = add_frames("sample: cleaned", list(zip(images, days)), bands, stretch)
    layers = [node.layer() for node in group.findLayers()]
    assert [layer.name() for layer in layers] == [d.isoformat() for d in reversed(days)]
    assert [node.itemVisibilityChecked() for node in group.findLayers()] == [True] + [False] * 5
    for layer, day in zip(layers, reversed(days)):
        properties = layer.temporalProperties()
        assert properties.isActive()
        assert properties.fixedTemporalRange().begin().date().toPyDate() == day
        enhancement = layer.renderer().redContrastEnhancement()
        assert (enhancement.minimumValue(), enhancement.maximumValue()) == stretch[3]


def test_a_layer_reads_no_pixel_before_it_is_seen(images, tmp_path, qgis_new_project):
    for file in images:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    files = [(tmp_path / f.name, dt.date(2021, 3, 1 + i)) for i, f in enumerate(images)]
    list(add_frames("sample", files, (3, 2, 1), stretch_of(images[0], (3, 2, 1))))
    assert sorted(f.name for f in tmp_path.iterdir()) == [f.name for f in images]


def test_the_group_comes_below_the_slider_s_layer(images, qgis_new_project):
    bands = (3, 2, 1)
    frame, stretch = FrameLayer("Kairos"), stretch_of(images[0], bands)
    frame.show(images[0], dt.date(2021, 3, 1), bands, stretch)
    list(add_frames("sample", [(images[1], dt.date(2021, 3, 2))], bands, stretch,
                    above=frame.layer.id()))  # fmt: skip
    names = [node.name() for node in QgsProject.instance().layerTreeRoot().children()]
    assert names == [frame.layer.name(), "sample"]


def test_what_is_no_image_is_no_layer(tmp_path):
    (tmp_path / "text.tif").write_text("no image")
    assert open_layer(tmp_path / "text.tif", "text", (1,), {1: (0.0, 1.0)}) is None


def test_one_layer_shows_every_day(images, qgis_new_project):
    bands = (3, 2, 1)
    frame, stretch = FrameLayer("Kairos"), stretch_of(images[0], bands)
    frame.show(images[0], dt.date(2021, 3, 1), bands, stretch)
    frame.show(images[1], dt.date(2021, 3, 9), bands, stretch)
    assert len(QgsProject.instance().mapLayers()) == 1
    assert "2021-03-09" in frame.layer.name()
    QgsProject.instance().removeMapLayer(frame.layer.id())
    assert frame.layer is None
    frame.show(images[1], dt.date(2021, 3, 9), bands, stretch)  # the person removed it
    assert frame.layer is not None
