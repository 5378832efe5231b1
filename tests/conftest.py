"""What the tests share: a small sample stack, stacks made by hand, and ways to run `kairos`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

import kairos
from kairos.engine import cli
from kairos.engine.simulate.sample import write_sample

ROOT = Path(str(kairos.__file__)).parent
# Started in the background, the suite would hand an ignored Ctrl-C down to its processes.
signal.signal(signal.SIGINT, signal.default_int_handler)

COMMAND = (sys.executable, "-m", "kairos.engine")
TRANSFORM = Affine(10, 0, 600000, 0, -10, 5700000)
TEN = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that a named error is, without its prefix."""
        lines = [s for s in self.err.splitlines() if not s.startswith("kairos: warning: ")]
        assert len(lines) == 1, self.err
        assert lines[0].startswith("kairos: "), self.err
        assert "Traceback" not in self.err
        return lines[0][len("kairos: ") :]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root folder of the project."""
    return ROOT.resolve()


@pytest.fixture
def run(capsys):
    """Run a command of `kairos` in this process."""

    def call(*arguments: Any) -> Run:
        capsys.readouterr()
        try:
            code = cli.main([str(part) for part in arguments])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        out, err = capsys.readouterr()
        return Run(code, out, err)

    return call


@pytest.fixture(scope="session")
def command():
    """Run `kairos` as a process of its own."""

    def call(*arguments: Any, **options: Any) -> Run:
        done = subprocess.run(
            [*COMMAND, *(str(part) for part in arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            **options,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def start():
    """Start `kairos` as a process and leave it running; it is killed if the test forgets it."""
    started = []

    def call(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        started.append(subprocess.Popen([*COMMAND, *map(str, arguments)], **pipes))
        return started[-1]

    yield call
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Path:
    """A small simulated stack; nobody writes to it."""
    folder = tmp_path_factory.mktemp("sample") / "stack"
    write_sample(folder, seed=12, size=(48, 48), frames=14, radar_frames=8)
    return folder


@pytest.fixture(scope="session")
def cleaned(sample, tmp_path_factory) -> Path:
    """The sample, cleaned with everything beside it."""
    folder = tmp_path_factory.mktemp("cleaned") / "out"
    assert (
        cli.main(["clean", str(sample), "--output", str(folder), "--source", "--uncertainty"]) == 0
    )
    return folder


@pytest.fixture(scope="session")
def frames_of():
    """The optical frames of a folder, by name."""

    def call(folder: Path) -> list[Path]:
        beside = ("_SCL", "_CLEAR", "_CLOUD", "_QA", "_SOURCE", "_SIGMA")
        return [
            f
            for f in sorted(folder.glob("*.tif"))
            if not f.stem.endswith(beside) and not f.name.startswith("S1")
        ]

    return call


@pytest.fixture(scope="session")
def write():
    """Write a GeoTIFF by hand: a UTM grid and no nodata value unless told otherwise."""

    def call(path: Path, pixels: np.ndarray, names: Any = (), tags: Any = None, **profile: Any):
        pixels = pixels if pixels.ndim == 3 else pixels[None]
        path.parent.mkdir(parents=True, exist_ok=True)
        scales, offsets = profile.pop("scales", None), profile.pop("offsets", None)
        profile = {"crs": "EPSG:32631", "transform": TRANSFORM, **profile}
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=len(pixels),
            height=pixels.shape[1],
            width=pixels.shape[2],
            dtype=pixels.dtype,
            **{key: value for key, value in profile.items() if value is not None},
        ) as file:
            file.write(pixels)
            for i, name in enumerate(names, start=1):
                file.set_band_description(i, name)
            if scales:
                file.scales, file.offsets = scales, offsets or (0.0,) * len(scales)
            file.update_tags(**(tags or {}))
        return path

    return call


@pytest.fixture(scope="session")
def read():
    """All pixels of a raster."""

    def call(path: Path, band: Any = None) -> np.ndarray:
        with rasterio.open(path) as file:
            return file.read(band) if band else file.read()

    return call


@dataclass(frozen=True)
class Made:
    """A stack made by hand, and what went into it."""

    folder: Path
    files: list[Path]
    numbers: np.ndarray
    """(T, C, h, w) as the files hold them."""
    clear: np.ndarray
    """(T, h, w)"""

    def assert_clean(self, frames: dict[str, np.ndarray], below: float = 8000) -> None:
        """Usable pixels are as they were, the rest is filled, without cloud."""
        for file, before, clear in zip(self.files, self.numbers, self.clear):
            numbers = frames[file.name]
            assert np.array_equal(numbers[:, clear], before[:, clear])
            assert np.isfinite(numbers.astype(float)).all()
            assert (numbers[:, ~clear] < below).all()
            assert (numbers[:, ~clear] > 0).all()


@pytest.fixture(scope="session")
def make_stack(write):
    """Make a stack by hand: smooth fields that change with time, half of them under cloud.

    The clouds are bright, so that they can be told from what fills them.
    """

    def call(
        folder: Path,
        *,
        count: int = 6,
        size: tuple[int, int] = (20, 24),
        bands: Any = ("B02", "B03", "B04", "B08"),
        seed: int = 3,
        mask: Any = "_CLEAR",
        dtype: str = "uint16",
        scale: float = 10000,
        offset: float = 0,
        first: str = "2020-05-01",
        **profile: Any,
    ) -> Made:
        if dtype == "uint16":
            profile = {"nodata": 0, **profile}
        rng = np.random.default_rng(seed)
        height, width = size
        y, x = np.mgrid[:height, :width]
        level = np.linspace(0.08, 0.4, len(bands))[None, :, None, None]
        season = (0.02 * np.arange(count))[:, None, None, None]
        field = 0.02 * np.sin(y / 3 + x / 5)
        noise = rng.normal(0, 0.001, (count, len(bands), height, width))
        reflectance = level + season + field + noise
        clear = rng.random((count, height, width)) < 0.5
        clear[:, : height // 2] |= rng.random((count, 1, 1)) < 0.7
        if count > 1:
            clear[rng.integers(count)] = True
        reflectance = np.where(clear[:, None], reflectance, 0.9)
        numbers = reflectance * scale - offset
        numbers = (np.rint(numbers) if np.dtype(dtype).kind in "iu" else numbers).astype(dtype)
        days = np.datetime64(first) + 5 * np.arange(count)
        files = []
        for t, day in enumerate(days):
            file = folder / f"S2_{str(day).replace('-', '')}.tif"
            files.append(write(file, numbers[t], bands, **profile))
            if mask is not None:
                on = {k: v for k, v in profile.items() if k in ("crs", "transform")}
                values = clear[t] if mask == "_CLEAR" else ~clear[t]
                write(file.with_name(f"{file.stem}{mask}.tif"), values.astype(np.uint8), **on)
        return Made(folder, files, numbers, clear)

    return call


@pytest.fixture(scope="session")
def snapshot():
    """What a folder holds: name, bytes and time of change of every file."""

    def call(folder: Path) -> dict[str, tuple[bytes, int]]:
        return {
            str(f.relative_to(folder)): (f.read_bytes(), f.stat().st_mtime_ns)
            for f in sorted(folder.rglob("*"))
            if f.is_file()
        }

    return call


@pytest.fixture
def cleans(run, read, snapshot, tmp_path):
    """Clean a folder; give back what was written, by name, and what was said."""

    def call(folder: Path, *arguments: Any) -> tuple[dict[str, np.ndarray], str]:
        before, out = snapshot(folder), tmp_path / "cleaned"
        done = run("clean", folder, "--output", out, "--source", *arguments)
        assert done.code == 0, done.err
        assert snapshot(folder) == before
        assert all(line.startswith("kairos: warning: ") for line in done.err.splitlines())
        return {f.name: read(f) for f in out.iterdir()}, done.err

    return call


@pytest.fixture
def refused(run, snapshot, tmp_path):
    """Clean a folder that cannot be cleaned; give back the one line that says why."""

    def call(folder: Path, *arguments: Any) -> str:
        before, out = snapshot(folder), tmp_path / "refused"
        done = run("clean", folder, "--output", out, *arguments)
        assert done.code == 1
        assert done.out == ""
        assert not out.exists() or not any(out.iterdir())
        assert snapshot(folder) == before
        assert len(done.error) < 400
        return done.error

    return call


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The real stacks, where there are any."""
    root = Path(os.environ.get("KAIROS_DATA", ROOT.parent / "shared" / "data"))
    if not root.is_dir():
        pytest.skip(f"no real stacks at {root}; set KAIROS_DATA to their folder")
    return root
