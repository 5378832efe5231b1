"""The built zip in `qgis_process`, without a window."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from kairos.engine.simulate.sample import write_sample

PROCESS = shutil.which("qgis_process.bin")  # Debian's wrapper adds an option that breaks it
pytestmark = pytest.mark.skipif(PROCESS is None, reason="qgis_process.bin is not here")


@pytest.fixture(scope="module")
def process(root, tmp_path_factory):
    """Run qgis_process in a profile that holds the plugin."""
    profile = tmp_path_factory.mktemp("process")
    zip_file = profile / "kairos.zip"
    subprocess.run([sys.executable, root / ".ci" / "package.py", zip_file], check=True)
    with zipfile.ZipFile(zip_file) as packed:
        packed.extractall(profile / "profiles" / "default" / "python" / "plugins")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    kept.update(
        QT_QPA_PLATFORM="offscreen",
        QGIS_CUSTOM_CONFIG_PATH=str(profile),
        KAIROS_PYTHON=sys.executable,
    )

    def run(*arguments):
        command = [PROCESS, *map(str, arguments)]
        return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=120)

    assert run("plugins", "enable", "kairos").returncode == 0
    return run


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stacks") / "sample"
    write_sample(folder, seed=3, size=(48, 48), frames=12, radar_frames=6)
    return folder


def test_it_cleans_a_folder(process, stack, tmp_path):
    done = process("run", "kairos:removeclouds", "--", f"STACK={stack}", f"OUTPUT={tmp_path / 'o'}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "o").glob("S2*.tif"))) == 12


def test_it_cleans_some_layers(process, stack, tmp_path):
    files = sorted(f for f in stack.glob("S2*.tif") if "SCL" not in f.name)[:5]
    inputs = [f"INPUTS={file}" for file in files]
    done = process("run", "kairos:removeclouds", "--", *inputs, f"OUTPUT={tmp_path / 'o'}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "o").glob("S2*.tif"))) == 5


def test_it_proves_itself(process, stack, tmp_path):
    done = process("run", "kairos:proveit", "--", f"STACK={stack}", f"OUTPUT={tmp_path / 'o'}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "On your images Kairos is off by 0.0" in done.stdout + done.stderr
    assert sorted(f.name for f in (tmp_path / "o").iterdir()) == ["error.tif", "report.html"]


def test_an_error_is_a_sentence(process, tmp_path):
    (tmp_path / "empty").mkdir()
    done = process(
        "run", "kairos:removeclouds", "--", f"STACK={tmp_path / 'empty'}",
        f"OUTPUT={tmp_path / 'o'}",
    )  # fmt: skip
    assert done.returncode != 0
    assert "holds no GeoTIFF images" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
