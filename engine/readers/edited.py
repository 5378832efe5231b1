"""A stack as a person has edited it: dates mended, images left out. The images stay as they are.

A small JSON file says which stack, and what of it: `{"kairos": 1, "stack": PATH, "dates":
{NAME: "2020-01-05"}, "left_out": [NAME]}`, where the names are those of the cleaned copies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

import numpy as np

from kairos.engine.errors import ReadError, StackError
from kairos.engine.stack import Frame, Stack

_LONGEST = 10_000_000
"""Bytes of such a file."""


@dataclass(frozen=True)
class Edits:
    """What a person changed."""

    stack: Path
    dates: Mapping[str, object]
    left_out: frozenset[object]

    def apply(self, stack: Stack) -> Stack:
        """The stack with its edits.

        Raises:
            StackError: nothing is left.
            ReadError: a date is none.
        """
        frames = [self._dated(f) for f in stack.frames if f.name not in self.left_out]
        if not frames:
            raise StackError(f"All images of {stack.root.name} are left out; take some of them in.")
        return replace(stack, frames=tuple(sorted(frames, key=lambda f: (f.date, f.name))))

    def _dated(self, frame: Frame) -> Frame:
        """The frame on the day that the person gave it; its name stays."""
        text = str(self.dates.get(frame.name, frame.date))
        try:
            day = np.datetime64(text, "D")
        except ValueError as error:
            raise ReadError(f"{text} is no date such as 2019-02-08.") from error
        return frame if day == frame.date else replace(frame, date=day, date_rule="you")


def edits_in(file: Path) -> Optional[Edits]:
    """The edits in a file; None where it is another one."""
    if file.suffix.lower() != ".json" or not file.is_file() or file.stat().st_size > _LONGEST:
        return None
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("kairos") != 1:
        return None
    stack, dates, left_out = (content.get(key) for key in ("stack", "dates", "left_out"))
    if not (isinstance(stack, str) and isinstance(dates, dict) and isinstance(left_out, list)):
        raise ReadError(f"{file.name} is damaged: it names no stack; choose the images again.")
    return Edits(Path(stack), dates, frozenset(map(str, left_out)))
