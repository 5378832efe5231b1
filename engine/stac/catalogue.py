"""Finding images: in the search of a STAC API, or in a file that lists items."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import numpy as np

from kairos.engine.errors import CatalogueError, ReadError
from kairos.engine.progress import Progress, silent
from kairos.engine.stac.presets import OPTICAL, PRESETS, RADAR, Catalogue
from kairos.engine.stac.remote import stall_seconds
from kairos.engine.stac.scene import Box, Scene, scene_of

if TYPE_CHECKING:
    from pystac_client import Client

_LONGEST = 500_000_000
"""Bytes of a file that may be a list of items."""
_MOST = 5000
"""Items of one search."""


@dataclass(frozen=True)
class Query:
    """Which images are wanted."""

    source: str
    """Name of a preset, address of a STAC API, or a file with items."""
    area: Optional[Box] = None
    first: Optional[np.datetime64] = None
    last: Optional[np.datetime64] = None
    cloud: float = 100.0
    """Most percent of cloud of a scene."""
    radar: bool = False
    """Whether Sentinel-1 is wanted, too."""
    collection: str = ""
    """Of Sentinel-2; the usual one of the catalogue if empty."""

    def wants(self, scene: Scene) -> bool:
        """Whether a scene is one of them."""
        return bool(
            (self.radar or scene.sensor == "S2")
            and (self.first is None or scene.date >= self.first)
            and (self.last is None or scene.date <= self.last)
            and scene.cloud <= self.cloud
            and (self.area is None or scene.box is None or meet(self.area, scene.box))
        )


def find(query: Query, progress: Progress = silent) -> list[Scene]:
    """The scenes that are asked for, by date, the newest processing of a day first.

    Raises:
        CatalogueError: the catalogue cannot be reached, or has nothing of the kind.
        ReadError: the file is no list of items.
    """
    progress("searching", 0.0)
    if query.source not in PRESETS and "://" not in query.source:
        items: Iterable[Mapping[str, Any]] = items_of(Path(query.source))
    else:
        items = _search(query, progress)
    if query.collection:
        sensor = (query.collection, *(RADAR if query.radar else ()))
        items = [item for item in items if item.get("collection") in sensor]
    found = [scene_of(item) for item in items]
    wanted = [scene for scene in found if scene is not None and query.wants(scene)]
    if not any(scene.sensor == "S2" for scene in wanted):
        raise CatalogueError(_nothing(query, len(found), sum(s is not None for s in found)))
    by_age = sorted(wanted, key=lambda scene: (scene.version, scene.id), reverse=True)
    return sorted(by_age, key=lambda scene: scene.date)


def items_of(file: Path) -> list[dict[str, Any]]:
    """The items of an ItemCollection, an item, or a catalogue of files, with absolute addresses.

    Raises:
        ReadError: the file is none of these.
        CatalogueError: the library for STAC is not installed.
    """
    ensure_library()
    import pystac

    content = _json(file)
    href = str(file.resolve())
    try:
        if content.get("type") == "FeatureCollection":
            items = list(pystac.ItemCollection.from_dict(content).items)
        else:
            told = pystac.read_dict(content, href=href)
            items = list(told.get_items(recursive=True)) if isinstance(told, pystac.Catalog) else []
            items += [told] if isinstance(told, pystac.Item) else []
    except (pystac.STACError, pystac.STACTypeError, *_NONSENSE) as error:
        raise ReadError(
            f"{file.name} is no list of STAC items; save a search result as an ItemCollection.",
            details=str(error),
        ) from error
    for item in items:
        if item.get_self_href() is None:
            item.set_self_href(href)
        item.make_asset_hrefs_absolute()
    return [item.to_dict(include_self_link=False, transform_hrefs=False) for item in items]


_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError)
"""What pystac raises of JSON that is no STAC."""


def looks_like_items(file: Path) -> bool:
    """Whether a file begins as STAC does; only its first bytes are read."""
    if file.suffix.lower() not in (".json", ".geojson") or not file.is_file():
        return False
    with file.open("rb") as opened:
        start = opened.read(1 << 16)
    return b'"stac_version"' in start or b'"FeatureCollection"' in start


def ensure_library() -> None:
    """Raises CatalogueError where the libraries for STAC are not installed."""
    if find_spec("pystac_client") is None:
        raise CatalogueError(
            "Catalogues of images need pystac-client, which is not installed; "
            "install it with: pip install 'kairos-eo[stac]'."
        )


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes share ground, across the antimeridian, too."""
    if one[1] > other[3] or other[1] > one[3]:
        return False
    widths = [(box[2] - box[0]) % 360 if box[2] != box[0] else 0.0 for box in (one, other)]
    widths = [360.0 if b[2] - b[0] >= 360 else w for b, w in zip((one, other), widths)]
    return (other[0] - one[0]) % 360 <= widths[0] or (one[0] - other[0]) % 360 <= widths[1]


def _search(query: Query, progress: Progress) -> list[dict[str, Any]]:
    ensure_library()
    from pystac import STACError
    from pystac_client import Client
    from pystac_client.exceptions import APIError
    from pystac_client.stac_api_io import StacApiIO
    from requests.exceptions import RequestException

    if query.area is None:
        raise CatalogueError("A search needs an area; give west, south, east and north.")
    known = PRESETS.get(query.source)
    url = known.url if known else query.source
    try:
        client = Client.open(url, stac_io=StacApiIO(max_retries=1), timeout=stall_seconds())
        collections = _collections(client, known, query)
        found: list[dict[str, Any]] = []
        for collection in collections:
            span = [str(day) if day is not None else ".." for day in (query.first, query.last)]
            pages = client.search(
                collections=[collection],
                bbox=query.area,
                datetime="/".join(span) if span != ["..", ".."] else None,
                max_items=_MOST,
            ).pages_as_dicts()
            for page in pages:
                found.extend(page.get("features", ()))
                progress("searching", 0.0)
    except (APIError, RequestException, STACError, NotImplementedError, *_NONSENSE) as error:
        name = known.title if known else url
        raise CatalogueError(
            f"The catalogue {name} does not answer as it should; check the connection and the "
            "address, or try again later.",
            details=f"{type(error).__name__}: {error}",
        ) from error
    return found


def _collections(client: Client, known: Optional[Catalogue], query: Query) -> list[str]:
    if known is not None and not query.collection:
        return [known.optical] + [known.radar] * bool(query.radar and known.radar)
    there = {collection.id for collection in client.get_collections()}
    asked = (query.collection,) if query.collection else OPTICAL
    optical = next((name for name in asked if name in there), None)
    if optical is None:
        raise CatalogueError(_no_collection(query, there))
    waves = [name for name in RADAR if name in there]
    return [optical] + (waves[:1] if query.radar else [])


def _no_collection(query: Query, there: set[str]) -> str:
    if not query.collection:
        return "The catalogue has no collection of Sentinel-2 L2A images."
    alike = sorted(name for name in there if "sentinel-2" in name.lower())
    has = f"of Sentinel-2 it has {', '.join(alike)}" if alike else "it has none of Sentinel-2"
    return f"The catalogue has no collection {query.collection}; {has}."


def _nothing(query: Query, count: int, usable: int) -> str:
    if count and not usable:
        return (
            "None of the items has bands that Kairos knows; it needs assets of Sentinel-2 such as "
            "B04 or red."
        )
    reasons = "other dates, a larger area or more cloud"
    return f"There are no Sentinel-2 images for this in {query.source}; try {reasons}."


def _json(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LONGEST:
            raise ValueError("too long")
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise ReadError(f"{file} cannot be read; check the path.", str(error)) from error
    except (ValueError, RecursionError) as error:
        raise ReadError(
            f"{file.name} is not JSON; save the search result again.", str(error)
        ) from error
    if not isinstance(content, dict):
        raise ReadError(f"{file.name} is no list of STAC items; it is JSON of another kind.")
    return content
