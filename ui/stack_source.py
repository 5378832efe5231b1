"""From layers or a folder to a stack that the engine can open."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

from osgeo import gdal
from qgis.core import QgsMapLayer

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
        """All images of a folder. Raises OSError."""
        files = sorted(f for f in folder.iterdir() if f.suffix.lower() in _IMAGES)
        return cls(folder, tuple(Entry(f) for f in files if is_image(f)))

    @classmethod
    def of_files(cls, files: Iterable[Path]) -> StackSource:
        """Some images, at least one; their masks and radar are taken from beside them."""
        chosen = sorted({f.resolve() for f in files})
        return cls(chosen[0].parent, tuple(Entry(f) for f in chosen))

    @property
    def included(self) -> tuple[Entry, ...]:
        """The images that take part."""
        return tuple(entry for entry in self.entries if entry.included)

    def names(self) -> dict[str, Entry]:
        """The images that take part by the names under which the engine meets them.

        That of the file, after the day that the person gave it; images of one name from several
        folders are numbered, and whatever GDAL reads is called a GeoTIFF.
        """
        names: dict[str, Entry] = {}
        for entry in self.included:
            day = f"{entry.date.replace('-', '')}_" if entry.date else ""
            stem, suffix = f"{day}{entry.file.stem}", entry.file.suffix
            suffix = suffix if suffix.lower() in _IMAGES else ".tif"
            name, number = f"{stem}{suffix}", 2
            while name in names:
                name, number = f"{stem}_{number}{suffix}", number + 1
            names[name] = entry
        return names

    def prepared(self, scratch: Path) -> Path:
        """A folder that holds just these images: their own where nothing was edited.

        Args:
            scratch: where a folder of links is made otherwise; nothing is there yet.

        Raises:
            OSError: the images cannot be reached, or the links not be made.
        """
        if {e.file.name: e.file for e in StackSource.of_folder(self.folder).entries} == {
            name: entry.file for name, entry in self.names().items()
        }:
            return self.folder
        scratch.mkdir(parents=True)
        for name, entry in self.names().items():
            _link(entry.file, scratch / name)
            for mask in _masks(entry.file):
                end = mask.stem[len(entry.file.stem) :]
                _link(mask, scratch / f"{Path(name).stem}{end}{mask.suffix}")
        for folder in sorted({entry.file.parent for entry in self.included}):
            for radar in folder.glob("S1*.tif"):
                _link(radar, scratch / radar.name)
        return scratch

    def edited(
        self, file: Path, *, date: Optional[str] = None, included: bool = True
    ) -> StackSource:
        """The same with another date for a file, or with it left out."""
        entries = tuple(
            replace(e, date=date, included=included) if e.file == file else e for e in self.entries
        )
        return replace(self, entries=entries)


def is_image(file: Path) -> bool:
    """Whether a file is an image by its name: no mask, no radar, nothing that Kairos wrote."""
    name = file.stem.upper()
    return not name.endswith(_BESIDE) and not name.startswith(("S1", "."))


def file_of(layer: QgsMapLayer) -> Optional[Path]:
    """The file of a raster layer, or None where it is not one on this computer."""
    file = Path(layer.source().split("|")[0])
    return file if layer.dataProvider().name() == "gdal" and file.is_file() else None


def _masks(file: Path) -> Sequence[Path]:
    ends = dict.fromkeys((file.suffix, *_IMAGES))
    beside = (file.with_name(f"{file.stem}{mask}{end}") for mask in _MASKS for end in ends)
    return [f for f in beside if f.exists()]


def _link(file: Path, target: Path) -> None:
    """A link, or, where the system refuses links, a virtual raster under the same name."""
    if os.path.lexists(target):  # the same radar image from two folders
        return
    try:
        os.symlink(file, target)
    except OSError:
        gdal.Translate(str(target), str(file), format="VRT")
