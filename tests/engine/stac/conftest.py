"""What the tests of catalogues share: scenes on disk, and a server for them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasterio.warp import transform_bounds

from .earth import EAST, NORTH, SIDE, write_radar, write_scene
from .server import Server

DAYS = ("2021-06-01", "2021-06-06", "2021-06-11", "2022-06-01")
STEP = 480
"""Metres between two tiles."""


@pytest.fixture(scope="session")
def scenes(tmp_path_factory) -> tuple[Path, list[dict[str, Any]]]:
    """A folder with files, and the items: two tiles on four days, another zone, radar.

    Since 2022 the numbers hold the offset of baseline 04.00.
    """
    folder = tmp_path_factory.mktemp("earth")
    items = []
    for number, day in enumerate(DAYS):
        late = {"baseline": "05.10", "offset": -0.1} if day > "2022" else {}
        items.append(write_scene(folder, day, number, empty_left=40, **late))
        items.append(write_scene(folder, day, number, east=EAST + STEP, **late))
    items.append(write_scene(folder, "2021-06-16", 4, zone=32632))
    items.append(write_scene(folder, "2021-06-21", 5, cloud=95.0))
    items.append(write_radar(folder, "2021-06-02"))
    return folder, items


@pytest.fixture
def item_file(scenes, tmp_path):
    """Write items into an ItemCollection; the addresses are those of the files."""

    def call(*items: dict[str, Any], name: str = "items.json") -> Path:
        file = tmp_path / name
        features = list(items or scenes[1])
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return file

    return call


@pytest.fixture
def server(scenes) -> Iterator[Server]:
    """A STAC API with all scenes, their files served by it."""
    folder, items = scenes
    made = Server(folder)
    for item in copy.deepcopy(items):
        for asset in item["assets"].values():
            asset["href"] = f"{made.url}/files/{Path(asset['href']).name}"
        made.items.append(item)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setenv("KAIROS_STALL_SECONDS", "1")


@pytest.fixture(scope="session")
def area() -> list[str]:
    """Degrees of an area that both tiles share with the ground between and around them."""
    box = (EAST + 100, NORTH - SIDE + 100, EAST + STEP + 400, NORTH - 100)
    return [f"{v:.6f}" for v in transform_bounds("EPSG:32631", "EPSG:4326", *box)]
