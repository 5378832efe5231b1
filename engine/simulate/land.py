"""A square of central European countryside, seen from above, before time starts.

Fields and meadows between tracks and hedges, woods on one side, a river with its flood plain,
a pond, and a village where the road meets the river. Distances are pixels of 10 m; y grows to
the south.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .noise import Float, fractal, smooth
from .parcels import Index, divide
from .spectra import Cover
from .strokes import Draft, draw_borders, draw_river, draw_village


@dataclass(frozen=True)
class Land:
    """What does not change from day to day, per pixel ``(H, W)`` or per parcel ``(P,)``."""

    parcel: Index
    """Parcel of each pixel: a field, a stand of trees, a garden quarter."""
    covers: Index
    """`Cover` of each parcel, ``(P,)``."""
    hard: Index
    """`Hard` kind of each pixel, where ``hard_share`` is above 0."""
    hard_share: Float
    """Share of the pixel that does not grow, 0 to 1."""
    vigour: Float
    """Factor on leaf area within the parcel, about 1."""
    lateness: Float
    """Days by which the pixel is behind its parcel."""
    pale: Float
    """Want of chlorophyll in the leaves, about 0."""
    soil: Float
    """Brightness of the dry soil, about 1."""
    wetness: Float
    """How much of the rain the soil keeps, about 1."""
    height: Float
    """Height of ground and crowns in metres, for light and shade."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.parcel.shape
        return height, width

    @property
    def cover(self) -> Index:
        """`Cover` of each pixel, ``(H, W)``."""
        return np.asarray(self.covers[self.parcel], np.int64)


#           arable grass garden hedge broad. conifer
GRAIN = (0.05, 0.06, 0.30, 0.16, 0.13, 0.13)
PATCHES = (0.10, 0.08, 0.05, 0.05, 0.05, 0.05)
LINES = (0.05, 0.02, 0.0, 0.0, 0.0, 0.0)
"""How much leaf area varies from pixel to pixel, over some hundred metres, and along rows."""

PALENESS = (0.17, 0.14, 0.10, 0.10, 0.10, 0.07)
"""How much the green of parcels differs."""

CROWNS = (0.0, 0.0, 2.5, 8.0, 16.0, 16.0)
"""Height of trees, metres."""


def draw_land(rng: np.random.Generator, size: tuple[int, int]) -> Land:
    """Draw a new piece of land of ``size`` (height, width) pixels."""
    parcels = divide(rng, size)
    grain, patch, relief, stand, ragged, soil = fractal(
        rng, size, [2.0, 3.2, 4.5, 3.0, 2.2, 3.4], 6
    )
    draft = Draft.of_fields(parcels.field)
    meadows = rng.random(int(parcels.field.max()) + 1) < 0.16
    draft.plant(meadows[parcels.field], Cover.GRASS, parcels.field)
    draw_borders(rng, draft, parcels, ragged)

    river = draw_river(rng, size)
    forest = relief + 0.35 * patch + np.minimum(river.distance / 25, 2.5)
    forest = forest > np.quantile(forest, 1 - rng.uniform(0.14, 0.24))
    draft.plant(forest & (stand > 0.15), Cover.CONIFER, parcels.block)
    draft.plant(forest & (stand <= 0.15), Cover.BROADLEAF, parcels.block)
    draft.share[forest] *= 0.4

    draft.plant(river.distance < 6 + 2.5 * patch, Cover.GRASS, parcels.field)
    bank = river.distance < river.half_width + 2 + 0.8 * ragged
    draft.plant(bank & (patch + ragged > 0.1), Cover.HEDGE, parcels.block)
    draft.share[river.distance < 5] = 0
    draw_village(rng, draft, river, patch, ragged)

    covers, parcel = draft.parcels()
    tone, pale = rng.standard_normal((2, len(covers)), np.float32)[:, parcel]
    kind = draft.cover
    crowns = _by(CROWNS, kind) * (1 - draft.share) * (1 + 0.16 * grain)
    vigour = _by(GRAIN, kind) * grain + _by(PATCHES, kind) * patch
    return Land(
        parcel=parcel,
        covers=covers,
        hard=draft.hard,
        hard_share=draft.share,
        vigour=np.exp(vigour + _by(LINES, kind) * parcels.rows),
        lateness=2.5 * patch + 1.2 * grain,
        pale=_by(PALENESS, kind) * pale + 0.03 * patch,
        soil=np.exp(0.10 * soil + 0.12 * tone + 0.02 * grain + 0.03 * parcels.rows),
        wetness=np.exp(0.25 * soil - 0.1 * tone - 0.2 * relief),
        height=smooth(crowns, 0.08) + 5 * relief,
    )


def _by(table: tuple[float, ...], cover: Index) -> Float:
    """Look a property of each cover up for each pixel."""
    return np.asarray(np.array(table, np.float32)[cover], np.float32)
