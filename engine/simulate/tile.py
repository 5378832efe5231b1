"""A simulated scene as a tile, as if it had been read from a stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from kairos.engine.arrays import BoolArray
from kairos.engine.rasters.grid import Window
from kairos.engine.simulate.scene import Scene
from kairos.engine.stack import Tile


def tile_of(
    scene: Scene, clear: Optional[BoolArray] = None, bands: Optional[Sequence[str]] = None
) -> Tile:
    """The whole scene.

    Args:
        scene: simulated.
        clear: (T, h, w) what is shown instead of what the mask of the scene says.
        bands: some of the scene's; all if None.
    """
    chosen = bands or scene.bands
    keep = [scene.bands.index(band) for band in chosen]
    clear = scene.clear if clear is None else clear
    height, width = clear.shape[1:]
    whole = Window(0, 0, height, width)
    return Tile(
        window=whole,
        core=whole,
        shape=(height, width),
        dates=scene.dates,
        bands=tuple(chosen),
        reflectance=np.where(clear[:, None], scene.reflectance[:, keep], 0).astype(np.float32),
        clear=clear,
        radar_dates=scene.radar_dates,
        radar=scene.radar.astype(np.float32),
    )
