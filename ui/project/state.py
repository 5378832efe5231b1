"""What a project remembers of Kairos: the stack, the day, the curves."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal
from qgis.core import QgsProject

from ..model import Place
from ..stack.album import Album
from ..stack.source import Entry, StackSource

_SCOPE, _KEY = "kairos", "state"


@dataclass(frozen=True)
class PinState:
    """One pinned curve."""

    place: Place
    index: str
    label: str


@dataclass(frozen=True)
class State:
    """All of it, as plain values."""

    folder: str
    """Of the images; relative to the project where the project's paths are."""
    images: Optional[list[dict[str, Any]]] = None
    """File, date, whether it takes part, and of one left out what is known of it; None for a
    folder as it is."""
    day: str = ""
    index: str = ""
    model: str = ""
    place: Optional[Place] = None
    """Of the main curve."""
    name: str = ""
    pins: list[PinState] = field(default_factory=list)
    radar: bool = False
    seasons: bool = False
    shown: bool = True
    """Whether the dock was open."""

    def date(self) -> Optional[dt.date]:
        """The day of the slider."""
        try:
            return dt.date.fromisoformat(self.day)
        except ValueError:
            return None

    def source(self, project: QgsProject) -> Optional[StackSource]:
        """The images; None where none of them can be found."""
        folder = Path(project.readPath(self.folder))
        try:
            if self.images is None:
                source = StackSource.of_folder(folder)
            else:
                entries = [_entry(image, project) for image in self.images]
                source = StackSource(folder, tuple(e for e in entries if _exists(e.file)))
        except (OSError, KeyError, TypeError):
            return None
        return source if source.entries else None

    def known(self, project: QgsProject) -> dict[Path, dict[str, Any]]:
        """What is known of images that were left out: opening the others does not tell."""
        images = [i for i in self.images or [] if i.get("known")]
        return {Path(project.readPath(i["file"])): i["known"] for i in images}


def images_of(album: Album, project: QgsProject) -> Optional[list[dict[str, Any]]]:
    """What must be remembered of the images beyond their folder."""
    source = album.source
    try:
        if source.entries == StackSource.of_folder(source.folder).entries:
            return None
    except OSError:
        pass  # the folder is gone: remember what was in it
    return [
        {
            **asdict(e),
            "file": project.writePath(str(e.file)),
            "parts": list(e.parts),
            "known": album.known.get(e.file) if not e.included else None,
        }
        for e in source.entries
    ]


def _entry(image: dict[str, Any], project: QgsProject) -> Entry:
    values = {key: value for key, value in image.items() if key != "known"}
    file, parts = Path(project.readPath(image["file"])), tuple(image.get("parts", ()))
    return Entry(**{**values, "file": file, "parts": parts})


def _exists(file: Path) -> bool:
    """Whether an image is there; what lies in an archive is asked of GDAL."""
    return file.is_file() or gdal.VSIStatL(str(file)) is not None


def write(project: QgsProject, state: State) -> None:
    """Put a state into a project."""
    project.writeEntry(_SCOPE, _KEY, json.dumps(asdict(state)))


def forget(project: QgsProject) -> None:
    """Take it out again."""
    project.removeEntry(_SCOPE, _KEY)


def read(project: QgsProject) -> Optional[State]:
    """The state in a project; None where there is none, or none that can be understood."""
    text, _ = project.readEntry(_SCOPE, _KEY, "")
    try:
        values = json.loads(text)
        known = {f.name for f in fields(State)}
        values = {key: value for key, value in values.items() if key in known}
        if values.get("place"):
            values["place"] = Place(**values["place"])
        values["pins"] = [
            PinState(Place(**pin["place"]), str(pin["index"]), str(pin["label"]))
            for pin in values.get("pins", [])
        ]
        state = State(**values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return state if isinstance(state.folder, str) and state.folder else None
