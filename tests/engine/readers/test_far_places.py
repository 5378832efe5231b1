"""Images at the edges of maps: over the antimeridian, at the poles, in several zones."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine

from kairos.engine import open_stack

PLACES = [
    ("EPSG:32601", Affine(10, 0, 300000, 0, -10, 7300000)),  # zone 1 begins at 180 degrees
    ("EPSG:32760", Affine(10, 0, 690000, 0, -10, 8100000)),  # zone 60 ends there
    ("EPSG:3413", Affine(10, 0, -100, 0, -10, 100)),  # the north pole lies inside
    ("EPSG:3031", Affine(10, 0, -100, 0, -10, 100)),  # the south pole too
    ("EPSG:4326", Affine(0.01, 0, 179.9, 0, -0.01, 66)),  # over 180 degrees
    ("EPSG:3857", Affine(10, 0, 20037400, 0, -10, 100)),
]


@pytest.mark.parametrize(("crs", "transform"), PLACES)
def test_stacks_far_away_are_cleaned(crs, transform, make_stack, cleans, tmp_path):
    made = make_stack(tmp_path / "stack", crs=crs, transform=transform)
    frames, said = cleans(made.folder)
    made.assert_clean(frames)
    assert said == ""


@pytest.mark.parametrize(("x", "column"), [(179.955, 5), (-179.945, 15), (180.055, 15)])
def test_a_point_is_found_from_both_sides_of_the_antimeridian(x, column, make_stack, run, tmp_path):
    made = make_stack(tmp_path / "stack", crs=PLACES[4][0], transform=PLACES[4][1])
    done = run("curve", made.folder, "--xy", x, 65.895, "--output", tmp_path / "c.csv")
    assert done.code == 0, done.err
    assert f"row 10, column {column}" in done.out


@pytest.mark.parametrize(("crs", "transform"), PLACES[2:4])
def test_masks_and_radar_in_degrees_at_a_pole(crs, transform, make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack", crs=crs, transform=transform)
    lat = 90 if crs == "EPSG:3413" else -89.9
    degrees = {"crs": "EPSG:4326", "transform": Affine(1, 0, -180, 0, -0.001, lat)}
    write(made.folder / "S1_20200503.tif", np.full((2, 100, 360), -9, "float32"), **degrees)
    with open_stack(made.folder) as stack:
        radar = stack.read(stack.grid.whole).radar
    assert radar.shape == (1, 2, 20, 24)
    assert np.isnan(radar).all() or np.nanmean(radar) == pytest.approx(-9, abs=0.1)


def test_images_of_another_place_are_left_out(make_stack, write, cleans, tmp_path):
    made = make_stack(tmp_path / "stack")
    away = {"crs": "EPSG:32660", "transform": Affine(10, 0, 600000, 0, -10, 5700000)}
    write(made.files[2], made.numbers[2], ("B02", "B03", "B04", "B08"), nodata=0, **away)
    frames, said = cleans(made.folder)
    assert made.files[2].name not in frames
    assert "elsewhere on the Earth" in said
    assert made.files[2].name in said


def test_tiles_of_two_zones_side_by_side(safe, tmp_path):
    """The zone with more dates is used, the other is named."""
    for t in range(3):
        safe(tmp_path, t, tile="60WWT", crs="EPSG:32660")
    safe(tmp_path, 3, tile="01WCN", crs="EPSG:32601")
    with open_stack(tmp_path) as stack:
        assert stack.grid.crs.to_epsg() == 32660
        assert any("01WCN" in w for w in stack.warnings)
