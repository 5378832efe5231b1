"""What a tile of a run adds to its frames, and the file that holds it until they are written.

Only pixels that a frame lacks are kept. The file is a plain `.npz` under the name of the tile's
place; it is there whole or not at all.
"""

from __future__ import annotations

import io
import os
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray, ByteArray, FloatArray, RawArray
from kairos.engine.errors import OutputError
from kairos.engine.method import Estimate
from kairos.engine.rasters.encode import Encoding
from kairos.engine.rasters.grid import Window
from kairos.engine.rasters.write import failures


@dataclass(frozen=True)
class Fill:
    """The N pixels that a frame lacks on a tile, row by row."""

    numbers: RawArray
    """(C, N) as the file of the frame holds them; reflectance where it lies on another grid."""
    source: ByteArray
    """(N,) codes of `Source`."""
    sigma: FloatArray
    """(C, N) reflectance; (0, N) where nobody asked for it."""

    @classmethod
    def of(
        cls, estimate: Estimate, lacking: BoolArray, encoding: Optional[Encoding], *, sigma: bool
    ) -> Fill:
        """Take from the estimate of one day what a frame lacks.

        Args:
            estimate: (1, C, h, w).
            lacking: (h, w).
            encoding: of the file; None keeps reflectance.
            sigma: whether the doubt is wanted.
        """
        mean = estimate.mean[0][:, lacking]
        doubt = estimate.sigma[0] if sigma else estimate.sigma[0, :0]
        return cls(
            mean if encoding is None else encoding.numbers(mean),
            estimate.source[0][lacking],
            doubt[:, lacking],
        )


class TileFiles:
    """The finished tiles of a run, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def finished(self) -> set[Window]:
        """The tiles that are there."""
        found = (_window_of(path.stem) for path in self.folder.glob("tile-*.npz"))
        return {window for window in found if window is not None}

    def save(self, window: Window, fills: Mapping[str, Fill]) -> None:
        """Keep what a tile adds to the frames of these names; a frame that lacks nothing is left
        out.

        Raises:
            OutputError: the folder is gone or the disk is full.
        """
        arrays: dict[str, RawArray] = {}
        for name, fill in fills.items():
            arrays[f"{name}/numbers"] = fill.numbers
            arrays[f"{name}/source"] = fill.source
            arrays[f"{name}/sigma"] = fill.sigma
        target = self._path(window)
        draft = self.folder / f"{uuid.uuid4().hex[:8]}.tmp"
        whole = io.BytesIO()  # a full disk would leave a half-open archive behind
        np.savez(whole, **arrays)
        with failures(self.folder.parents[1]):
            try:
                draft.write_bytes(whole.getbuffer())
                os.replace(draft, target)
            finally:
                draft.unlink(missing_ok=True)

    def load(self, window: Window, name: str) -> Optional[Fill]:
        """What a tile adds to a frame; None where the frame lacks nothing.

        Raises:
            OutputError: the tile is gone or damaged.
        """
        path = self._path(window)
        try:
            with np.load(path, allow_pickle=False) as arrays:
                if f"{name}/numbers" not in arrays:
                    return None
                return Fill(*(arrays[f"{name}/{part}"] for part in ("numbers", "source", "sigma")))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise OutputError(
                f"{path.parents[2]} has lost a finished part of this run; start it "
                "again with --overwrite.",
                details=f"{path}: {error}",
            ) from error

    def _path(self, window: Window) -> Path:
        place = "-".join(map(str, (window.row, window.col, window.height, window.width)))
        return self.folder / f"tile-{place}.npz"


def _window_of(stem: str) -> Optional[Window]:
    parts = stem.split("-")[1:]
    if len(parts) != 4 or not all(part.isdigit() for part in parts):
        return None
    return Window(*map(int, parts))
