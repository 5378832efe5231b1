"""What lies at a path: its files, nested ones and those in archives, each with its GDAL name."""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Callable, Union

from kairos.engine.errors import ReadError

_DEEPEST = 8
"""Folders in each other; a SAFE product in a folder by year and month has five."""

_MOST = 200_000
"""Files of a place; more are no stack but somebody's whole disk."""

IMAGES = (".tif", ".tiff", ".jp2", ".vrt")
"""Endings of the images that are read."""

_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError, KeyError)
_ARCHIVES = {".zip": "/vsizip/", ".tar": "/vsitar/", ".gz": "/vsitar/", ".tgz": "/vsitar/"}


@dataclass(frozen=True)
class Item:
    """One file, on disk or in an archive."""

    path: Path
    """The file on disk, or the archive that holds it."""
    inside: PurePosixPath
    """Its path seen from the place, through the archive if it is in one."""
    source: str
    """What GDAL opens."""
    member: str = ""
    """Its name in the archive."""

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.inside.name

    def read(self) -> bytes:
        """All of it, for metadata.

        Raises:
            ReadError: if it is damaged or gone.
        """
        try:
            if not self.member:
                return self.path.read_bytes()
            with _opened(self.path) as archive:
                if isinstance(archive, zipfile.ZipFile):
                    return archive.read(self.member)
                found = archive.extractfile(self.member)
                return found.read() if found is not None else b""
        except _DAMAGED as error:
            raise ReadError(
                f"{self.name} in {self.path.name} cannot be read; load the file anew or move it "
                "out of the folder.",
                details=str(error),
            ) from error


@dataclass(frozen=True)
class Place:
    """A path that a person gave, listed at most once."""

    path: Path

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every file there, by name; hidden ones are left out.

        Raises:
            ReadError: if an archive is damaged or a folder cannot be listed.
        """
        found = list(islice(_walk(self.path), _MOST + 1))
        if len(found) > _MOST:
            raise ReadError(
                f"{self.path} holds more than {_MOST} files; choose the folder of one stack."
            )
        return tuple(sorted(found, key=lambda item: item.inside))


def images_in(place: Place) -> list[Item]:
    """The images of a folder; where it holds none itself, those of the folders inside of it."""
    items = [i for i in place.items if i.inside.suffix.lower() in IMAGES]
    return [i for i in items if len(i.inside.parts) == 1] or items


def known_by(item: Item) -> Path:
    """The path that a person knows an image by."""
    return item.path / item.member if item.member else item.path


def _walk(path: Path) -> Iterator[Item]:
    if path.is_file():
        yield from _expand(path, PurePosixPath(path.name))
        return
    for folder, folders, names in os.walk(path, onerror=_unlistable):
        inside = PurePosixPath(Path(folder).relative_to(path).as_posix())
        deep = len(inside.parts) >= _DEEPEST
        folders[:] = [] if deep else [f for f in folders if not f.startswith(".")]
        for name in names:
            if not name.startswith("."):
                yield from _expand(Path(folder) / name, inside / name)


def _unlistable(error: OSError) -> None:
    raise ReadError(
        f"The folder {error.filename} cannot be listed ({(error.strerror or 'unknown').lower()}); "
        "check its permissions.",
        details=str(error),
    ) from error


def _expand(file: Path, inside: PurePosixPath) -> Iterator[Item]:
    """The file itself, or what an archive holds."""
    prefix = _ARCHIVES.get(file.suffix.lower())
    if prefix is None or (file.suffix == ".gz" and not file.stem.endswith(".tar")):
        yield Item(file, inside, str(file))
        return
    try:
        with _opened(file) as archive:
            members = (
                archive.namelist() if isinstance(archive, zipfile.ZipFile) else archive.getnames()
            )
    except _DAMAGED as error:
        raise ReadError(
            f"{inside} is damaged: it cannot be unpacked; load it anew or move it out of the "
            "folder.",
            details=str(error),
        ) from error
    for member in members:
        if not member.endswith("/") and "/." not in f"/{member}":
            yield Item(file, inside / member, f"{prefix}{file.resolve()}/{member}", member)


def _opened(file: Path) -> Union[zipfile.ZipFile, tarfile.TarFile]:
    open_: Callable[..., Union[zipfile.ZipFile, tarfile.TarFile]]
    open_ = zipfile.ZipFile if file.suffix.lower() == ".zip" else tarfile.open
    return open_(file)
