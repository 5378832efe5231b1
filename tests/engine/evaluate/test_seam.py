"""Tiles leave no seam: in tiles as in one piece."""

from __future__ import annotations

import pytest

from kairos.engine.api import open_stack
from kairos.engine.evaluate.seam import main, seams_of
from kairos.engine.simulate.sample import write_sample


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seam") / "stack"
    write_sample(folder, seed=4, size=(150, 140), frames=10, radar_frames=4)
    return folder


@pytest.mark.parametrize("model", ["linear", "temporal", "whittaker", "scene-regression"])
def test_tiled_equals_untiled(stack, model):
    with open_stack(stack) as images:
        seams = seams_of(images, 40, model)
    assert seams.apart < 2e-5
    assert seams.step == pytest.approx(seams.step_whole, abs=1e-5)
    assert seams.step > 0


def test_the_picture_is_drawn(stack, tmp_path, capsys):
    main([str(stack), "--model", "linear", "--side", "64", "--output", str(tmp_path / "seam.png")])
    assert (tmp_path / "seam.png").stat().st_size > 10_000
    assert "apart from one piece" in capsys.readouterr().out
