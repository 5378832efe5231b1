"""Start the real QGIS with an empty profile and let `drive.py` drive it.

    window.py OUTPUT [--zip ZIP] [--stack STACK] [--stay] [--hard] [--dark]
    [--slider] [--drive SCRIPT]

There is a window on a screen of its own where there is no display (or where nobody wants to see
it: without `--stay`). Ends with what the drive ended with; its pictures and its log are in OUTPUT.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCREEN = "1920x1200x24"
LONGEST = 450
"""Seconds that a drive may take."""
_OF_TESTS = ("QT_QPA_PLATFORM", "QGIS_", "PYTHON", "VIRTUAL_ENV")
"""What an offscreen test sets and a window must not inherit."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Start QGIS and wait for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("output", type=Path)
    parser.add_argument("--zip", type=Path, default=ROOT / "build" / "kairos.zip")
    parser.add_argument("--stack", type=Path)
    parser.add_argument("--stay", action="store_true", help="stay open where there is a display")
    parser.add_argument("--hard", action="store_true", help="also kill, cancel and unload")
    parser.add_argument("--slider", action="store_true", help="only measure the slider")
    parser.add_argument("--dark", action="store_true", help="in QGIS's dark theme")
    parser.add_argument("--drive", default="drive.py", help="the script beside this one to run")
    wanted = parser.parse_args(arguments)
    output = wanted.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    stay = wanted.stay and "DISPLAY" in os.environ
    stack = wanted.stack.resolve() if wanted.stack else None
    told = {"ZIP": wanted.zip.resolve(), "OUTPUT": output, "STACK": stack, "DRIVE": HERE}
    os.environ["KAIROS_HARD"] = "1" if wanted.hard else ""
    os.environ["KAIROS_SLIDER"] = "1" if wanted.slider else ""
    os.environ["KAIROS_LONGEST"] = str(3 * LONGEST if wanted.slider else LONGEST)
    profiles = _empty(output / "profiles")
    if wanted.dark:
        _darken(profiles)
    command = _qgis(profiles, HERE / wanted.drive)
    if not stay:
        command = _hidden(command)
    return subprocess.run(command, env=_environment(output, told, stay)).returncode


def _qgis(profiles: Path, drive: Path) -> list[str]:
    plain = ["--nologo", "--noversioncheck", "--profiles-path", str(profiles)]
    return ["qgis", *plain, "--profile", "kairos", "--code", str(drive)]


def _darken(profiles: Path) -> None:
    settings = profiles / "profiles" / "kairos" / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text("[UI]\nUITheme=Night Mapping\n", encoding="utf-8")


def _hidden(command: list[str]) -> list[str]:
    """The command on a screen of its own; the time limit is inside, or the screen would stay."""
    limit = ["timeout", "-k", "5", os.environ.get("KAIROS_LONGEST", str(LONGEST))]
    return ["xvfb-run", "-a", "-s", f"-screen 0 {SCREEN}", *limit, *command]


def _environment(output: Path, told: Mapping[str, Optional[Path]], stay: bool) -> dict[str, str]:
    """What QGIS inherits; `drive.py` reads the KAIROS_* of it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OF_TESTS)}
    values = {f"KAIROS_{key}": str(value) for key, value in told.items() if value is not None}
    values["KAIROS_STAY"] = "1" if stay else ""
    values["KAIROS_PYTHON"] = sys.executable
    values["PYTHONPATH"] = str(_only_pyqtgraph(_empty(output / "python")))
    if not stay:
        runtime = _empty(output / "run")
        runtime.chmod(0o700)
        hidden = {"QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": str(runtime)}
        values.update(hidden)
    return {**kept, **values}


def _only_pyqtgraph(folder: Path) -> Path:
    """A folder for QGIS's Python that holds pyqtgraph and nothing else of this environment."""
    found = importlib.util.find_spec("pyqtgraph")
    if found is not None and found.origin is not None:
        (folder / "pyqtgraph").symlink_to(Path(found.origin).parent)
    return folder


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
