"""Images and stacks made by hand, whose every number is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

TRANSFORM = Affine(10, 0, 600000, 0, -10, 5700000)
TEN = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")


@pytest.fixture(scope="session")
def write():
    """Write a GeoTIFF by hand: a UTM grid and no nodata value unless told otherwise."""

    def call(path: Path, pixels: np.ndarray, names: Any = (), tags: Any = None, **profile: Any):
        pixels = pixels if pixels.ndim == 3 else pixels[None]
        path.parent.mkdir(parents=True, exist_ok=True)
        scales, offsets = profile.pop("scales", None), profile.pop("offsets", None)
        profile = {"crs": "EPSG:32631", "transform": TRANSFORM, **profile}
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            count=len(pixels),
            height=pixels.shape[1],
            width=pixels.shape[2],
            dtype=pixels.dtype,
            **{key: value for key, value in profile.items() if value is not None},
        ) as file:
            file.write(pixels)
            for i, name in enumerate(names, start=1):
                file.set_band_description(i, name)
            if scales:
                file.scales, file.offsets = scales, offsets or (0.0,) * len(scales)
            file.update_tags(**(tags or {}))
        return path

    return call


@pytest.fixture(scope="session")
def read():
    """All pixels of a raster."""

    def call(path: Path, band: Any = None) -> np.ndarray:
        with rasterio.open(path) as file:
            return file.read(band) if band else file.read()

    return call


@dataclass(frozen=True)
class Made:
    """A stack made by hand, and what went into it."""

    folder: Path
    files: list[Path]
    numbers: np.ndarray
    """(T, C, h, w) as the files hold them."""
    clear: np.ndarray
    """(T, h, w)"""

    def assert_clean(self, frames: dict[str, np.ndarray], below: float = 8000) -> None:
        """Usable pixels are as they were, the rest is filled, without cloud."""
        for file, before, clear in zip(self.files, self.numbers, self.clear):
            numbers = frames[file.name]
            assert np.array_equal(numbers[:, clear], before[:, clear])
            assert np.isfinite(numbers.astype(float)).all()
            assert (numbers[:, ~clear] < below).all()
            assert (numbers[:, ~clear] > 0).all()


@pytest.fixture(scope="session")
def make_stack(write):
    """Make a stack by hand: smooth fields that change with time, half of them under cloud.

    The clouds are bright, so that they can be told from what fills them.
    """

    def call(
        folder: Path,
        *,
        count: int = 6,
        size: tuple[int, int] = (20, 24),
        bands: Any = ("B02", "B03", "B04", "B08"),
        seed: int = 3,
        mask: Any = "_CLEAR",
        dtype: str = "uint16",
        scale: float = 10000,
        offset: float = 0,
        first: str = "2020-05-01",
        **profile: Any,
    ) -> Made:
        if dtype == "uint16":
            profile = {"nodata": 0, **profile}
        rng = np.random.default_rng(seed)
        height, width = size
        y, x = np.mgrid[:height, :width]
        level = np.linspace(0.08, 0.4, len(bands))[None, :, None, None]
        season = (0.02 * np.arange(count))[:, None, None, None]
        field = 0.02 * np.sin(y / 3 + x / 5)
        noise = rng.normal(0, 0.001, (count, len(bands), height, width))
        reflectance = level + season + field + noise
        clear = rng.random((count, height, width)) < 0.5
        clear[:, : height // 2] |= rng.random((count, 1, 1)) < 0.7
        if count > 1:
            clear[rng.integers(count)] = True
        reflectance = np.where(clear[:, None], reflectance, 0.9)
        numbers = reflectance * scale - offset
        numbers = (np.rint(numbers) if np.dtype(dtype).kind in "iu" else numbers).astype(dtype)
        days = np.datetime64(first) + 5 * np.arange(count)
        files = []
        for t, day in enumerate(days):
            file = folder / f"S2_{str(day).replace('-', '')}.tif"
            files.append(write(file, numbers[t], bands, **profile))
            if mask is not None:
                on = {k: v for k, v in profile.items() if k in ("crs", "transform")}
                values = clear[t] if mask == "_CLEAR" else ~clear[t]
                write(file.with_name(f"{file.stem}{mask}.tif"), values.astype(np.uint8), **on)
        return Made(folder, files, numbers, clear)

    return call
