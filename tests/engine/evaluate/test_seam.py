"""Tiles leave no seam: in tiles as in one piece."""

from __future__ import annotations

import shutil

import pytest
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.warp import calculate_default_transform

from kairos.engine.api import open_stack
from kairos.engine.evaluate.seam import main, seams_of
from kairos.engine.simulate.sample import write_sample


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seam") / "stack"
    write_sample(folder, seed=4, size=(150, 140), frames=10, radar_frames=4)
    return folder


@pytest.fixture(scope="module")
def mixed(stack, write, tmp_path_factory):
    """The same, but two of its frames lie in the neighbouring zone."""
    folder = shutil.copytree(stack, tmp_path_factory.mktemp("mixed") / "stack")
    zone = {"crs": "EPSG:32631"}
    for image in [f for f in sorted(folder.glob("S2_*.tif")) if not f.stem.endswith("_SCL")][2:8:3]:
        for file in (image, image.with_name(f"{image.stem}_SCL.tif")):
            with rasterio.open(file) as before:
                around = calculate_default_transform(
                    before.crs, zone["crs"], before.width, before.height, *before.bounds
                )
                onto = {**zone, **dict(zip(("transform", "width", "height"), around))}
                nodata, names = before.nodata, before.descriptions
                kind = Resampling.nearest if before.count == 1 else Resampling.bilinear
                with WarpedVRT(before, **onto, resampling=kind, nodata=nodata or 0) as there:
                    pixels = there.read()
            where = {**zone, "transform": onto["transform"], "nodata": nodata}
            write(file, pixels, names if all(names) else (), **where)
    return folder


@pytest.mark.parametrize("model", ["linear", "temporal", "whittaker", "scene-regression"])
def test_tiled_equals_untiled(stack, model):
    with open_stack(stack) as images:
        seams = seams_of(images, 40, model)
    assert seams.apart < 2e-5
    assert seams.step == pytest.approx(seams.step_whole, abs=1e-5)
    assert seams.step > 0


def test_tiled_equals_untiled_where_frames_are_warped(mixed):
    with open_stack(mixed) as images:
        assert any("On another grid" in said for said in images.warnings)
        seams = seams_of(images, 40, "scene-regression")
    assert seams.apart < 2e-5


def test_the_picture_is_drawn(stack, tmp_path, capsys):
    main([str(stack), "--model", "linear", "--side", "64", "--output", str(tmp_path / "seam.png")])
    assert (tmp_path / "seam.png").stat().st_size > 10_000
    assert "apart from one piece" in capsys.readouterr().out
