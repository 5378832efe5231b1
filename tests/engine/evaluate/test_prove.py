"""Prove it: the yardstick on the person's own stack, as a map and a sentence's numbers."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import rasterio

from kairos.engine.api import open_stack
from kairos.engine.errors import CancelledError, OutputError, StackError
from kairos.engine.evaluate import prove as proving
from kairos.engine.evaluate.prove import blocks, prove, result_of
from kairos.engine.rasters.grid import Window
from kairos.engine.registry import QUICK


@pytest.fixture(scope="module")
def proof(sample, tmp_path_factory):
    told = []
    with open_stack(sample) as stack:
        made = prove(
            stack,
            tmp_path_factory.mktemp("proof"),
            QUICK,
            progress=lambda *a: told.append(a),
        )
    return made, told


def test_the_figures_are_those_of_evaluate(proof, sample, run, tmp_path):
    report = tmp_path / "report.json"
    done = run("evaluate", sample, "--task", "cloud", "--models", "linear,scene-regression",
               "--output", report)  # fmt: skip
    assert done.code == 0
    line, best = json.loads(report.read_text())["results"]
    found = result_of(proof[0])
    assert (found["mae"], found["linear"]) == (best["mae"], line["mae"])
    assert (found["low"], found["ratio"], found["high"]) == (
        best["low"], best["ratio"], best["high"],
    )  # fmt: skip
    assert found["pixels"] == best["pixels"]
    assert found["part"] == "whole"
    assert found["dates"] >= 1


_LIGHT = """
import sys
from pathlib import Path
for name in ("skimage", "scipy", "torch", "matplotlib", "xarray"):
    sys.modules[name] = None
from kairos.engine.api import open_stack
from kairos.engine.evaluate.prove import prove
with open_stack(Path(sys.argv[1])) as stack:
    print(repr(prove(stack, Path(sys.argv[2]), "scene-regression").result.mae))
"""


def test_numpy_and_rasterio_are_enough(proof, sample, tmp_path):
    made = subprocess.run(
        [sys.executable, "-c", _LIGHT, str(sample), str(tmp_path / "proof")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert float(made.stdout) == proof[0].result.mae
    assert "SSIM" in (tmp_path / "proof/report.html").read_text(encoding="utf-8")


def test_the_map_shows_these_errors(proof, sample):
    found = proof[0]
    with rasterio.open(found.error) as file, rasterio.open(next(sample.glob("S2*.tif"))) as image:
        error = file.read()
        assert (file.crs, file.transform, file.shape) == (image.crs, image.transform, image.shape)
        assert file.descriptions == ("error of scene-regression", "error of linear")
        assert np.isnan(file.nodata)
    known = np.isfinite(error)
    assert np.array_equal(known[0], known[1])
    assert 0 < known[0].sum() <= found.result.pixels
    # Each pixel is the mean over its dates, so that the means agree but for the weights.
    assert np.nanmean(error[0]) == pytest.approx(found.result.mae, rel=0.2)
    assert np.nanmean(error[1]) == pytest.approx(found.linear, rel=0.2)


def test_the_report_can_be_read(proof):
    page = proof[0].page.read_text(encoding="utf-8")
    assert "How well are clouds filled?" in page
    assert "The same command gives the same figures." in page


def test_progress_rises_while_a_method_answers(proof):
    shares = [done for _, done in proof[1]]
    assert shares == sorted(shares)
    assert len(shares) >= 4
    assert shares[-1] == 1


def test_a_part_is_looked_at_and_said_to_be_one(sample, tmp_path):
    with open_stack(sample) as stack:
        made = prove(stack, tmp_path, "nearest", Window(8, 4, 32, 40))
    assert made.part == "part"
    with rasterio.open(made.error) as file:
        assert file.shape == (32, 40)
    assert "a part of 32 by 40 pixels" in made.page.read_text(encoding="utf-8")


def test_of_a_large_stack_blocks_are_spread_evenly(sample, tmp_path, monkeypatch):
    with open_stack(sample) as stack:
        monkeypatch.setattr(proving, "_SIDE", 16)
        monkeypatch.setattr(proving, "_MOST", 4 * 16 * 16 * len(stack.dates) * len(stack.bands))
        four = blocks(stack, stack.grid.whole)
        assert [(w.row, w.col) for w in four] == [(4, 4), (4, 28), (28, 4), (28, 28)]
        thin = blocks(stack, Window(0, 0, 48, 5))
        assert all(w.width == 5 and w.row + w.height <= 48 for w in thin)
        made = prove(stack, tmp_path, "nearest")
    assert made.part == "blocks"
    with rasterio.open(made.error) as file:
        assert np.isnan(file.read(1)[20]).all()  # between the blocks
    assert "blocks of 16 by 16 pixels" in made.page.read_text(encoding="utf-8")


def test_too_little_clear_ground_is_said_in_a_sentence(make_stack, write, tmp_path):
    made = make_stack(tmp_path / "stack")
    for file in made.files:
        clear = np.zeros((20, 24), "uint8")
        clear[0, :3] = 1
        write(file.with_name(f"{file.stem}_CLEAR.tif"), clear)
    with open_stack(made.folder) as stack, pytest.raises(StackError, match="clear") as raised:
        prove(stack, tmp_path / "proof")
    assert raised.value.message.count(".") == 2
    assert not (tmp_path / "proof" / "error.tif").exists()


def test_one_date_and_the_images_own_folder_are_refused(make_stack, sample, tmp_path):
    made = make_stack(tmp_path / "one", count=1)
    with open_stack(made.folder) as stack, pytest.raises(StackError, match="one date only"):
        prove(stack, tmp_path / "proof")
    with open_stack(sample) as stack, pytest.raises(OutputError, match="outside"):
        prove(stack, sample / "proof")


def test_a_cancel_stops_it(sample, tmp_path):
    def stop(stage, done):
        if done > 0.3:
            raise CancelledError("stop")

    with open_stack(sample) as stack, pytest.raises(CancelledError):
        prove(stack, tmp_path / "proof", progress=stop)
    assert not (tmp_path / "proof").exists()
