"""Frames at the size of the screen: files on disk, of which a bounded part is in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from pathlib import Path
from typing import Optional

import numpy as np
from qgis.PyQt.QtGui import QImage

_KEPT = 64_000_000
"""Bytes of pictures in memory."""
_EXTRA = 64
"""Days between the acquired ones of which the pictures stay on disk."""


class Picture(QImage):
    """An image that keeps the array that it looks at."""

    def __init__(self, pixels: np.ndarray) -> None:
        height, width = pixels.shape[:2]
        self._pixels = pixels
        super().__init__(
            pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        )


class KeyFrames:
    """The pictures of some days of one view; days are ordinals."""

    def __init__(self, acquired: list[int]) -> None:
        self._acquired = set(acquired)
        self._files: dict[int, Path] = {}
        self._days: list[int] = []
        self._extra: list[int] = []
        self._open: OrderedDict[int, Picture] = OrderedDict()
        self._bytes = 0

    def __contains__(self, day: int) -> bool:
        return day in self._files

    def add(self, day: int, file: Path) -> None:
        """Add the picture of a day; of days that were not acquired the oldest ones go."""
        self._forget(day)
        self._files[day] = file
        self._days = sorted(self._files)
        if day not in self._acquired:
            self._extra.append(day)
            if len(self._extra) > _EXTRA:
                self._forget(self._extra[0])

    def around(self, day: int) -> Optional[tuple[Picture, Picture, float]]:
        """The pictures before and after a day, and how far it is from one to the other, 0 to 1.

        None where one of them is not there, or cannot be read any more.
        """
        at = bisect_left(self._days, day)
        if at == len(self._days):
            return None
        after = self._days[at]
        before = after if after == day else self._days[at - 1] if at else None
        if before is None:
            return None
        one, other = self._picture(before), self._picture(after)
        if one is None or other is None:
            return None
        return one, other, (day - before) / max(after - before, 1)

    def lacking(self, near: int) -> Optional[int]:
        """The acquired day nearest to a day of which there is no picture yet."""
        new = self._acquired - self._files.keys()
        return min(new, key=lambda day: (abs(day - near), day)) if new else None

    def ready(self) -> float:
        """The share of the acquired days that are there."""
        return 1 - len(self._acquired - self._files.keys()) / max(len(self._acquired), 1)

    def clear(self) -> None:
        """Forget all pictures and delete their files."""
        for day in list(self._files):
            self._forget(day)

    def _picture(self, day: int) -> Optional[Picture]:
        if day in self._open:
            self._open.move_to_end(day)
            return self._open[day]
        try:
            picture = Picture(np.load(self._files[day], allow_pickle=False))
        except (OSError, ValueError):
            self._forget(day)
            return None
        self._open[day] = picture
        self._bytes += picture.sizeInBytes()
        while self._bytes > _KEPT and len(self._open) > 2:
            self._bytes -= self._open.popitem(last=False)[1].sizeInBytes()
        return picture

    def _forget(self, day: int) -> None:
        if day in self._open:
            self._bytes -= self._open.pop(day).sizeInBytes()
        if day in self._extra:
            self._extra.remove(day)
        file = self._files.pop(day, None)
        if file is not None:
            file.unlink(missing_ok=True)
            self._days = sorted(self._files)
