"""Standard error for our own words only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_chatter() -> Iterator[None]:
    """Drop what C libraries write to standard error past Python.

    libtiff tells of a full disk there, a line for every block, before we can say it once.
    """
    ours = sys.stderr
    try:
        own = os.dup(ours.fileno())
    except (AttributeError, OSError, ValueError):  # no file behind it: nothing to keep apart
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with os.fdopen(own, "w", buffering=1, encoding=ours.encoding, errors=ours.errors) as kept:
        ours.flush()
        os.dup2(nowhere, ours.fileno())
        os.close(nowhere)
        sys.stderr = kept
        try:
            yield
        finally:
            kept.flush()
            sys.stderr = ours
            os.dup2(kept.fileno(), ours.fileno())
