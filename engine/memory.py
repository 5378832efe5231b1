"""How much memory a run may take, and how large a tile that makes."""

from __future__ import annotations

import os

from kairos.engine.errors import RequestError

GB = 1_000_000_000

_MOST, _MOST_LEARNED = 1.3, 2.2
"""GB that a run takes at most unless told otherwise: more hardly makes it faster."""

LEAST, LEAST_LEARNED = 0.5, 1.0
"""GB below which the libraries alone leave no room."""

_SHARE = 0.25
"""Of the memory of the machine, for a run that was told nothing."""

_FIXED, _FIXED_LEARNED = 0.35, 0.8
"""GB of the process itself: libraries, GDAL's cache, what was learned."""

_PER_VALUE, _PER_VALUE_LEARNED = 23, 45
"""Bytes for each value (date, band, pixel) of a tile: itself, its looks before and after, the
same as far as it is trusted, the next tile that is read meanwhile, and the frames that are being
estimated; for a learned model
also what its encoder keeps."""


def allowed(gigabytes: float | None = None, *, learned: bool = False) -> float:
    """The memory that a run may take, GB: as told, else what suits the machine.

    Args:
        gigabytes: as told.
        learned: whether a learned model runs, which takes more.

    Raises:
        RequestError: if that is too little to run in.
    """
    least, most = (LEAST_LEARNED, _MOST_LEARNED) if learned else (LEAST, _MOST)
    if gigabytes is None:
        machine = _of_machine()
        return most if machine is None else max(least, min(most, _SHARE * machine))
    if not gigabytes >= least:
        raise RequestError(f"A run needs {least:g} GB of memory at least, not {gigabytes:g}.")
    return gigabytes


def tile_values(gigabytes: float, *, learned: bool = False) -> int:
    """Values (dates x bands x pixels, margin included) of a tile that fits."""
    fixed, each = (_FIXED_LEARNED, _PER_VALUE_LEARNED) if learned else (_FIXED, _PER_VALUE)
    return max(1, int((gigabytes - fixed) * GB / each))


def _of_machine() -> float | None:
    """Memory of the machine, GB; None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB
    except (AttributeError, ValueError, OSError):  # not a system of the Unix kind
        return None
