"""What goes into the network: a tile and the questions about it, as tensors.

Bands go into the ten slots of Sentinel-2; a slot that a stack does not have is zero, and the
network is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from kairos.engine.arrays import BoolArray, FloatArray, IntArray, day_numbers
from kairos.engine.models.anchor import FAR, Anchor
from kairos.engine.rasters.bands import TEN
from kairos.engine.stack import Tile

SLOTS = len(TEN)
_RADAR_CENTRE = np.array([-11.0, -18.0], np.float32)[:, None, None]
_RADAR_SPREAD = np.float32(4.5)
_FAINTEST = np.float32(2e-3)
"""Least doubt, reflectance: what errors are measured in."""

Tensors = TypeVar("Tensors")


@dataclass
class Scene:
    """A tile: T dates, R radar dates, H x W pixels, sides divisible by the patch."""

    values: Tensor
    """(T, 10, H, W) reflectance, 0 where not clear."""
    clear: Tensor
    """(T, 1, H, W) 1 where clear."""
    days: Tensor
    """(T,)"""
    bands: Tensor
    """(10,) 1 for the bands that the stack has."""
    radar: Tensor
    """(R, 3, H, W) VV, VH standardised, and 1 where seen."""
    radar_days: Tensor
    """(R,)"""


@dataclass
class Question:
    """Q days of a tile and their starts."""

    days: Tensor
    """(Q,)"""
    start: Tensor
    """(Q, 10, H, W) x_0."""
    sigma: Tensor
    """(Q, 10, H, W)"""
    error: Tensor
    """(Q, 10, H, W)"""
    base: Tensor
    """(Q, 10, H, W) the temporal prior."""
    latent: Tensor
    """(Q, 10, H, W) what the factors of the pixels say."""
    clear: Tensor
    """(Q, 1, H, W)"""
    place: Tensor
    """(Q, 5, H, W) a low polynomial of the position in the tile."""
    looks: Tensor
    """(Q, K, 10, H, W)"""
    ages: Tensor
    """(Q, K, H, W) days."""
    radar: Tensor
    """(Q, 2, H, W) dB / 3."""
    from_scene: Tensor
    """(Q,) 1 where the start is scene regression."""

    def only(self, start: int, stop: int) -> Question:
        """Some of the days."""
        return Question(*(getattr(self, f.name)[start:stop] for f in fields(self)))

    def pixels(self, chosen: Tensor) -> Question:
        """Some pixels (P,), flat positions, as images of one row."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        rows = {
            name: value.flatten(-2)[..., None, chosen] if value.dim() > 2 else value
            for name, value in parts.items()
        }
        return Question(**rows)

    @staticmethod
    def beside(parts: Sequence[Question]) -> Question:
        """The same days on several images of one row, side by side."""
        joined = {}
        for f in fields(Question):
            values = [getattr(part, f.name) for part in parts]
            joined[f.name] = torch.cat(values, dim=-1) if values[0].dim() > 2 else values[0]
        return Question(**joined)


def slots_of(bands: Sequence[str]) -> tuple[IntArray, IntArray]:
    """Which bands of a stack have a slot, and which slot that is."""
    pairs = [(i, TEN.index(b)) for i, b in enumerate(bands) if b in TEN]
    own, slots = zip(*pairs) if pairs else ((), ())
    return np.array(own, np.intp), np.array(slots, np.intp)


@dataclass(frozen=True)
class Place:
    """Where a tile lies among the patches of its stack: tiles that overlap share patches."""

    above: int
    left: int
    """Pixels between the first patch and the tile."""
    height: int
    width: int
    patch: int

    @classmethod
    def of(cls, tile: Tile, patch: int) -> Place:
        """The place of a tile."""
        height, width = tile.clear.shape[1:]
        return cls(tile.window.row % patch, tile.window.col % patch, height, width, patch)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the tile."""
        return self.height, self.width

    @property
    def inner(self) -> tuple[slice, slice]:
        """The tile among whole patches."""
        return slice(self.above, self.above + self.height), slice(self.left, self.left + self.width)

    @property
    def outer(self) -> tuple[int, int]:
        """Height and width of the whole patches that cover the tile."""
        height, width = self.above + self.height, self.left + self.width
        return height + -height % self.patch, width + -width % self.patch

    def pad(self, images: FloatArray | BoolArray) -> Tensor:
        """Zeros around images (..., h, w), so that whole patches cover them."""
        if self.outer == self.size and images.dtype == np.float32 and images.flags.writeable:
            return torch.from_numpy(np.ascontiguousarray(images))
        whole = np.zeros((*images.shape[:-2], *self.outer), np.float32)
        whole[(..., *self.inner)] = images
        return torch.from_numpy(whole)

    def slot(self, images: FloatArray, bands: Sequence[str]) -> Tensor:
        """Images (..., C, h, w) of the bands in their slots, padded: (..., 10, H, W)."""
        if tuple(bands) == TEN:
            return self.pad(images)
        own, slots = slots_of(bands)
        whole = np.zeros((*images.shape[:-3], SLOTS, *self.outer), np.float32)
        rows, cols = self.inner
        for i, slot in zip(own, slots):
            whole[..., slot, rows, cols] = images[..., i, :, :]
        return torch.from_numpy(whole)

    def flat(self, positions: IntArray) -> Tensor:
        """Flat positions in the tile -> flat positions among its whole patches."""
        down, across = np.divmod(positions, self.width)
        return torch.from_numpy((down + self.above) * self.outer[1] + across + self.left)


def scene_of(tile: Tile, place: Place) -> Scene:
    """A tile as tensors."""
    _, slots = slots_of(tile.bands)
    seen = np.isfinite(tile.radar).all(axis=1, keepdims=True)
    radar = (np.nan_to_num(tile.radar) - _RADAR_CENTRE) / _RADAR_SPREAD
    radar = np.where(seen, np.clip(radar, -4, 4), 0)
    present = np.zeros(SLOTS, np.float32)
    present[slots] = 1
    return Scene(
        values=place.slot(tile.reflectance, tile.bands),
        clear=place.pad(tile.clear[:, None]),
        days=torch.from_numpy(day_numbers(tile.dates)),
        bands=torch.from_numpy(present),
        radar=place.pad(np.concatenate([radar, seen], axis=1)),
        radar_days=torch.from_numpy(day_numbers(tile.radar_dates)),
    )


def question_of(tile: Tile, days: FloatArray, anchors: Sequence[Anchor], place: Place) -> Question:
    """The starts of some days as tensors."""

    def stacked(name: str) -> FloatArray:
        images = [getattr(a, name) for a in anchors]
        return np.stack(images) if len(images) > 1 else np.asarray(images[0])[None]

    def banded(name: str) -> Tensor:
        return place.slot(stacked(name), tile.bands)

    where = np.broadcast_to(_polynomial(tile), (len(anchors), 5, *place.size))
    return Question(
        days=torch.from_numpy(days),
        start=banded("start"),
        sigma=banded("sigma").clamp(min=float(_FAINTEST)),
        error=banded("error"),
        base=banded("base"),
        latent=banded("latent"),
        clear=place.pad(stacked("clear")[:, None]),
        place=place.pad(where),
        looks=banded("looks"),
        ages=place.pad(stacked("ages")).clamp(-float(FAR), float(FAR)),
        radar=place.pad(np.clip(stacked("radar") / 3, -3, 3)),
        from_scene=torch.tensor([float(a.from_scene) for a in anchors]),
    )


def _polynomial(tile: Tile) -> FloatArray:
    """y, x, yx, yy, xx of the position in the stack, each in [-1, 1]: (5, h, w)."""
    height, width = tile.clear.shape[1:]
    rows = np.arange(tile.window.row, tile.window.row + height, dtype=np.float32)[:, None]
    cols = np.arange(tile.window.col, tile.window.col + width, dtype=np.float32)[None]
    y = np.repeat(rows * np.float32(2 / max(tile.shape[0] - 1, 1)) - 1, width, axis=1)
    x = np.repeat(cols * np.float32(2 / max(tile.shape[1] - 1, 1)) - 1, height, axis=0)
    return np.asarray(np.stack([y, x, y * x, y * y, x * x]), np.float32)


def to(tensors: Tensors, device: torch.device) -> Tensors:
    """A scene, a question, or another dataclass of tensors, on a device."""
    moved: dict[str, Any] = {
        f.name: getattr(tensors, f.name).to(device, non_blocking=True)
        for f in fields(tensors)  # type: ignore[arg-type]
    }
    return type(tensors)(**moved)
