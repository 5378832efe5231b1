"""How many files may be open at once.

Opening a GeoTIFF costs more than reading a small window of it, and closing it throws away what
GDAL has decoded: a stack is read fastest while all its files stay open.
"""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource

_FEWEST, _MOST = 64, 1024
_SHARE = 4
"""A process may hold several stacks, and opens other files too."""


def most_open() -> int:
    """Files of one stack that may stay open."""
    return max(_FEWEST, min(_MOST, _allowed() // _SHARE))


def allow_many() -> None:
    """Let this process open as many files as the system lets it; for Kairos's own processes."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = _SHARE * _MOST
    wanted = enough if hard == resource.RLIM_INFINITY else min(enough, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _allowed() -> int:
    """Files that this process may open."""
    if sys.platform == "win32":
        return _SHARE * _MOST  # GDAL opens by the system's own calls, which know no limit
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _SHARE * _MOST if soft == resource.RLIM_INFINITY else int(soft)
