"""The ways that users keep their images, each behind one small reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional, Protocol

from kairos.engine.clear import SCL_USABLE
from kairos.engine.errors import StackError
from kairos.engine.readers.folder import FolderReader
from kairos.engine.stack import Stack


class Reader(Protocol):
    """One way of keeping a stack on disk."""

    name: str

    def recognises(self, path: Path) -> Optional[str]:
        """Why this reader can open the path, in a few words; None if it cannot."""

    def open(self, path: Path, scl_usable: tuple[int, ...]) -> Stack:
        """The stack at the path. Raises KairosError where it is none."""


READERS: tuple[Reader, ...] = (FolderReader(),)


def open_path(path: Path, scl_usable: Sequence[int] = SCL_USABLE) -> Stack:
    """Open a stack with the first reader that recognises it.

    Raises:
        StackError: if the path is missing, or nothing that Kairos knows.
    """
    if not path.exists():
        raise StackError(f"There is no folder {path}; check the path.")
    for reader in READERS:
        if reader.recognises(path):
            return reader.open(path, tuple(scl_usable))
    raise StackError(f"{path} is not a folder of images; give a folder with one GeoTIFF per date.")
