"""The images of the open stack, those left out included, and what is known of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...engine.rasters.dates import date_in_name
from ..model import Acquisition
from .source import Entry, StackSource

PLAIN = "Folder of images"
"""What the engine says of a folder whose files are the images."""


@dataclass
class Album:
    """A source and what opening it has told; edits make a new source, what is known stays."""

    source: StackSource
    known: dict[Path, dict[str, Any]] = field(default_factory=dict)
    """The `FrameInfo` of each image that was opened once."""

    def learn(self, info: dict[str, Any]) -> None:
        """Remember what a `StackInfo` tells of each image."""
        if not info.get("recognised", PLAIN).startswith(PLAIN):
            self.source = self.source.found(info["frames"])
        names = self.source.names()
        key = "result" if self.source.opaque else "file"
        for frame in info["frames"]:
            if frame[key] in names:
                self.known[names[frame[key]].file] = frame

    def day_of(self, entry: Entry) -> str:
        """The day of an image, ISO; empty where nobody knows it."""
        found = date_in_name(entry.file.name)
        return entry.date or entry.told or (str(found[0]) if found else "")

    def acquisitions(self) -> list[Acquisition]:
        """The days with their clear share; a day is included if one of its images is."""
        days: dict[str, Acquisition] = {}
        for entry in sorted(self.source.entries, key=lambda e: e.included):
            iso = self.day_of(entry)
            if iso and entry.file in self.known:
                clear = float(self.known[entry.file]["clear"])
                before = days.get(iso)
                if before is not None and before.included == entry.included:
                    clear = max(clear, before.clear)
                days[iso] = Acquisition(dt.date.fromisoformat(iso), clear, entry.included)
        return [days[iso] for iso in sorted(days)]

    def with_day(self, day: dt.date, included: bool) -> StackSource:
        """The source with the images of a day taking part or not."""
        source = self.source
        for entry in source.entries:
            if self.day_of(entry) == day.isoformat():
                source = source.edited(entry.file, date=entry.date, included=included)
        return source
