"""From layers or a folder to a stack that the engine can open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from osgeo import gdal

_IMAGES = (".tif", ".tiff")
_MASKS = ("_SCL", "_CLEAR", "_CLOUD", "_QA")
_BESIDE = (*_MASKS, "_SOURCE", "_SIGMA")


@dataclass(frozen=True)
class Entry:
    """One image that the person chose."""

    file: Path
    date: Optional[str] = None
    """The day they gave it, if it is not the one in its name; ISO."""
    included: bool = True


@dataclass(frozen=True)
class StackSource:
    """The images of a stack, as chosen and edited in the dock."""

    folder: Path
    """Where they lie."""
    entries: tuple[Entry, ...]

    @classmethod
    def of_folder(cls, folder: Path) -> StackSource:
        """All images of a folder."""
        files = sorted(f for f in folder.iterdir() if f.suffix.lower() in _IMAGES)
        return cls(folder, tuple(Entry(f) for f in files if _is_image(f)))

    @classmethod
    def of_files(cls, files: Iterable[Path]) -> StackSource:
        """Some files, their masks and radar taken from beside them."""
        chosen = sorted({f.resolve() for f in files if _is_image(f)})
        return cls(chosen[0].parent, tuple(Entry(f) for f in chosen))

    def edited(
        self, file: str, *, date: Optional[str] = None, included: bool = True
    ) -> StackSource:
        """The same with another date for a file, or with it left out."""
        entries = tuple(
            replace(e, date=date, included=included) if e.file.name == file else e
            for e in self.entries
        )
        return replace(self, entries=entries)

    def prepared(self, scratch: Path) -> Path:
        """A folder that holds just these images: their own where nothing was edited.

        Args:
            scratch: where a folder of links is made otherwise.
        """
        whole = {e.file for e in StackSource.of_folder(self.folder).entries}
        if whole == {e.file for e in self.entries} and not any(
            e.date or not e.included for e in self.entries
        ):
            return self.folder
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        for entry in self.entries:
            if entry.included:
                _link_with_masks(entry, scratch)
        for folder in {e.file.parent for e in self.entries}:
            for radar in folder.glob("S1*.tif"):
                _link(radar, scratch / radar.name)
        return scratch


def _is_image(file: Path) -> bool:
    name = file.stem.upper()
    return not name.endswith(_BESIDE) and not name.startswith("S1") and not name.startswith(".")


def _link_with_masks(entry: Entry, folder: Path) -> None:
    stem = (
        entry.file.stem
        if entry.date is None
        else f"{entry.date.replace('-', '')}_{entry.file.stem}"
    )
    _link(entry.file, folder / f"{stem}{entry.file.suffix}")
    for mask in _masks(entry.file):
        _link(mask, folder / f"{stem}{mask.stem[len(entry.file.stem) :]}{mask.suffix}")


def _masks(file: Path) -> Sequence[Path]:
    beside = (file.with_name(f"{file.stem}{mask}{file.suffix}") for mask in _MASKS)
    return [f for f in beside if f.exists()]


def _link(file: Path, target: Path) -> None:
    """A link, or, where the system refuses links, a virtual raster under the same name."""
    try:
        os.symlink(file, target)
    except OSError:
        gdal.Translate(str(target), str(file), format="VRT")
