"""Where exercises come from: the real stacks of the training folder, and simulated ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kairos.engine.api import open_stack
from kairos.engine.errors import StackError
from kairos.engine.rasters.grid import Grid
from kairos.engine.simulate import simulate
from kairos.engine.simulate.tile import tile_of
from kairos.engine.stack import Tile

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """The real stacks: `KAIROS_DATA`, else ../shared/data beside the project."""
    return Path(os.environ.get("KAIROS_DATA", ROOT.parent / "shared" / "data"))


def real_sites(names: Sequence[str] = (), without: Sequence[str] = ()) -> dict[str, Tile]:
    """The stacks of the training folder by name, whole.

    Raises:
        StackError: where there is none.
    """
    folder = data_folder() / "train"
    found = sorted(p for p in folder.glob("*") if p.is_dir() and p.name not in without)
    tiles: dict[str, Tile] = {}
    for path in found:
        if names and path.name not in names:
            continue
        stack = open_stack(path)
        tiles[path.name] = stack.read(stack.grid.whole)
    if not tiles:
        raise StackError(f"{folder} has no stacks to train on; set KAIROS_DATA to their folder.")
    return tiles


def grids_of(names: Sequence[str]) -> list[Grid]:
    """The grids of some stacks of the training folder."""
    return [open_stack(data_folder() / "train" / name).grid for name in names]


def simulated_site(seed: int) -> Tile:
    """A simulated stack of 64 x 64 pixels with its own length, cover and radar."""
    rng = np.random.default_rng(seed)
    year = int(rng.integers(2016, 2024))
    start = np.datetime64(f"{year}-01-01") + int(rng.integers(365))
    scene = simulate(
        seed=seed,
        size=(64, 64),
        start=start,
        days=int(rng.integers(150, 500)),
        frames=int(rng.integers(12, 48)),
        radar_frames=int(rng.integers(0, 60)),
        cover=float(rng.uniform(0.25, 0.6)),
    )
    return tile_of(scene)
