"""The built zip in a real QGIS, in a real window."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from kairos.engine.simulate.sample import write_sample

MISSING = [name for name in ("qgis", "xvfb-run", "xauth") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"a window needs {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def driven(root, tmp_path_factory):
    """What the drive left behind, and what it said."""
    folder, output = tmp_path_factory.mktemp("e2e"), root / "build" / "e2e"
    for file in output.glob("*.png"):
        file.unlink()
    write_sample(folder / "stack", seed=5, size=(96, 96), frames=20)
    package = [sys.executable, root / ".ci" / "package.py", folder / "kairos.zip"]
    subprocess.run(package, check=True)
    window = [sys.executable, root / "tests" / "e2e" / "window.py", output]
    window += ["--zip", folder / "kairos.zip", "--stack", folder / "stack", "--hard"]
    (folder / "tmp").mkdir()
    there = {**os.environ, "TMPDIR": str(folder / "tmp")}
    done = subprocess.run(window, capture_output=True, text=True, env=there)
    return output, done, [f.name for f in (folder / "tmp").iterdir()]


def test_all_steps_go_well(driven):
    _, done, _ = driven
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr


def test_nothing_temporary_outlives_qgis(driven):
    _, _, left = driven
    assert not [name for name in left if name.startswith(("kairos", "processing"))]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1200)])
@pytest.mark.filterwarnings("ignore", category=NotGeoreferencedWarning)
def test_the_window_is_seen_in_both_sizes(driven, width, height):
    output, _, _ = driven
    with rasterio.open(output / f"window-{width}x{height}.png") as file:
        assert (file.width, file.height) == (width, height)
        assert file.read(1).std() > 5
