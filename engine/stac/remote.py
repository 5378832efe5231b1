"""The address of a file as GDAL opens it, with patience for servers and signed where needed."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import quote, unquote, urlsplit

from kairos.engine.errors import CatalogueError

_AZURE = ".blob.core.windows.net"
"""Where the Planetary Computer keeps its files; they open with a signature only."""


def stall_seconds() -> int:
    """How long a server may be silent before it is given up."""
    return int(os.environ.get("KAIROS_STALL_SECONDS", "30"))


def gdal_name(href: str) -> str:
    """What GDAL opens for the address of a file: a path, http(s), s3 or file.

    Raises:
        CatalogueError: it has to be signed and the library for that is missing, or it is of a
            kind that cannot be read.
    """
    kind = urlsplit(href).scheme.lower()
    if kind in ("http", "https"):
        stall = stall_seconds()
        options = {
            "empty_dir": "yes",  # do not look for files beside it
            "max_retry": 2,
            "retry_delay": stall / 30,
            "connecttimeout": stall,
            "low_speed_time": stall,
            "low_speed_limit": 100,
        }
        words = "&".join(f"{key}={value}" for key, value in options.items())
        return f"/vsicurl?{words}&url={quote(signed(href), safe='')}"
    if kind == "s3":
        return f"/vsis3/{href[len('s3://') :]}"
    if kind == "file":
        return unquote(urlsplit(href).path)
    if len(kind) > 1 and not href.startswith("/"):  # one letter is a drive
        raise CatalogueError(f"The address {href} cannot be read; only http, s3 and files can.")
    return href


def signed(href: str) -> str:
    """An address with the signature that its server wants.

    Raises:
        CatalogueError: it has to be signed, and cannot be.
    """
    address = urlsplit(href)
    if not (address.hostname or "").endswith(_AZURE) or "sig=" in address.query:
        return href
    if find_spec("planetary_computer") is None:
        raise CatalogueError(
            "The Planetary Computer gives its images to its own library only, which is not "
            "installed; install it with: pip install 'kairos-eo[stac]'."
        )
    import planetary_computer
    from requests.exceptions import RequestException

    try:
        return str(planetary_computer.sign(href))
    except RequestException as error:
        raise CatalogueError(
            "The Planetary Computer does not sign addresses now; try again later.", str(error)
        ) from error
