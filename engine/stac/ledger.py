"""What a folder of fetched images holds: noted as each is finished, checked before it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from kairos.engine.errors import OutputError
from kairos.engine.rasters.grid import Grid
from kairos.engine.rasters.write import write_text
from kairos.engine.stac.plan import Day


@dataclass
class Ledger:
    """The images of one request, by name: their items and the checksums of their files."""

    NAME: ClassVar[str] = ".kairos-fetch.json"

    folder: Path
    request: dict[str, Any]
    """What must be the same for the images to belong together."""
    images: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, grid: Grid, bands: Sequence[str]) -> Ledger:
        """That of a folder, or a new one.

        Raises:
            OutputError: the folder holds images of another area or of other bands.
        """
        request = {
            "crs": grid.crs.to_wkt() if grid.crs else None,
            "transform": list(grid.transform[:6]),
            "size": [grid.width, grid.height],
            "bands": list(bands),
        }
        try:
            known = json.loads((folder / cls.NAME).read_text(encoding="utf-8"))
            before, images = known["request"], dict(known["images"])
        except FileNotFoundError:
            return cls(folder, request)
        except (OSError, ValueError, KeyError, TypeError):  # damaged: every image comes again
            return cls(folder, request)
        if before != request:
            raise OutputError(
                f"The folder {folder} holds images of another area or of other bands; choose "
                "another one, or add --overwrite to replace them."
            )
        return cls(folder, request, images)

    def has(self, day: Day) -> bool:
        """Whether an image is done: made of the same items, and its files as they were written."""
        known = self.images.get(day.name)
        if known is None or known.get("items") != _items(day):
            return False
        files = dict(known.get("files") or {})
        return all(_checksum(self.folder / name) == told for name, told in files.items())

    def is_image(self, day: Day) -> bool:
        """Whether it showed anything of the area."""
        return bool(self.images.get(day.name, {}).get("files"))

    def note(self, day: Day, files: Sequence[Path]) -> None:
        """An image is done; without files where it shows nothing of the area."""
        self.images[day.name] = {
            "items": _items(day),
            "files": {file.name: _checksum(file) for file in files},
        }
        text = json.dumps({"request": self.request, "images": self.images}, indent=1)
        write_text(self.folder / self.NAME, text)


def _items(day: Day) -> list[str]:
    """What an image is made of."""
    calibrated = day.is_raw and day.is_calibrated
    return [f"{scene.id}, calibrated" if calibrated else scene.id for scene in day.scenes]


def _checksum(file: Path) -> str:
    """Of a file; empty where there is none."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
