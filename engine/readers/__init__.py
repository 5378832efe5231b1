"""The ways that users keep their images, each behind one small reader.

The first reader that recognises a place opens it; `kairos info` says which one did, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional, Protocol

from kairos.engine.brush.mask import with_brushes
from kairos.engine.clear import SCL_USABLE
from kairos.engine.detect.stack import with_detector
from kairos.engine.errors import StackError
from kairos.engine.readers.assemble import some
from kairos.engine.readers.band_files import BandFilesReader
from kairos.engine.readers.cleaned import known_again
from kairos.engine.readers.cube import CubeReader
from kairos.engine.readers.edited import edits_in
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
    CubeReader(),
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


def open_path(
    path: Path, scl_usable: Sequence[int] = SCL_USABLE, *, detector: bool = True
) -> Stack:
    """Open a stack with the first reader that recognises it.

    Args:
        path: where it is.
        scl_usable: the Sen2Cor classes that count as clear.
        detector: whether the clouds of frames without a mask are to be found; else every pixel
            with data is usable.

    Raises:
        StackError: if the path is missing, or nothing that Kairos knows.
    """
    if not path.exists():
        raise StackError(f"There is no folder {path}; check the path.")
    edits = edits_in(path)
    if edits is None:
        stack = _recognised(path, scl_usable)
    else:
        stack = _recognised(edits.stack, scl_usable)
        stack, recognised = edits.apply(stack), stack.recognised
        stack.recognised = f"{recognised}, edited"
    return with_brushes(_masked(stack, detector))


def _recognised(path: Path, scl_usable: Sequence[int]) -> Stack:
    place = Place(path)
    for reader in READERS:
        why = reader.recognises(place)
        if why:
            stack = reader.open(place, tuple(scl_usable))
            stack.recognised = f"{reader.name} ({why})"
            return stack
    raise StackError(f"{path} is not a folder of images; give a folder with one GeoTIFF per date.")


def _masked(stack: Stack, detector: bool) -> Stack:
    """The stack with clouds found where no mask says them, and what there is to say about that."""
    stack.frames = tuple(known_again(stack.frames))
    bare = [frame for frame in stack.frames if frame.mask is None and not frame.cleaned]
    found = [frame.path for frame in bare if detector]
    taken = [frame.path for frame in bare if not detector]
    said = []
    if found:
        said.append(f"No mask, so clouds are found by the built-in detector: {some(found)}.")
    if taken:
        said.append(f"No mask, so every pixel with data counts as clear: {some(taken)}.")
    stack.warnings = (*stack.warnings, *said)
    return with_detector(stack) if found else stack
