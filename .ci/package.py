"""Write the plugin as a zip, the same to the byte from the same tree: `package.py [ZIP]`."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("__init__.py", "plugin.py", "metadata.txt", "LICENSE", "engine", "resources", "ui")
SUFFIXES = {"", ".json", ".md", ".png", ".py", ".qm", ".qml", ".safetensors", ".svg", ".txt"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def shipped(root: Path) -> Iterator[Path]:
    """The files of the plugin, relative to the root, in order."""
    for name in SHIPPED:
        top = root / name
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            inner = file.relative_to(root)
            hidden = any(part.startswith((".", "__pycache__")) for part in inner.parts)
            if file.is_file() and not hidden and file.suffix in SUFFIXES:
                yield inner


def write(root: Path, target: Path) -> None:
    """Write the zip with its one folder `kairos/`; a broken run leaves no half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(draft, "w") as file:
        for inner in shipped(root):
            entry = zipfile.ZipInfo(f"kairos/{inner.as_posix()}", _EPOCH)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, (root / inner).read_bytes(), compresslevel=9)
    draft.replace(target)


if __name__ == "__main__":
    write(ROOT, Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "kairos.zip")
