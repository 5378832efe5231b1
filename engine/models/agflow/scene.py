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

Tensors = TypeVar("Tensors", "Scene", "Question")


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

    def pad(self, images: FloatArray | BoolArray) -> Tensor:
        """Zeros around images (..., h, w), so that whole patches cover them."""
        below = -(self.above + self.height) % self.patch
        right = -(self.left + self.width) % self.patch
        tensor = torch.from_numpy(np.array(images, np.float32))
        return torch.nn.functional.pad(tensor, (self.left, right, self.above, below))


def scene_of(tile: Tile, place: Place) -> Scene:
    """A tile as tensors."""
    own, slots = slots_of(tile.bands)
    seen = np.isfinite(tile.radar).all(axis=1, keepdims=True)
    radar = (np.nan_to_num(tile.radar) - _RADAR_CENTRE) / _RADAR_SPREAD
    radar = np.where(seen, np.clip(radar, -4, 4), 0)
    present = np.zeros(SLOTS, np.float32)
    present[slots] = 1
    return Scene(
        values=place.pad(_in_slots(tile.reflectance, own, slots)),
        clear=place.pad(tile.clear[:, None]),
        days=torch.from_numpy(day_numbers(tile.dates)),
        bands=torch.from_numpy(present),
        radar=place.pad(np.concatenate([radar, seen], axis=1)),
        radar_days=torch.from_numpy(day_numbers(tile.radar_dates)),
    )


def question_of(tile: Tile, days: FloatArray, anchors: Sequence[Anchor], place: Place) -> Question:
    """The starts of some days as tensors."""
    own, slots = slots_of(tile.bands)

    def stacked(name: str) -> FloatArray:
        return np.stack([getattr(a, name) for a in anchors])

    def banded(name: str) -> Tensor:
        return place.pad(_in_slots(stacked(name), own, slots))

    sigma = banded("sigma").clamp_(min=float(_FAINTEST))
    return Question(
        days=torch.from_numpy(days),
        start=banded("start"),
        sigma=sigma,
        error=banded("error"),
        base=banded("base"),
        clear=place.pad(stacked("clear")[:, None]),
        place=place.pad(np.broadcast_to(_polynomial(place), (len(anchors), 5, *place.size))),
        looks=banded("looks"),
        ages=place.pad(np.clip(stacked("ages"), -FAR, FAR)),
        radar=place.pad(np.clip(stacked("radar") / 3, -3, 3)),
        from_scene=torch.tensor([float(a.from_scene) for a in anchors]),
    )


def _polynomial(place: Place) -> FloatArray:
    """y, x, yx, yy, xx over the tile, each in [-1, 1]: (5, h, w)."""
    y = np.linspace(-1, 1, place.height, dtype=np.float32)[:, None] + np.zeros((1, place.width))
    x = np.linspace(-1, 1, place.width, dtype=np.float32)[None] + np.zeros((place.height, 1))
    return np.asarray(np.stack([y, x, y * x, y * y, x * x]), np.float32)


def to(tensors: Tensors, device: torch.device) -> Tensors:
    """The same on a device."""
    moved: dict[str, Any] = {
        f.name: getattr(tensors, f.name).to(device, non_blocking=True) for f in fields(tensors)
    }
    return type(tensors)(**moved)


def _in_slots(images: FloatArray, own: IntArray, slots: IntArray) -> FloatArray:
    """(..., C, h, w) -> (..., 10, h, w)."""
    full = np.zeros((*images.shape[:-3], SLOTS, *images.shape[-2:]), np.float32)
    full[..., slots, :, :] = images[..., own, :, :]
    return full
