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

import kairos
from kairos.engine import cli
from kairos.engine.simulate.sample import write_sample

from .by_hand import make_stack, read, write  # noqa: F401  # fixtures

ROOT = Path(str(kairos.__file__)).parent
# Started in the background, the suite would hand an ignored Ctrl-C down to its processes.
signal.signal(signal.SIGINT, signal.default_int_handler)

COMMAND = (sys.executable, "-m", "kairos.engine")


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
def cleans(run, read, snapshot, tmp_path):  # noqa: F811  # the fixture itself
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
