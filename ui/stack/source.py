"""From layers or a folder to a stack that the engine can open."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal
from qgis.core import QgsMapLayer

from .band_files import join, masks_of, stem_of

_IMAGES = (".tif", ".tiff")
_BRUSH = "_BRUSH"
_MASKS = ("_SCL", "_CLEAR", "_CLOUD", "_QA", _BRUSH)
_BESIDE = (*_MASKS, "_SOURCE", "_SIGMA", "_DAYS")
_ARCHIVED = re.compile(r"^(/vsi(?:zip|tar)/)(/.+?\.(?:zip|tar\.gz|tgz|tar))/(.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One image that the person chose."""

    file: Path
    date: Optional[str] = None
    """The day they gave it, if it is not the one that was found; ISO."""
    included: bool = True
    told: Optional[str] = None
    """The day that its layer tells, if it is not the one in the name of the file; ISO."""
    rule: str = ""
    """How the layer tells it, in words."""
    parts: Sequence[str] = ()
    """Where each band is a file of its own: those of the others, seen from the folder of `file`."""


@dataclass(frozen=True)
class StackSource:
    """The images of a stack, as chosen and edited in the dock."""

    folder: Path
    """Where they lie."""
    entries: tuple[Entry, ...]
    opaque: bool = False
    """Whether the engine knows how to read what lies there, and the images have its names."""

    @classmethod
    def of_folder(cls, folder: Path) -> StackSource:
        """All images of a folder, or whatever the engine finds in a file. Raises OSError."""
        if folder.is_file():
            return cls(folder, (), opaque=True)
        files = sorted(f for f in folder.iterdir() if f.suffix.lower() in _IMAGES)
        return cls(folder, tuple(Entry(f) for f in files if is_image(f)))

    @classmethod
    def of_files(cls, files: Iterable[Path]) -> StackSource:
        """Some images, at least one; their masks and radar are taken from beside them."""
        return cls.of_entries([Entry(f) for f in sorted({f.resolve() for f in files})])

    @classmethod
    def of_entries(cls, entries: Sequence[Entry]) -> StackSource:
        """Some images with what their layers tell of them, at least one."""
        return cls(entries[0].file.parent, tuple(entries))

    @property
    def included(self) -> tuple[Entry, ...]:
        """The images that take part."""
        return tuple(entry for entry in self.entries if entry.included)

    def names(self) -> dict[str, Entry]:
        """The images that take part by the names under which the engine meets them.

        That of the file, after the day that the person gave it; images of one name from several
        folders are numbered, and whatever GDAL reads is called a GeoTIFF.
        """
        if self.opaque:
            return {entry.file.name: entry for entry in self.included}
        names: dict[str, Entry] = {}
        for entry in self.included:
            given = entry.date or entry.told
            day = f"{given.replace('-', '')}_" if given else ""
            own = stem_of(entry.file) if entry.parts else entry.file.stem
            stem, suffix = f"{day}{own}", entry.file.suffix
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
        if self.opaque:
            edits = edits_of(self.folder, self.entries)
            return write_edits(edits, scratch) if edits else self.folder
        if self.folder.is_dir() and {
            e.file.name: e.file for e in StackSource.of_folder(self.folder).entries
        } == {name: entry.file for name, entry in self.names().items()}:
            return self.folder
        scratch.mkdir(parents=True)
        for name, entry in self.names().items():
            if entry.parts:
                join(entry.file, entry.parts, scratch / name)
            else:
                _link(entry.file, scratch / name)
        self.bring_masks(scratch)
        for folder in sorted({entry.file.parent for entry in self.included}):
            for radar in folder.glob("S1*.tif"):
                _link(radar, scratch / radar.name)
        return scratch

    def bring_masks(self, scratch: Path) -> None:
        """Link the masks into a folder that `prepared` gave; those that are there stay.

        Raises:
            OSError: the links cannot be made.
        """
        if scratch == self.folder or self.opaque:
            return
        for name, entry in self.names().items():
            for mask in _masks(entry.file):
                end = mask.stem[len(entry.file.stem) :]
                _link(mask, scratch / f"{Path(name).stem}{end}{mask.suffix}")
            for end, mask in masks_of(entry.file).items() if entry.parts else ():
                _link(mask, scratch / f"{Path(name).stem}{end}.tif")

    def brush_of(self, name: str) -> Path:
        """Where paint over the mask of the image of this name lies; the engine looks there."""
        if self.opaque:
            folder = self.folder if self.folder.is_dir() else self.folder.parent
            return folder / f"{Path(name).stem}{_BRUSH}.tif"
        return brush_beside(self.names()[name].file)

    def found(self, frames: Sequence[Mapping[str, Any]]) -> StackSource:
        """The same with the images that the engine has found; what was edited stays."""
        if self.opaque and self.entries:
            return self
        told = tuple(
            Entry(self.folder / f["result"], told=f["date"], rule=f["date_rule"]) for f in frames
        )
        return StackSource(self.folder, told, opaque=True)

    def edited(
        self, file: Path, *, date: Optional[str] = None, included: bool = True
    ) -> StackSource:
        """The same with another date for a file, or with it left out."""
        entries = tuple(
            replace(e, date=date, included=included) if e.file == file else e for e in self.entries
        )
        return replace(self, entries=entries)


def edits_of(place: Path, entries: Sequence[Entry]) -> dict[str, Any]:
    """What the person changed of a stack that the engine reads as it is; empty where nothing."""
    dates = {e.file.name: e.date for e in entries if e.date is not None}
    left_out = [e.file.name for e in entries if not e.included]
    return {"kairos": 1, "stack": str(place), "dates": dates, "left_out": left_out} if (
        dates or left_out
    ) else {}  # fmt: skip


def write_edits(edits: Mapping[str, Any], scratch: Path) -> Path:
    """A file that the engine opens as the edited stack. Raises OSError."""
    scratch.mkdir(parents=True)
    file = scratch / "stack.json"
    file.write_text(json.dumps(edits), encoding="utf-8")
    return file


def is_image(file: Path) -> bool:
    """Whether a file is an image by its name: no mask, no radar, nothing that Kairos wrote."""
    name = file.stem.upper()
    return not name.endswith(_BESIDE) and not name.startswith(("S1", "."))


def brush_beside(file: Path) -> Path:
    """Where paint over the mask of an image lies."""
    return file.with_name(f"{file.stem}{_BRUSH}.tif")


def file_of(layer: QgsMapLayer) -> Optional[Path]:
    """The file of a raster layer, in an archive or not; None where it is not on this computer.

    A file in an archive has the path of that in braces, `/vsizip/{/a/b.zip}/c.tif`, as GDAL takes.
    """
    if layer.dataProvider() is None or layer.dataProvider().name() != "gdal":
        return None
    source = layer.source().split("|")[0]
    archived = _ARCHIVED.match(source)
    if archived is not None and Path(archived[2]).is_file():
        return Path(f"{archived[1]}{{{archived[2]}}}/{archived[3]}")
    if source.startswith(("/vsizip/{", "/vsitar/{")):
        return Path(source)
    return Path(source) if Path(source).is_file() else None


def _masks(file: Path) -> Sequence[Path]:
    ends = dict.fromkeys((file.suffix, *_IMAGES))
    beside = (file.with_name(f"{file.stem}{mask}{end}") for mask in _MASKS for end in ends)
    return [f for f in beside if f.exists() or (_is_archived(f) and gdal.VSIStatL(str(f)))]


def _is_archived(file: Path) -> bool:
    return str(file).startswith("/vsi")


def _link(file: Path, target: Path) -> None:
    """A link, or, where the system refuses links or in an archive, a virtual raster of it."""
    if os.path.lexists(target):  # the same radar image from two folders
        return
    try:
        if _is_archived(file):
            raise OSError
        os.symlink(file, target)
    except OSError:
        if gdal.Translate(str(target), str(file), format="VRT") is None:
            raise OSError(f"{file} cannot be opened") from None
