"""A simulated stack as files: what `kairos sample` writes and everybody can try at once."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Union

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.crs import CRS
from rasterio.transform import Affine

from .mask import NODATA
from .radar import POLARISATIONS
from .scene import Scene, simulate

SCALE = 10000
"""Digital numbers per unit of reflectance."""


def write_sample(
    directory: Path,
    *,
    seed: int = 7,
    size: tuple[int, int] = (128, 128),
    start: Union[str, np.datetime64] = "2021-03-01",
    days: int = 365,
    frames: int = 40,
    radar_frames: int = 50,
    cover: float = 0.40,
) -> list[Path]:
    """Simulate a stack and write it, the same bytes for the same arguments.

    Args:
        directory: Where to write; made if missing.
        seed: See `simulate`, also for the other arguments.
        size: Height and width in pixels.
        start: First day.
        days: Length of the window.
        frames: Optical dates.
        radar_frames: Radar dates.
        cover: Mean cloud cover.

    Returns:
        The files, as of `write_scene`.
    """
    return write_scene(simulate(seed, size, start, days, frames, radar_frames, cover), directory)


def write_scene(scene: Scene, directory: Path) -> list[Path]:
    """Write a scene as a folder stack.

    Optical frames are ``S2_L2A_YYYYMMDD.tif`` (uint16, reflectance x 10000, nodata 0, some with
    the edge of an orbit), their classes ``S2_L2A_YYYYMMDD_SCL.tif`` (uint8, nodata 0), radar
    ``S1_GRD_YYYYMMDD.tif`` (float32 dB, nodata NaN). Band names are band descriptions.

    Returns:
        The files in order of date: each frame with its classes, then radar.

    Raises:
        OSError: The folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    covered = _orbit_edges(scene)
    for t, stamp in enumerate(_stamps(scene.dates)):
        numbers = np.clip(np.rint(scene.reflectance[t] * SCALE), 1, 65535).astype(np.uint16)
        frame = directory / f"S2_L2A_{stamp}.tif"
        classes = directory / f"S2_L2A_{stamp}_SCL.tif"
        _write(frame, numbers * covered[t], scene.bands, 0, scene)
        _write(classes, np.where(covered[t], scene.scl[t], NODATA)[None], ["SCL"], NODATA, scene)
        files += [frame, classes]
    for image, stamp in zip(scene.radar, _stamps(scene.radar_dates)):
        path = directory / f"S1_GRD_{stamp}.tif"
        _write(path, image, POLARISATIONS, float("nan"), scene)
        files.append(path)
    return files


def _orbit_edges(scene: Scene) -> npt.NDArray[np.bool_]:
    """Where the satellite's swath covers the ground: all, but on some dates, ``(T, H, W)``."""
    rng = np.random.default_rng((scene.world.seed, 4))
    count, height, width = scene.scl.shape
    y, x = np.mgrid[:height, :width]
    # The track runs 13 degrees off north; the edge cuts off up to a third.
    edge = rng.uniform(0.05, 0.33, (count, 1, 1)) * width + np.tan(np.deg2rad(13)) * (height - y)
    cut = rng.random((count, 1, 1)) < 0.12
    return np.asarray(~cut | (x >= edge - 0.1 * width), np.bool_)


def _write(
    path: Path,
    image: npt.NDArray[np.generic],
    names: Sequence[str],
    nodata: float,
    scene: Scene,
) -> None:
    """Write one image ``(C, H, W)`` under a temporary name and move it into place."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with rasterio.open(
            partial,
            "w",
            driver="GTiff",
            count=len(image),
            height=image.shape[1],
            width=image.shape[2],
            dtype=image.dtype,
            nodata=nodata,
            crs=CRS.from_epsg(scene.epsg),
            transform=Affine(*scene.transform),
            tiled=True,
            blockxsize=128,
            blockysize=128,
            compress="deflate",
            predictor=3 if image.dtype.kind == "f" else 2,
        ) as file:
            file.write(image)
            file.descriptions = tuple(names)
        with rasterio.open(partial) as file:  # GDAL does not always tell that the disk was full
            if file.read().tobytes() != image.tobytes():
                raise OSError(errno.ENOSPC, "the disk may be full")
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _stamps(dates: npt.NDArray[np.datetime64]) -> list[str]:
    return [str(date).replace("-", "") for date in dates]
