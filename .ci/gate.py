"""The gate of the QGIS plugin site, held against a zip before the site does: `gate.py ZIP`.

Prints one line for each finding and ends with 1 if there are any.
"""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BUDGET = 22_000_000
"""Bytes. The site takes 25,000,000."""
REQUIRED = (
    *("name", "qgisMinimumVersion", "description", "about", "version"),
    *("author", "email", "tracker", "repository"),
)
PLACEHOLDERS = ("todo", "tbd", "fixme", "lorem", "example.com", "example.org", "changeme")
BINARY = (b"\x7fELF", b"MZ", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"!<arch>")
"""How programs and libraries of Linux, Windows and macOS begin."""
BINARY_SUFFIXES = {".a", ".dll", ".dylib", ".exe", ".lib", ".o", ".pyc", ".pyd", ".so", ".whl"}


def findings(archive: Path) -> list[str]:
    """All that the site would refuse, one sentence each; what is ill-formed is not scanned."""
    with zipfile.ZipFile(archive) as file, tempfile.TemporaryDirectory() as folder:
        found = [*_size(archive), *_layout(file.namelist()), *_binaries(file), *_metadata(file)]
        if found:
            return found
        file.extractall(folder)
        return [*_bandit(Path(folder)), *_secrets(Path(folder))]


def _size(archive: Path) -> Iterator[str]:
    size = archive.stat().st_size
    if size > BUDGET:
        yield f"The zip has {size} bytes; {BUDGET} are allowed."


def _layout(names: list[str]) -> Iterator[str]:
    tops = {name.split("/")[0] for name in names}
    if tops != {"kairos"}:
        yield f"The zip holds {sorted(tops)} and not one folder kairos."
    for name in ("LICENSE", "__init__.py", "metadata.txt"):
        if f"kairos/{name}" not in names:
            yield f"{name} is missing."
    for name in names:
        parts = Path(name).parts
        if "__pycache__" in parts or "__MACOSX" in parts or any(p.startswith(".") for p in parts):
            yield f"{name} does not belong in a plugin."


def _binaries(file: zipfile.ZipFile) -> Iterator[str]:
    for name in file.namelist():
        with file.open(name) as content:
            if content.read(8).startswith(BINARY) or Path(name).suffix in BINARY_SUFFIXES:
                yield f"{name} is a compiled binary."


def _metadata(file: zipfile.ZipFile) -> Iterator[str]:
    names = file.namelist()
    if "kairos/metadata.txt" not in names:
        return
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read_string(file.read("kairos/metadata.txt").decode("utf-8"))
    values = dict(parser["general"]) if parser.has_section("general") else {}
    for field in REQUIRED:
        if not values.get(field):
            yield f"metadata.txt lacks {field}."
    for field, value in values.items():
        if any(word in value.lower() for word in PLACEHOLDERS):
            yield f"metadata.txt has a placeholder in {field}: {value}."
    if f"kairos/{values.get('icon')}" not in names:
        yield f"The icon {values.get('icon')} is missing."


def _bandit(folder: Path) -> Iterator[str]:
    command = ("bandit", "--quiet", "--format", "json", "--recursive", ".")
    report = _report(command, folder)
    for error in report["errors"]:
        yield f"{error['filename']}: bandit cannot read it: {error['reason']}."
    for found in report["results"]:
        text = f"{found['issue_text']} (bandit {found['test_id']})"
        yield f"{found['filename']}:{found['line_number']}: {text}"


def _secrets(folder: Path) -> Iterator[str]:
    report = _report(("detect_secrets", "scan", "--all-files", "."), folder)
    for file, found in report["results"].items():
        for secret in found:
            yield f"{file}:{secret['line_number']}: {secret['type']} (detect-secrets)"


def _report(command: tuple[str, ...], folder: Path) -> Any:  # noqa: ANN401  # what JSON holds
    """What a scanner says of a folder; it ends with 1 where it finds something."""
    done = subprocess.run(
        (sys.executable, "-m", *command), cwd=folder, capture_output=True, text=True
    )
    if not done.stdout:
        raise SystemExit(f"{command[0]} failed: {done.stderr}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    refused = findings(Path(sys.argv[1]))
    print("\n".join(refused) or f"{sys.argv[1]}: nothing that the plugin site would refuse")
    sys.exit(bool(refused))
