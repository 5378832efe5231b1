"""What a process of Kairos's own asks of the system; the process of a host is left as it is."""

from __future__ import annotations

import ctypes
import os
from functools import lru_cache
from typing import Optional

from kairos.engine.rasters.handles import allow_many

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Names of settings in the GNU library's malloc.h."""

_LARGE = 2**30
"""Bytes of an array that is given back at once, and of unused memory that is kept at most."""


def prepare() -> None:
    """Let this process hold many files open and keep the memory of its arrays."""
    allow_many()
    keep_memory()


@lru_cache(maxsize=1)
def keep_memory() -> None:
    """Keep memory between two arrays, until `give_back_memory`.

    Otherwise every array is given back to the system and asked for anew, which then spends up to
    a third of a run on clearing pages: time that programs beside it wait for, too.
    """
    library = _gnu()
    if library is not None:
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)
        library.mallopt(_ARENA_MAX, 1)  # arenas of single threads cannot hold large arrays


def give_back_memory() -> None:
    """Give what is unused back to the system."""
    library = _gnu()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _gnu() -> Optional[ctypes.CDLL]:
    """The GNU C library, where the system has it."""
    library = ctypes.CDLL(None) if os.name == "posix" else None
    return library if hasattr(library, "malloc_trim") else None
