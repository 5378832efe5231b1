"""What a run leaves behind while it is not done, so that another one can go on with it.

The folder of the results holds a hidden folder with the finished tiles and a manifest: what the
run was made of, which frames its tiles serve, and how it was cut. A run that ends before its time,
however it ends, is taken up by `--resume` if the images and the method are still the same.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional

from kairos.engine.clean.fills import TileFiles
from kairos.engine.clean.left_over import PARTIAL, VERSION, broken_off, manifest_file, run_folder
from kairos.engine.models.weights import fitted_file
from kairos.engine.rasters.grid import Window
from kairos.engine.rasters.read import Raster
from kairos.engine.rasters.write import failures, write_text
from kairos.engine.registry import CLOSED_FORMS
from kairos.engine.stack import Stack


@dataclass(frozen=True)
class Manifest:
    """What a run was made of and how it was cut."""

    made_of: str
    """A fingerprint of the images, the method and the area."""
    frames: tuple[str, ...]
    """Names of the frames that the tiles serve."""
    sigma: bool
    """Whether the tiles hold the doubt."""
    tiles: tuple[Window, ...]

    def serves(self, names: Sequence[str], *, sigma: bool) -> bool:
        """Whether the tiles hold all that these frames need."""
        return set(names) <= set(self.frames) and (self.sigma or not sigma)


class Work:
    """The hidden folder of the run that writes into `output`."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = run_folder(output)
        self.tiles = TileFiles(self.folder)

    def manifest(self) -> Optional[Manifest]:
        """Of the run that was broken off, None where there is none or it finished no tile."""
        if not broken_off(self.output):
            return None
        try:
            found = json.loads(manifest_file(self.output).read_text(encoding="utf-8"))
            del found["version"]
            tiles = tuple(Window(*place) for place in found.pop("tiles"))
            return Manifest(frames=tuple(found.pop("frames")), tiles=tiles, **found)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None  # not ours, or not whole: as good as none

    def start(self, manifest: Manifest) -> None:
        """Make the folder for a new run.

        Raises:
            OutputError: if it cannot be made.
        """
        self.clear()
        with failures(self.output):
            self.folder.mkdir(parents=True)
        content = asdict(manifest)
        content["tiles"] = [[w.row, w.col, w.height, w.width] for w in manifest.tiles]
        write_text(manifest_file(self.output), json.dumps({"version": VERSION, **content}))

    def clear(self) -> None:
        """Take the folder away, and what runs that were killed left beside it."""
        shutil.rmtree(self.output / PARTIAL, ignore_errors=True)

    def leave(self) -> None:
        """Keep what another run can go on with, and nothing else."""
        if self.tiles.finished():
            for path in self.folder.glob("*"):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # another run works there
            self.folder.parent.rmdir()


def made_of(stack: Stack, model: str, area: Window) -> str:
    """A fingerprint of all that decides the numbers of a run."""
    facts = [
        VERSION,
        model,
        str(_stat(fitted_file(stack.root, model))) if model not in CLOSED_FORMS else "",
        str(area),
        str(stack.grid),
        stack.bands,
        stack.scl_usable,
        sorted(_files(stack)),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _files(stack: Stack) -> Iterator[str]:
    """Each file of a stack with what changes when it does."""
    rasters: list[Raster] = [image.raster for image in stack.radar]
    for frame in stack.frames:
        rasters.append(frame.raster)
        rasters += [frame.mask.raster] if frame.mask is not None else []
        rasters += [frame.brush] if frame.brush is not None else []
        yield f"{frame.date} {frame.name} {frame.bands} {frame.scale} {frame.offset}"
    for raster in rasters:
        yield f"{raster.key} {_stat(raster.path)}"


def _stat(path: Path) -> Optional[tuple[int, int]]:
    with suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    return None
