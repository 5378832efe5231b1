"""The yardstick against a case with a known answer, and against the measured table."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from kairos.engine.api import open_stack
from kairos.engine.evaluate.run import evaluate

DATA = Path(os.environ.get("KAIROS_DATA", Path(__file__).parents[4] / "shared/data"))

# Per-pixel linear MAE and the ratio of the temporal prior on hidden frames, and the ratio of
# scene regression under real clouds, as measured before this code was written.
MEASURED = {
    "train/be1": (0.0237, 0.90, 0.38),
    "train/leaf_34VCL": (0.0149, 0.60, 0.36),
    "train/mekong_m03": (0.0151, 1.01, 0.44),
    "train/mekong_m06": (0.0280, 0.91, 0.21),
    "train/gen_29SND": (0.0175, 0.86, 0.44),
    "train/tza_20m": (0.0215, 0.80, 0.29),
    "validation/tevuren": (0.0225, 1.04, 0.58),
    "validation/mekong_m09": (0.0208, 0.87, 0.41),
    "validation/en21_29SQC_825": (0.0110, 0.89, 0.34),
    "validation/lazio_l1c": (0.0237, 1.00, 0.60),
}


def write(folder, day, value):
    image = np.full((2, 8, 8), value, np.uint16)
    with rasterio.open(
        folder / f"S2_{day}.tif", "w", driver="GTiff", width=8, height=8, count=2, dtype="uint16",
        nodata=0, crs="EPSG:32631", transform=Affine(10, 0, 5e5, 0, -10, 5e6),
    ) as out:  # fmt: skip
        out.write(image)
        out.set_band_description(1, "B04")
        out.set_band_description(2, "B08")


def test_a_known_answer(tmp_path):
    # Every tenth day rises by 100, but the hidden second one stands 50 above the line.
    for day, value in zip(("01", "11", "21", "31"), (1000, 1150, 1200, 1300)):
        write(tmp_path, f"202101{day}", value)
    with open_stack(tmp_path) as stack:
        linear, nearest = evaluate(stack, "frame", ["linear", "nearest"])
    assert linear.pixels == 64
    assert linear.mae == pytest.approx(0.005, abs=1e-6)
    assert linear.ratio == 1
    assert nearest.mae == pytest.approx(0.015, abs=1e-6)  # the earlier of two equal neighbours
    assert nearest.ratio == pytest.approx(3, abs=1e-3)


def test_the_same_seed_gives_the_same_result(tmp_path):
    from kairos.engine.simulate.sample import write_sample

    write_sample(tmp_path / "s", seed=5, size=(32, 32), frames=16, radar_frames=6)
    runs = []
    for _ in range(2):
        with open_stack(tmp_path / "s") as stack:
            runs.append(evaluate(stack, "cloud", ["linear", "scene-regression"], seed=1))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("name", MEASURED)
def test_real_stacks_reach_the_measured_figures(name):
    if not (DATA / name).is_dir():
        pytest.skip("the real stacks are not here; set KAIROS_DATA to their folder")
    mae, temporal, _ = MEASURED[name]
    with open_stack(DATA / name) as stack:
        linear, prior, scene = evaluate(stack, "frame", ["linear", "temporal", "scene-regression"])
    assert linear.mae == pytest.approx(mae, abs=6e-5)  # the same draw to the last digit
    assert prior.ratio <= temporal + 0.02
    assert prior.ratio <= 1.02
    assert scene.ratio <= 1.02
