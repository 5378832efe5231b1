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
from kairos.engine.simulate.sample import write_sample

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


@pytest.fixture
def ramp(tmp_path):
    """Every tenth day rises by 100, but the hidden second one stands 50 above the line."""
    for day, value in zip(("01", "11", "21", "31"), (1000, 1150, 1200, 1300)):
        write(tmp_path, f"202101{day}", value)
    with open_stack(tmp_path) as stack:
        yield stack


def test_a_known_answer(ramp):
    linear, nearest = evaluate(ramp, "frame", ["linear", "nearest"]).results
    assert linear.pixels == 64
    assert linear.mae == pytest.approx(0.005, abs=1e-6)
    assert linear.rmse == pytest.approx(0.005, abs=1e-6)
    assert linear.psnr == pytest.approx(20 * np.log10(200), abs=1e-3)
    assert linear.sam == pytest.approx(0, abs=1e-4)  # both bands are the same
    assert (linear.ratio, linear.low, linear.high) == (1, 1, 1)
    assert nearest.mae == pytest.approx(0.015, abs=1e-6)  # the earlier of two equal neighbours
    assert nearest.psnr == pytest.approx(20 * np.log10(1 / 0.015), abs=1e-3)
    assert nearest.ratio == pytest.approx(3, abs=1e-3)
    assert nearest.low == pytest.approx(3, abs=1e-3)  # one block only
    assert nearest.ratio_levelled == pytest.approx(0, abs=1e-4)  # it is off by its level alone
    assert linear.ssim is None  # smaller than its window


def test_a_removed_date_is_known_by_its_day_alone(ramp):
    evaluation = evaluate(ramp, "anytime", ["linear"], seed=7)
    (linear,) = evaluation.results
    (frame,) = evaluation.frames
    (gap,) = evaluation.gaps
    known = {"2021-01-11": 0.005, "2021-01-21": 0.0025}
    assert linear.mae == pytest.approx(known[frame["date"]], abs=1e-6)
    assert (gap["from_days"], gap["to_days"], gap["pixels"]) == (11, 20, 64)


def test_a_gap_is_bridged_over_all_that_is_hidden(ramp):
    """20 days around the second date leave the first, third and fourth: 15 above the line."""
    twenty, forty, sixty = evaluate(ramp, "gap", ["linear"], seed=7).results
    assert twenty.gap_days == 20
    assert twenty.mae in (pytest.approx(0.005, abs=1e-6), pytest.approx(0.0025, abs=1e-6))
    assert forty.gap_days == 40
    assert "40 days" in forty.skipped
    assert sixty.skipped


def test_figures_by_frame_and_band_add_up(tmp_path):
    evaluation = sampled(tmp_path, "cloud", ["nearest"])
    (result,) = evaluation.results
    assert sum(f["pixels"] for f in evaluation.frames) == result.pixels
    assert sum(g["pixels"] for g in evaluation.gaps) == result.pixels
    error = sum(f["mae"] * f["pixels"] for f in evaluation.frames) / result.pixels
    assert error == pytest.approx(result.mae, abs=2e-6)
    assert np.mean([b["mae"] for b in evaluation.bands]) == pytest.approx(result.mae, abs=2e-6)
    blocks = evaluation.blocks["nearest", None]
    assert blocks.ratio == pytest.approx(result.ratio, abs=1e-5)
    assert result.low <= result.ratio <= result.high


@pytest.mark.parametrize("task", ["cloud", "frame", "anytime", "gap"])
def test_the_same_seed_gives_the_same_result(tmp_path, task):
    one, other = (
        sampled(tmp_path, task, ["linear", "scene-regression"], pictures=pictures)
        for pictures in (False, True)
    )
    assert one.results == other.results
    assert (one.frames, one.bands, one.gaps) == (other.frames, other.bands, other.gaps)
    assert (one.exhibit is None, other.exhibit is None) == (True, False)


def test_left_over_cloud_counts_only_where_asked(tmp_path):
    for day, value in zip(("01", "11", "21", "31"), (1000, 1100, 1200, 1300)):
        write(tmp_path, f"202101{day}", value)
    with rasterio.open(tmp_path / "S2_20210111.tif", "r+") as file:
        image = file.read()
        image[:, 0, 0] = 6000
        file.write(image)
    with open_stack(tmp_path, detector=False) as stack:
        (dropped,) = evaluate(stack, "frame", ["nearest"]).results
        (kept,) = evaluate(stack, "frame", ["nearest"], bright=True).results
    assert (dropped.pixels, kept.pixels) == (63, 64)
    assert dropped.mae == pytest.approx(0.01, abs=1e-6)
    assert kept.mae == pytest.approx((63 * 0.01 + 0.5) / 64, abs=1e-6)
    assert (dropped.pixels_with_bright, dropped.mae_with_bright) == (64, kept.mae)


def test_a_model_that_cannot_run_is_skipped_with_the_reason(ramp):
    linear, absent = evaluate(ramp, "frame", ["linear", "seqdm"]).results
    assert linear.skipped is None
    assert absent.mae is None
    assert "cannot run here" in absent.skipped


def test_a_large_stack_is_evaluated_on_windows(tmp_path, monkeypatch):
    monkeypatch.setattr("kairos.engine.evaluate.regions._MOST", 16 * 10 * 32 * 32 * 3)
    monkeypatch.setattr("kairos.engine.evaluate.regions._SIDE", 32)
    one, other = (sampled(tmp_path, "frame", ["linear"], size=(64, 64)) for _ in range(2))
    assert one.results == other.results
    assert 0 < one.results[0].pixels <= 3 * 32 * 32 * len(one.frames)


def sampled(folder, task, models, size=(32, 32), **options):
    """Evaluate a simulated stack."""
    if not (folder / "s").exists():
        write_sample(folder / "s", seed=5, size=size, frames=16, radar_frames=6)
    with open_stack(folder / "s") as stack:
        return evaluate(stack, task, models, seed=1, **options)


@pytest.mark.parametrize("name", MEASURED)
def test_real_stacks_reach_the_measured_figures(name):
    if not (DATA / name).is_dir():
        pytest.skip("the real stacks are not here; set KAIROS_DATA to their folder")
    mae, temporal, _ = MEASURED[name]
    with open_stack(DATA / name) as stack:
        linear, prior, scene = evaluate(
            stack, "frame", ["linear", "temporal", "scene-regression"]
        ).results
    assert linear.mae == pytest.approx(mae, abs=6e-5)  # the same draw to the last digit
    assert prior.ratio <= temporal + 0.02
    assert prior.ratio <= 1.02
    assert scene.ratio <= 1.02
