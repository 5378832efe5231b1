"""Images that Kairos cleaned are known again: they have no masks, and need none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kairos.engine.clean.draft import SOURCE, beside
from kairos.engine.stack import Frame


def known_again(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The frames, those that were cleaned marked as such where they have no mask of their own."""
    for frame in frames:
        cleaned = frame.raster.cleaned or beside(frame.path, SOURCE).exists()
        yield replace(frame, cleaned=True) if cleaned and frame.mask is None else frame
