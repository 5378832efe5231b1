"""The ways that users keep their images, each behind one small reader.

The first reader that recognises a place opens it; `kairos info` says which one did, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional, Protocol

from kairos.engine.brush import with_brushes
from kairos.engine.clear import SCL_USABLE
from kairos.engine.errors import StackError
from kairos.engine.readers.band_files import BandFilesReader
from kairos.engine.readers.folder import FolderReader
from kairos.engine.readers.hls import HlsReader
from kairos.engine.readers.landsat import LandsatReader
from kairos.engine.readers.place import Place
from kairos.engine.readers.sentinel2 import Sentinel2Reader
from kairos.engine.readers.stac import StacReader
from kairos.engine.readers.theia import TheiaReader
from kairos.engine.readers.time_stack import TimeStackReader
from kairos.engine.stack import Stack


class Reader(Protocol):
    """One way of keeping a stack on disk."""

    name: str
    """What it reads, for people."""

    def recognises(self, place: Place) -> Optional[str]:
        """Why this reader can open the place, in a few words; None if it cannot."""

    def open(self, place: Place, scl_usable: tuple[int, ...]) -> Stack:
        """The stack at the place. Raises KairosError where it is none."""


READERS: tuple[Reader, ...] = (
    Sentinel2Reader(),
    LandsatReader(),
    HlsReader(),
    TheiaReader(),
    BandFilesReader(),
    TimeStackReader(),
    StacReader(),
    FolderReader(),
)
"""In the order in which they are asked: the most particular first."""


def open_path(path: Path, scl_usable: Sequence[int] = SCL_USABLE) -> Stack:
    """Open a stack with the first reader that recognises it.

    Raises:
        StackError: if the path is missing, or nothing that Kairos knows.
    """
    if not path.exists():
        raise StackError(f"There is no folder {path}; check the path.")
    place = Place(path)
    for reader in READERS:
        why = reader.recognises(place)
        if why:
            stack = reader.open(place, tuple(scl_usable))
            stack.recognised = f"{reader.name} ({why})"
            return with_brushes(stack)
    raise StackError(f"{path} is not a folder of images; give a folder with one GeoTIFF per date.")
