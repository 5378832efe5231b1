"""Strokes that draw the map: hedges and tracks, river, village, pond and road.

Later strokes lie over earlier ones. All widths are pixels of 10 m, drawn with soft edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .noise import Float
from .parcels import Index, Parcels
from .spectra import Cover, Hard


@dataclass
class Draft:
    """The map while it is drawn, all ``(H, W)``."""

    cover: Index
    """`Cover` of each pixel."""
    group: Index
    """Number of its parcel among those of its cover."""
    hard: Index
    """`Hard` kind of each pixel."""
    share: Float
    """Share of it that is hard."""

    @classmethod
    def of_fields(cls, field: Index) -> Draft:
        """Start with nothing but arable fields."""
        arable = np.full_like(field, int(Cover.ARABLE))
        return cls(arable, field.copy(), np.zeros_like(field), np.zeros(field.shape, np.float32))

    def parcels(self) -> tuple[Index, Index]:
        """Number the parcels through: the cover of each ``(P,)``, and each pixel's number."""
        step = int(self.group.max()) + 1
        names, parcel = np.unique(self.cover * step + self.group, return_inverse=True)
        return names // step, parcel.reshape(self.cover.shape)

    def plant(self, where: npt.NDArray[np.bool_], cover: Cover, group: Index) -> None:
        """Let a cover grow on some pixels, in parcels by ``group``."""
        self.cover[where] = cover
        self.group[where] = group[where]

    def pave(self, share: npt.NDArray[np.floating[Any]], kind: Hard) -> None:
        """Build on a share of each pixel, wherever that is more than was there."""
        share = share.astype(np.float32)
        over = share > np.minimum(self.share, 0.99)
        self.hard[over] = kind
        self.share = np.maximum(self.share, share)


def draw_borders(rng: np.random.Generator, draft: Draft, parcels: Parcels, ragged: Float) -> None:
    """Lay a track, a hedge or nothing between each two blocks."""
    block, neighbour, border = parcels.block, parcels.neighbour, parcels.border
    count = int(max(block.max(), neighbour.max())) + 1
    chance = np.triu(rng.random((count, count)))
    chance = (chance + chance.T)[block, neighbour]
    hedge = (chance < 0.30) & (border < 0.75 + 0.35 * ragged)
    draft.plant(hedge, Cover.HEDGE, np.minimum(block, neighbour))
    track = np.where(chance > 0.42, np.clip(0.9 - border, 0, 0.55), 0)
    draft.pave(track, Hard.GRAVEL)


@dataclass(frozen=True)
class River:
    """A line that meanders through the land."""

    distance: Float
    along: Float
    across: Float
    half_width: float
    village: tuple[float, float]
    """Where the road crosses: along, across."""


def draw_river(rng: np.random.Generator, size: tuple[int, int]) -> River:
    """Lay a river through the land, three waves laid over each other."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    y, x = y - size[0] / 2, x - size[1] / 2
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    across = np.cos(angle) * y - np.sin(angle) * x
    reach = min(size)
    axis = np.arange(-2 * reach, 2 * reach + 1, dtype=np.float32)
    course = np.full_like(axis, reach * rng.uniform(-0.24, 0.24))
    for wave, swing in ((1.1, 0.085), (0.55, 0.045), (0.27, 0.016)):
        phase = rng.uniform(0, 2 * np.pi)
        course += reach * swing * np.sin(axis * (2 * np.pi / (wave * reach)) + phase)
    middle = np.interp(along, axis, course)
    slope = np.interp(along, axis, np.gradient(course))
    distance = np.abs(across - middle) / np.sqrt(1 + slope**2)
    place = float(rng.uniform(-0.22, 0.22) * reach)
    bank = float(np.interp(place, axis, course))
    return River(
        distance.astype(np.float32),
        along,
        across,
        float(rng.uniform(1.5, 2.7)),
        (place, bank),
    )


def draw_village(
    rng: np.random.Generator, draft: Draft, river: River, patch: Float, ragged: Float
) -> None:
    """Build a village on the bank and a pond, let the river flow, lay the road across."""
    reach = min(ragged.shape)
    place, bank = river.village
    side = 1.0 if bank < 0 else -1.0
    radius = reach * rng.uniform(0.08, 0.13)
    along, across = river.along - place, river.across - bank

    away = np.hypot(along, across - side * radius) / radius
    town = away < 1 - 0.22 * patch - 0.1 * ragged
    town &= river.distance > river.half_width + 1
    quarter = (np.floor(along / 9) * 64 + np.floor(across / 9)).astype(np.int64)
    draft.plant(town, Cover.GARDEN, quarter - quarter.min())

    pond = np.hypot(along + np.copysign(2.6 * radius, place), 1.5 * (across + 9 * side))
    pond = np.clip(0.06 * reach + 0.7 * patch - pond, 0, 1)
    draft.share[pond > 0] = 0
    draft.pave(pond, Hard.WATER)

    turn = rng.uniform(-0.3, 0.3)
    u = np.cos(turn) * along + np.sin(turn) * across
    v = np.cos(turn) * across - np.sin(turn) * along
    _houses(rng, draft, town, 0.95 - 0.45 * away, u, v)
    _halls(rng, draft, town, u, v, radius)
    draft.pave(np.clip(river.half_width + 0.5 - river.distance, 0, 1), Hard.WATER)
    course = 0.05 * reach * np.sin(v / (0.16 * reach)) - 0.05 * v
    road = np.clip(1.15 - np.abs(u - course), 0, 0.9)
    draft.share[road > 0.3] = 0
    draft.pave(road, Hard.ASPHALT)


def _houses(
    rng: np.random.Generator,
    draft: Draft,
    town: npt.NDArray[np.bool_],
    density: Float,
    u: Float,
    v: Float,
) -> None:
    """Lay a grid of streets and build roofs between them."""
    street = np.minimum(np.abs(u % 7 - 3.5), np.abs(v % 8 - 4))
    draft.pave(np.where(town, np.clip(0.85 - street, 0, 0.7), 0), Hard.ASPHALT)
    built = town & (street > 0.8) & (rng.random(town.shape) < density)
    kind = rng.choice([Hard.TILE, Hard.SLATE, Hard.METAL], town.shape, p=[0.72, 0.23, 0.05])
    roof = rng.uniform(0.4, 0.95, town.shape) * built
    for hard in (Hard.TILE, Hard.SLATE, Hard.METAL):
        draft.pave(np.where(kind == hard, roof, 0), hard)


def _halls(
    rng: np.random.Generator,
    draft: Draft,
    town: npt.NDArray[np.bool_],
    u: Float,
    v: Float,
    radius: float,
) -> None:
    """Build a few large halls at the edge of the village."""
    for angle in rng.uniform(0, 2 * np.pi, int(rng.integers(2, 5))):
        long = np.abs(u - radius * np.cos(angle)) < rng.uniform(1.5, 3.5)
        wide = np.abs(v - radius * np.sin(angle)) < rng.uniform(1.2, 2.2)
        draft.pave(np.where(long & wide & town, 0.96, 0), Hard.METAL)
